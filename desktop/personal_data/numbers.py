# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that name somebody: accounts, cards, national identifiers, telephones.

Whole runs of digits and the signs people put between them are taken once, and each is asked what it is.
Check digits come from python-stdnum, telephone numbers from phonenumbers (libphonenumber; no lookups).
Forms that any tenth number would fit need a word beside them that says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers
from stdnum import iban as iban_form
from stdnum import luhn
from stdnum.be import nn as belgian
from stdnum.br import cpf as brazilian
from stdnum.ca import sin as canadian
from stdnum.ch import ssn as swiss
from stdnum.cn import ric as chinese
from stdnum.de import idnr as german
from stdnum.dk import cpr as danish
from stdnum.es import dni as spanish
from stdnum.es import nie as spanish_foreign
from stdnum.fi import hetu as finnish
from stdnum.fr import nir as french
from stdnum.gb import nhs as british_health
from stdnum.in_ import aadhaar as indian
from stdnum.it import codicefiscale as italian
from stdnum.kr import rrn as korean
from stdnum.mx import curp as mexican
from stdnum.nl import bsn as dutch
from stdnum.pl import pesel as polish
from stdnum.pt import nif as portuguese
from stdnum.se import personnummer as swedish
from stdnum.us import ssn as american
from stdnum.za import idnr as south_african

from desktop.personal_data.dates import DATE
from desktop.personal_data.kinds import Finding, Kind

_REACH = 40  # characters before a number in which a word may say what it is
# What begins with a class of few signs is found quickly; what stands before it is looked at afterwards.
_RUN = re.compile(
    r"[+(0-9](?<![0-9A-Za-z.,].)(?:(?<=[0-9])|[0-9])(?: ?[().\-/]{0,2} ?[0-9]){4,29}(?![0-9A-Za-z])",
    re.DOTALL,
)
_BREAK = re.compile(r"[0-9](?= ?\n ?[0-9])")
_FIRST_LINE = re.compile(r"(?<![0-9A-Za-z.,])[+0-9][0-9 ().\-/]*$")
_WRAPPED = re.compile(
    r"[+0-9](?<![0-9A-Za-z.,].)([0-9 ().\-/]{3,24}[0-9]) ?\n ?[0-9][0-9 ().-]{0,20}[0-9](?![0-9A-Za-z])",
    re.DOTALL,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ \n-]?[A-Za-z0-9]){11,30}(?![A-Za-z])", re.DOTALL)
_CHECK_DIGITS = re.compile(r"[0-9](?<=[A-Za-z]{2}.)[0-9]")
_EXTENSION = re.compile(r",? ?(?:ext(?:ension)?\.?|x|Durchwahl|poste) ?\d{1,5}(?!\d)", re.IGNORECASE)
_PASSPORT = re.compile(
    r"(?:\bpassport|\breisepass|\bpasseport|\bpasaporte|护照)\W{0,3}(?:(?:no|nr|number|nummer|numéro|número|号码?|n[°º])\W{0,3})?"
    r"([A-Z0-9]{7,9})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT_WORDS = ("passport", "reisepass", "passeport", "pasaporte", "护照")
_GROUP = re.compile(r"\d+")
_WHOLE_DATE = re.compile(rf"{DATE}(?:[T ]\d{{1,2}}[:.]\d{{2}})?$", re.IGNORECASE)
# Issuers' ranges and lengths (ISO/IEC 7812): Visa, Mastercard, Amex, Discover, JCB, Diners, UnionPay.
_CARD = re.compile(
    r"4\d{12}(?:\d{3}(?:\d{3})?)?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}"
)
_EDGE = r"(?![0-9A-Za-z])"
# Those that begin with a digit, by the name of their group.
_DIGITS_FIRST = re.compile(
    r"[0-9](?<![0-9A-Za-z].)(?:(?P<es>[0-9]{7}[- ]?[A-Za-z]|[0-9]?\.[0-9]{3}\.[0-9]{3}[- ]?[A-Za-z])"
    r"|(?P<fi>[0-9]{5}[-+A-F][0-9]{3}[0-9A-Y])|(?P<cn>[0-9]{16}[0-9Xx])"
    r"|(?P<fr>(?<=[12])\s?[0-9]{2}\s?[0-9]{2}\s?(?:[0-9]{2}|2[AB])\s?[0-9]{3}\s?[0-9]{3}\s?[0-9]{2}))"
    + _EDGE,
    re.DOTALL,
)
_DIGITS_FIRST_FORMS: Mapping[str, Any] = {"es": spanish, "fi": finnish, "cn": chinese, "fr": french}
_LETTERS_FIRST = re.compile(r"[A-Za-z](?<![0-9A-Za-z].)[A-Za-z]{0,5}[- ]?[0-9]", re.DOTALL)
# National Insurance numbers have no check digit; HMRC says which letters are used (NIM39110). PAN: Indian.
_LETTERS_FIRST_FORMS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(rf"[XYZ][- ]?\d{{7}}[- ]?[A-Z]{_EDGE}", re.IGNORECASE), spanish_foreign),
    (re.compile(rf"[A-Z]{{6}}\d{{2}}[A-EHLMPRST]\d{{2}}[A-Z]\d{{3}}[A-Z]{_EDGE}", re.IGNORECASE), italian),
    (re.compile(rf"[A-Z]{{4}}\d{{6}}[HM][A-Z]{{5}}[A-Z0-9]\d{_EDGE}"), mexican),
    (
        re.compile(
            r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
            rf" ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{_EDGE}",
            re.IGNORECASE,
        ),
        None,
    ),
    (re.compile(rf"[A-Z]{{3}}[ABCFGHLJPT][A-Z]\d{{4}}[A-Z]{_EDGE}"), None),
)
# In the form in which they are usually written; so few other numbers look like that that no word is needed.
_FORMED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"\d{3}-\d{2}-\d{4}"), american),
    (re.compile(r"756[. ]\d{4}[. ]\d{4}[. ]\d{2}"), swiss),
    (re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}"), brazilian),
    (re.compile(r"(?:19|20)?\d{6}[-+]\d{4}"), swedish),
    (re.compile(r"\d{6}-\d{4}"), danish),
    (re.compile(r"\d{6}-\d{7}"), korean),
    (re.compile(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"), belgian),
)
_LONGEST_FORMED = 16  # characters
_NAMED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"\bssn\b|social security", re.IGNORECASE), american),
    (re.compile(r"\bsin\b|social insurance", re.IGNORECASE), canadian),
    (re.compile(r"\bnhs\b", re.IGNORECASE), british_health),
    (
        re.compile(
            r"steuer-?id|steueridentifikation|steuerliche identifikation|\bidnr\b|tax id", re.IGNORECASE
        ),
        german,
    ),
    (re.compile(r"\bbsn\b|burgerservice", re.IGNORECASE), dutch),
    (re.compile(r"\bpesel\b", re.IGNORECASE), polish),
    (re.compile(r"\bnif\b|contribuinte", re.IGNORECASE), portuguese),
    (re.compile(r"\bcpf\b", re.IGNORECASE), brazilian),
    (re.compile(r"aadhaar|आधार", re.IGNORECASE), indian),
    (re.compile(r"personnummer|swedish (?:id|identity)", re.IGNORECASE), swedish),
    (re.compile(r"\bcpr\b", re.IGNORECASE), danish),
    (re.compile(r"rijksregister|registre national|national number", re.IGNORECASE), belgian),
    (re.compile(r"south african id|\bsa id\b|\bid number\b", re.IGNORECASE), south_african),
    (re.compile(r"ahv|\bavs\b", re.IGNORECASE), swiss),
)
# One of these stands in each of the above; looking for them is quick.
_HINTS = (
    *"ssn social sin nhs steuer idnr bsn burger pesel nif contribu cpf aadhaar आधार personnummer".split(),
    *"swedish cpr rijks national ahv avs african".split(),
    *("tax id", "sa id", "id number"),
)
_CALL = re.compile(
    r"\b(?:tel|telephone|phone|call|mobile|cell|fax|whatsapp|text me|reach|ring|sms|telefon\w*|handy\w*"
    r"|mobil\w*"
    r"|ruf\w*|erreich\w*|tél|téléphone|portable|appel\w*|joindre|numéro|teléfono|móvil|llam\w*|fijo"
    r"|celular)\b"
    r"|电话|手机|联系|致电|拨打|号码|微信",
    re.IGNORECASE,
)
_NO_CALL = re.compile(
    r"(?<![^\W_])(?:order|invoice|ticket|isbn|issn|ref(?:erence)?|serial|version|part|build|id|no|nr|article"
    r"|bestell\w*|rechnung\w*"
    r"|artikel\w*|commande|facture|référence|pedido|factura|referencia|订单号|订单|编号|单号|票号)"
    r"[\s.:#°º：]{0,4}(?:number|nummer|num|no|n[°º])?[\s.:#°º：]{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Region:
    """Where a number without a country code may be from.

    Attributes:
        trunk: what is dialled before it within the country.
        form: how it is written there: signs between the groups, or the mobile numbers that are nothing else.
        always_named: the form alone is as often something else, as nine digits in threes are.
    """

    code: int
    trunk: str
    form: re.Pattern[str]
    always_named: bool = False
    shortest_with_trunk: int = 0  # digits; in America a 1 can be the first of the number itself


_REGIONS = (
    _Region(1, "1", re.compile(r"(?:1[ .-])?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}"), shortest_with_trunk=10),
    _Region(44, "0", re.compile(r"\(?0\d{2,4}\)?[ -]\d{3,4}[ -]?\d{3,4}|07\d{3} ?\d{3} ?\d{3}")),
    _Region(49, "0", re.compile(r"\(?0\d{2,5}\)?\s?[ /-]\s?\d[\d -]{3,12}")),
    _Region(33, "0", re.compile(r"0[1-9](?:[ .-]?\d{2}){4}")),
    _Region(
        34,
        "",
        re.compile(r"[6789]\d{2}(?:[ .-]\d{3}[ .-]\d{3}|(?:[ .-]\d{2}){3})|[67]\d{8}"),
        always_named=True,
    ),
    _Region(86, "0", re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}")),
)


def ibans(text: str) -> Iterator[Finding]:
    """International bank account numbers with right check digits, spaced or not."""
    for digits in _CHECK_DIGITS.finditer(text):
        match = _IBAN.match(text, digits.start() - 2)
        if match is None:
            continue
        words = match.group()
        for end in _ends(words):
            if iban_form.is_valid(words[:end], check_country=False):
                yield Finding(match.start(), match.start() + end, Kind.IBAN)
                break


def numbers(text: str) -> Iterator[Finding]:
    """Cards, national identifiers and telephone numbers."""
    yield from _lettered(text)
    for run in _RUN.finditer(text):
        before = text[max(0, run.start() - _REACH) : run.start()]
        for start, end, kind in _asked(run.group(), before):
            extension = _EXTENSION.match(text, run.start() + end) if kind is Kind.PHONE else None
            stop = extension.end() if extension else run.start() + end
            yield Finding(run.start() + start, stop, kind)
    if "\n" in text:
        yield from _wrapped(text)
    folded = text.casefold()
    if not any(word in folded for word in _PASSPORT_WORDS):
        return
    for match in _PASSPORT.finditer(text):
        if sum(character.isdigit() for character in match.group(1)) >= 4:
            yield Finding(match.start(1), match.end(1), Kind.NATIONAL_ID)


def _lettered(text: str) -> Iterator[Finding]:
    for match in _DIGITS_FIRST.finditer(text):
        if _fits(_DIGITS_FIRST_FORMS[match.lastgroup or ""], match.group().replace(".", "")):
            yield Finding(match.start(), match.end(), Kind.NATIONAL_ID)
    for begin in _LETTERS_FIRST.finditer(text):
        for pattern, form in _LETTERS_FIRST_FORMS:
            whole = pattern.match(text, begin.start())
            if whole and (form is None or _fits(form, whole.group())):
                yield Finding(whole.start(), whole.end(), Kind.NATIONAL_ID)
                break


def _wrapped(text: str) -> Iterator[Finding]:
    """Cards and international telephone numbers that go on in the next line."""
    for end in _BREAK.finditer(text):
        begin = _FIRST_LINE.search(text, max(0, end.start() - 26), end.start() + 1)
        match = _WRAPPED.match(text, begin.start()) if begin else None
        if match is None:
            continue
        first, _line, rest = match.group().partition("\n")
        words = f"{first.rstrip()} {rest.lstrip()}"
        if words.startswith("+"):
            if not _is_phone(first.rstrip(), "") and _is_phone(words, ""):
                yield Finding(match.start(), match.end(), Kind.PHONE)
        elif _card(first) is None and _card(words) == (0, len(words)):
            yield Finding(match.start(), match.end(), Kind.CARD)


def _asked(run: str, before: str) -> Iterator[tuple[int, int, Kind]]:
    """What is in a run of digits and signs, as places in it."""
    if _WHOLE_DATE.match(run):
        return
    card = _card(run)
    if card is not None:
        yield (*card, Kind.CARD)
        return
    if _is_national(run, before):
        yield 0, len(run), Kind.NATIONAL_ID
        return
    while run:
        if _is_phone(run, before):
            yield 0, len(run), Kind.PHONE
            return
        run = run.rpartition(" ")[0]  # what follows may be a date or a price


def _card(run: str) -> tuple[int, int] | None:
    """Where in the run there is a card's number: it begins and ends where a group of digits does."""
    groups = [(match.start(), match.group()) for match in _GROUP.finditer(run)]
    for first in range(len(groups)):
        digits, end = "", 0
        for start, group in groups[first:]:
            is_apart = digits and set(run[end:start]) - set(" \u00a0-")
            if is_apart or len(digits) + len(group) > 19:
                break
            digits += group
            end = start + len(group)
            if len(digits) >= 13 and _CARD.fullmatch(digits) and luhn.is_valid(digits):
                return groups[first][0], end
    return None


def _is_national(run: str, before: str) -> bool:
    if len(run) <= _LONGEST_FORMED and ("-" in run or "." in run):
        for pattern, form in _FORMED:
            if pattern.fullmatch(run) and _fits(form, run):
                return True
    folded = before.lower()
    return any(hint in folded for hint in _HINTS) and any(
        words.search(before) and _fits(form, run) for words, form in _NAMED
    )


def _is_phone(run: str, before: str) -> bool:
    digits = "".join(filter(str.isdigit, run))
    if not 7 <= len(digits) <= 15 or (run.count(".") == 1 and not set(run) & set(" -()/+")):
        return False
    if run.startswith("+"):
        return _is_valid(run)
    if run.startswith("00") and _is_valid("+" + run[2:]):
        return True
    formed = [region for region in _REGIONS if region.form.fullmatch(run) and _is_valid_in(region, digits)]
    if any(not region.always_named for region in formed):
        return not _NO_CALL.search(before)
    if not _CALL.search(before) or _NO_CALL.search(before):
        return False
    return bool(formed) or any(_is_valid_in(region, digits) for region in _REGIONS)


def _is_valid(number: str) -> bool:
    """Whether a number with its country code can exist."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed)


def _is_valid_in(region: _Region, digits: str) -> bool:
    """Whether it can exist as people of that region write it."""
    national = digits.removeprefix(region.trunk) if len(digits) > region.shortest_with_trunk else digits
    if national.startswith("0"):
        return False
    parsed = phonenumbers.PhoneNumber(country_code=region.code, national_number=int(national))
    return phonenumbers.is_valid_number(parsed)


def _fits(form: Any, value: str) -> bool:
    check: Callable[[str], bool] = form.is_valid
    return check(value)


def _ends(words: str) -> Iterator[int]:
    """Where a group of letters and digits ends, the last one first; and the length its country has."""
    country = _iban_length(words[:2].upper())
    seen = 0
    for place, character in enumerate(words):
        seen += character.isalnum()
        if seen == country:
            yield place + 1
            return


@cache
def _iban_length(country: str) -> int:
    """Characters of an account number of this country (IBAN registry, as python-stdnum ships it); 0 if "
    "none."""
    from stdnum import numdb

    _code, properties = numdb.get("iban").info(country)[0]
    form = properties.get("bban", "")
    return 4 + sum(int(length) for length in re.findall(r"(\d+)!", form)) if form else 0
