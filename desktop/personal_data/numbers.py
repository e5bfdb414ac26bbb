# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that name somebody: accounts, cards, national identifiers, telephones.

Whole runs of digits and the signs people put between them are taken once, and each is asked what it is.
Check digits come from python-stdnum, telephone numbers from phonenumbers (libphonenumber; no lookups).
Forms that any tenth number would fit need a word beside them that says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
_RUN = re.compile(r"(?<![0-9A-Za-z.,])[+(]?\d(?:[ \u00a0]?[().\-/–‑]{0,2}[ \u00a0]?\d){4,29}(?![0-9A-Za-z])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![a-z])", re.IGNORECASE)
_EXTENSION = re.compile(r",? ?(?:ext(?:ension)?\.?|x|Durchwahl|poste) ?\d{1,5}(?!\d)", re.IGNORECASE)
_PASSPORT = re.compile(
    r"(?:\bpassport|\breisepass|\bpasseport|\bpasaporte|护照)\W{0,3}(?:(?:no|nr|number|nummer|numéro|número|号码?|n[°º])\W{0,3})?"
    r"([A-Z0-9]{7,9})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\d+")
_WHOLE_DATE = re.compile(rf"{DATE}(?:[T ]\d{{1,2}}[:.]\d{{2}})?$", re.IGNORECASE)
# Issuers' ranges and lengths (ISO/IEC 7812): Visa, Mastercard, Amex, Discover, JCB, Diners, UnionPay.
_CARD = re.compile(
    r"4\d{12}(?:\d{3}(?:\d{3})?)?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}"
)
_LETTERED: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"(?<![0-9A-Za-z])\d{8}[- ]?[A-Z](?![0-9A-Za-z])", re.IGNORECASE), spanish),
    (re.compile(r"(?<![0-9A-Za-z])[XYZ][- ]?\d{7}[- ]?[A-Z](?![0-9A-Za-z])", re.IGNORECASE), spanish_foreign),
    (
        re.compile(
            r"(?<![0-9A-Za-z])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![0-9A-Za-z])", re.IGNORECASE
        ),
        italian,
    ),
    (re.compile(r"(?<![0-9A-Za-z])\d{6}[-+A-F]\d{3}[0-9A-Y](?![0-9A-Za-z])"), finnish),
    (re.compile(r"(?<![0-9A-Za-z])[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?![0-9A-Za-z])"), mexican),
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), chinese),
    (
        re.compile(
            r"(?<![0-9A-Za-z])[12]\s?\d{2}\s?\d{2}\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}\s?\d{2}(?![0-9A-Za-z])"
        ),
        french,
    ),
)
# National Insurance numbers have no check digit; HMRC says which letters are used (NIM39110).
_BRITISH = re.compile(
    r"(?<![0-9A-Za-z])(?!BG|GB|NK|KN|TN|NT"
    r"|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?![0-9A-Za-z])")  # Indian tax number
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
# Where a number without a country code may be from, with the form it has there: signs between the groups, or
# the mobile numbers that are nothing else.
_REGIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("US", re.compile(r"(?:1[ .-])?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}")),
    ("GB", re.compile(r"\(?0\d{2,4}\)?[ -]\d{3,4}[ -]?\d{3,4}|07\d{3} ?\d{3} ?\d{3}")),
    ("DE", re.compile(r"\(?0\d{2,5}\)?\s?[ /-]\s?\d[\d -]{3,12}")),
    ("FR", re.compile(r"0[1-9](?:[ .-]?\d{2}){4}")),
    ("ES", re.compile(r"[6789]\d{2}(?:[ .-]\d{3}[ .-]\d{3}|(?:[ .-]\d{2}){3})|[67]\d{8}")),
    ("CN", re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}")),
)
_ALWAYS_NAMED = frozenset({"ES"})  # nine digits in threes are as often something else


def ibans(text: str) -> Iterator[Finding]:
    """International bank account numbers with right check digits, spaced or not."""
    for match in _IBAN.finditer(text):
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
    for match in _PASSPORT.finditer(text):
        if sum(character.isdigit() for character in match.group(1)) >= 4:
            yield Finding(match.start(1), match.end(1), Kind.NATIONAL_ID)


def _lettered(text: str) -> Iterator[Finding]:
    for pattern, form in _LETTERED:
        for match in pattern.finditer(text):
            if _fits(form, match.group()):
                yield Finding(match.start(), match.end(), Kind.NATIONAL_ID)
    for pattern in (_BRITISH, _PAN):
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), Kind.NATIONAL_ID)


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
    for pattern, form in _FORMED:
        if pattern.fullmatch(run) and _fits(form, run):
            return True
    return any(words.search(before) and _fits(form, run) for words, form in _NAMED)


def _is_phone(run: str, before: str) -> bool:
    digits = sum(character.isdigit() for character in run)
    if not 7 <= digits <= 15 or (run.count(".") == 1 and not set(run) & set(" -()/+")):
        return False
    if run.startswith("+"):
        return _is_valid(run, None)
    if run.startswith("00") and _is_valid("+" + run[2:], None):
        return True
    if _NO_CALL.search(before):
        return False
    called = bool(_CALL.search(before))
    for region, form in _REGIONS:
        is_formed = form.fullmatch(run) is not None and (called or region not in _ALWAYS_NAMED)
        if (is_formed or called) and _is_valid(run, region):
            return True
    return False


def _is_valid(number: str, region: str | None) -> bool:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
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
