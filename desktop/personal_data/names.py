# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of people: those the person listed, common given names, and names that are introduced as such."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from desktop.paths import resource
from desktop.personal_data.kinds import Finding, Kind

_CAPITALISED = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ][\w'’]*[\w](?:-[A-ZÀ-ÖØ-Þ]\w+)?"
_PARTICLE = r"(?:von|van|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|zu|der|den|ter|Mc|Mac|O['’]|D['’])"
_SURNAME = rf"(?:[ \u00a0](?:{_PARTICLE}[ \u00a0]?){{0,2}}(?:{_CAPITALISED}|[A-Z]\.)){{0,3}}"
_FULL = rf"{_CAPITALISED}{_SURNAME}"
_TOKEN = re.compile(_CAPITALISED)
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_REST = re.compile(_SURNAME)
# Looked for right before a capitalised word, and only if the word before that is the last of one of these.
_INTRODUCES = re.compile(
    r"(?<![^\W_])(?:(?:[Mm]y name is|[Mm]y name['’]s|[Nn]ame is|named|[Ii] am called|[Cc]all me|[Dd]ear"
    r"|[Pp]atient|[Aa]ttn|[Mm]ein Name ist|[Ii]ch heiße|[Hh]eißt|namens"
    r"|[Ll]iebe[r]?|[Gg]eehrte[r]? (?:Herr|Frau)"
    r"|[Gg]rüße[n]?|[Pp]atientin|[Jj]e m['’]appelle|[Mm]on nom est|s['’]appelle|nommée?|[Cc]her|[Cc]hère"
    r"|[Mm]e llamo|[Mm]i nombre es|se llama|llamad[oa]|[Qq]uerid[oa]|[Ee]stimad[oa]"
    r"|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Lady|Herrn?|Frau|Fräulein|Monsieur|M(?=\. )|Madame|Mme|Mlle|Mademoiselle"
    r"|Maître|[Ss]eñora?|[Ss]eñorita|Sra?|Srta|Don|Doña|Doctora?|Nurse|Judge)\.?"
    r"|(?:[Nn]ame|[Pp]atient(?:in)?|[Cc]lient|[Aa]ttn|[Cc]ontact|[Nn]ombre|[Nn]om) ?:"
    r"|(?:[Ss]igned|[Ss]incerely|[Rr]egards|[Gg]rüße[n]?|[Cc]ordialement|[Ss]aludos),)"
    rf"[ \u00a0\n]{{1,2}}(?:(?:Dr|Prof|Herrn?|Frau|Mr|Mrs|Ms|Sra?)\.? )?((?:{_PARTICLE}[ \u00a0]?){{0,3}})$"
)
_CHINESE_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_CHINESE = rf"(?:欧阳|上官|司马|诸葛|东方|夏侯|[{_CHINESE_SINGLE}])"
_HAN = r"[\u4e00-\u9fff]"
_CHINESE_TITLED = re.compile(
    rf"{_CHINESE}{_HAN}{{0,2}}?(?=先生|女士|小姐|老师|医生|经理|教授|律师|同学|阿姨|叔叔|主任|护士|师傅)"
)
_CHINESE_INTRODUCED = re.compile(
    rf"(?:我叫|名叫|叫做|名字叫|名字是|姓名[:：]?\s?|联系人[:：]?\s?|患者[:：]?\s?|收件人[:：]?\s?|我是|朋友|同事|妻子|丈夫|儿子|女儿)"
    rf"({_CHINESE}{_HAN}{{1,2}}?)(?=[，。、；！？,.;!?\s的和住是在今有]|$)"
)
_INTRODUCTION = 48  # characters of the longest one
_LAST_WORDS = frozenset(
    "is name name's name’s named called me dear patient attn ist heiße heißt namens liebe lieber herr herrn "
    "frau grüße grüßen patientin m'appelle m’appelle est s'appelle s’appelle nommé nommée cher chère llamo "
    "es llama llamado llamada querido querida estimado estimada mr mrs ms miss mx dr prof sir lady fräulein "
    "monsieur m madame mme mlle mademoiselle maître señor señora señorita sr sra srta don doña doctor "
    "doctora nurse judge client contact nombre nom signed sincerely regards cordialement saludos "
    "von van de del della di da dos du la le el al bin ibn zu der den ter".split()
) | {""}  # a colon that stands alone
_SHORTEST_SHOUTED = 4  # letters; MAX and SAM are as often something else
_ARTICLES = frozenset("Le La Les El Los Las".split())  # within a surname: Anne Le Goff
# What stands before a name, and small words, are none themselves.
_NO_NAME = frozenset(
    "The This That These Those There Here And But Or If When Where What Who Why How Yes No Not All "
    "Everyone Everybody Sir "
    "Madam Team Customer Sirs Colleagues Friend Friends Hiring Manager Support It I We You They He She My "
    "Your Our His Her "
    "Der Die Das Ein Eine Und Aber Ich Wir Sie Er Es Damen Herren Kunde Kundin Kollegen Freunde Team "
    "Le La Les Un Une Et Je Nous Vous Il Elle Client Cliente Monsieur Madame Messieurs Tous "
    "El Los Las Una Uno Y Yo Nosotros Cliente Señor Señora Amigo Amiga Todos "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July "
    "August September "
    "October November December Dr Prof Herr Herrn Frau Mr Mrs Ms Sr Sra Please Thanks "
    "Thank Hello Hi Regards Best Kind".split()
)


class Names:
    """Finds names by the shipped list of given names and by how they are introduced."""

    def __init__(self) -> None:
        self._sure, self._unsure = given_names()

    def find(self, text: str) -> Iterator[Finding]:
        """Given names with what follows of surnames, and what is introduced as a name."""
        at = 0
        for token in _TOKEN.finditer(text):
            if token.start() < at:
                continue
            start = _introduced(text, token.start())
            if start is None or token.group() in _NO_NAME:
                start = token.start()
                if not self._is_given(text, token):
                    continue
            rest = _REST.match(text, token.end())
            at = _trimmed(text, token.end(), rest.end()) if rest else token.end()
            yield Finding(start, at, Kind.NAME)
        for match in _CHINESE_TITLED.finditer(text):
            yield Finding(match.start(), match.end(), Kind.NAME)
        for match in _CHINESE_INTRODUCED.finditer(text):
            yield Finding(match.start(1), match.end(1), Kind.NAME)

    def _is_given(self, text: str, token: re.Match[str]) -> bool:
        """Whether it is a given name; one that is also a word needs a surname behind it."""
        first = token.group().split("-")[0]
        if first.isupper() and len(first) >= _SHORTEST_SHOUTED:
            first = first.capitalize()
        if first in self._sure:
            return True
        if first not in self._unsure:
            return False
        rest = _REST.match(text, token.end())
        has_surname = rest is not None and _trimmed(text, token.end(), rest.end()) > token.end()
        return has_surname and not _begins_sentence(text, token.start())


class OwnTerms:
    """Finds what the person listed, whatever its case and accents; between words, except in scripts "
    "without spaces."""

    def __init__(self, terms: Sequence[str]) -> None:
        folded = sorted({fold(term.strip()) for term in terms if term.strip()}, key=len, reverse=True)
        edged = (
            ("" if _is_spaceless(term[0]) else r"(?<!\w)")
            + re.escape(term)
            + ("" if _is_spaceless(term[-1]) else r"(?!\w)")
            for term in folded
        )
        self._pattern = re.compile("|".join(edged)) if folded else None

    def find(self, text: str) -> Iterator[Finding]:
        """Every one of the terms in ``text``."""
        if self._pattern is not None:
            for match in self._pattern.finditer(fold(text)):
                yield Finding(match.start(), match.end(), Kind.NAME)


def fold(text: str) -> str:
    """``text`` in small letters without accents, each character in its place."""
    if text.isascii():
        return text.lower()
    folded = _NOT_ASCII.sub(lambda run: "".join(map(_folded, run.group())), text).lower()
    return folded if len(folded) == len(text) else "".join(map(_folded, text))


@cache
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Common given names: those that are hardly ever anything else, and those that are also words."""
    lines = resource("personal_data", "given_names.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    unsure = frozenset(word[:-1] for word in words if word.endswith("?"))
    return frozenset(word for word in words if not word.endswith("?")) - unsure, unsure


@cache
def _folded(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def _is_spaceless(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7ff"


def _introduced(text: str, start: int) -> int | None:
    """Where the name that goes on at ``start`` begins, if it is introduced as one."""
    if start and text[start - 1] in "'’" and text[max(0, start - 2) : start - 1].lower() in ("d", "l", "o"):
        start -= 2  # d'Artagnan
    before = text[max(0, start - _INTRODUCTION) : start]
    words = before.split()
    if not words or not before[-1].isspace() or words[-1].rstrip(".,:").lower() not in _LAST_WORDS:
        return None
    match = _INTRODUCES.search(before)
    return start - len(match.group(1)) if match else None


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip(" \"'“„«(")
    return not before or before[-1] in ".!?:\n-*•"


def _trimmed(text: str, start: int, end: int) -> int:
    """Where the surnames end: a small word or a day's name is none."""
    for token in _TOKEN.finditer(text, start, end):
        if token.group() in _NO_NAME and not (token.group() in _ARTICLES and token.end() < end):
            return max(
                start, len(text[: token.start()].rstrip()) if token.start() - start < 100 else token.start()
            )
    return end
