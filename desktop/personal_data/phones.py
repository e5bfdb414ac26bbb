# SPDX-License-Identifier: GPL-3.0-or-later
"""Telephone numbers: international ones anywhere, national ones by grouping or by what is said before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import before

_RUN = re.compile(r"(?<![0-9A-Za-z_])(?<!\d[.,:/-])(?:\+ ?|\(\+?)?\(?\d(?:[ ().\-/]{0,3}\d){6,19}+")
_GROUP_END = re.compile(r"\d(?!\d|[./-]\d)")  # not inside a date that follows
_MORE_DIGITS = re.compile(r"\d|[.,:]\d|-\d{1,20}-|[A-Za-z_]")
_EXTENSION = re.compile(
    r",? ?(?:ext(?:ension|\.)?|x|durchwahl|dw\.?|poste|分机) ?\d{1,5}(?!\d)", re.IGNORECASE
)
_MOST_TRIES = 6  # group ends looked at; what was swallowed behind a number is rarely longer
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # ITU-T E.164 for the most

_ZERO_FIRST = ("DE", "GB", "FR", "CH", "AT", "NL", "BE", "AU", "IT", "CN")
# How numbers are grouped inside a country, and the countries that do it.
_NATIONAL: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"), ("US",)),
    (re.compile(r"0\d(?:[ .-]?\d\d){4}"), ("FR",)),
    (re.compile(r"07\d{3} ?\d{6}"), ("GB",)),
    (re.compile(r"01[567]\d{8,9}"), ("DE",)),
    (re.compile(r"\(?0\d{1,5}+\)?(?: ?[/-] ?| )\d{2,8}+(?:[ -]\d{2,5}+){0,4}+"), _ZERO_FIRST),
    (re.compile(r"\(0\d{2,5}\)\d{5,8}"), _ZERO_FIRST),
    (re.compile(r"[6-9]\d{2}(?: \d{2}){3}|[67]\d{2}([ -])\d{3}\1\d{3}"), ("ES",)),
    (re.compile(r"1[3-9]\d([ -]?)\d{4}\1\d{4}|400[ -]\d{3}[ -]\d{4}"), ("CN",)),
    (re.compile(r"\(\d{2}\) ?9?\d{4}-\d{4}"), ("BR",)),
    (re.compile(r"[6-9]\d{4} \d{5}"), ("IN",)),
)
_DATE = re.compile(
    r"(?:19|20)\d\d[ ./-]?(?:0?[1-9]|1[0-2])[ ./-]?(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)"
)

_CONTEXT = re.compile(
    r"\b(?:tel|phone|telephone|mobile|cell|fax|whatsapp|signal|telegram|sms|text me|text us"
    r"|call|ring|dial|reach|hotline|contact"
    r"|handy|mobil|anruf\w{0,3}|ruf\w{0,2}|rückruf|durchwahl|erreich\w{0,4}|telefon\w{0,6}"
    r"|téléphon\w{0,2}|portable|appel\w{0,4}|joindre|joignable|rappel\w{0,4}|fixe"
    r"|teléfono|móvil|movil|llám\w{0,4}|llam\w{0,4}|celular|contacto)\b|电话|手机|手機|電話|座机|联系|致电|拨打|热线|微信|传真",
    re.IGNORECASE,
)
# Between such a word and the number: what says that the number is something else.
_OTHER = re.compile(
    r"[!?。！？\n]|[a-zäöüéèáíóúñ]{4}\. |order|ticket|case|invoice|customer|account|serial|isbn|imei|#"
    r"|bestell|rechnung|kunden"
    r"|vorgang|commande|facture|dossier|client|pedido|factura|cuenta|订单|单号|编号|发票",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥#№]|US\$|EUR|USD|CHF|ISBN(?:-1[03])?:?|ISSN:?) ?$")
_MONEY_AFTER = re.compile(
    r" ?(?:[$€£¥%]|EUR\b|USD\b|CHF\b|euros?\b|dollars?\b|元|人民币"
    r"|km\b|bytes?\b|people\b|Einwohner|habitant|users\b)"
)


def phones(text: str) -> Iterator[Finding]:
    """Numbers that can be dialled, with their extension."""
    for run in _RUN.finditer(text):
        end = _end_of_number(text, run)
        if end is not None:
            extension = _EXTENSION.match(text, end)
            yield Finding(run.start(), extension.end() if extension else end, Kind.PHONE)


def _end_of_number(text: str, run: re.Match[str]) -> int | None:
    """Where the number starting with this run ends: the whole run is tried, then without its last groups."""
    start = run.start()
    ends = [match.end() for match in _GROUP_END.finditer(text, start, run.end())]
    if _MORE_DIGITS.match(text, run.end()):  # the last group goes on, and is no group
        ends = ends[:-1]
    ends = [end for end in ends if sum(map(str.isdigit, text[start:end])) >= _FEWEST_DIGITS][-_MOST_TRIES:]
    if not ends or _MONEY_BEFORE.search(before(text, start, 9)):
        return None
    said = _is_announced(text, start)
    written = text[start : run.end()]
    if "+" in written[:2]:
        return _international(text, start, ends, said)
    for end in reversed(ends):
        number = text[start:end]
        if (
            not _DATE.match(number)
            and not _MONEY_AFTER.match(text, end)
            and (_is_national(number) or _is_dialled_abroad(number))
        ):
            return end
    return ends[-1] if said and _is_plausible(text, start, ends[-1]) else None


def _international(text: str, start: int, ends: list[int], said: bool) -> int | None:
    """A number with its country code: the longest valid one, else the longest of a possible length."""
    possible: int | None = None
    for end in reversed(ends):
        try:
            number = phonenumbers.parse(text[start:end].lstrip("("))
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return end
        is_grouped = not text[start:end].lstrip("+(").isdigit()
        if possible is None and (said or is_grouped) and phonenumbers.is_possible_number(number):
            possible = end
    return possible


def _is_dialled_abroad(number: str) -> bool:
    """Written as dialled from another country: 0049 30 …"""
    return number.startswith("00") and _is_valid("+" + number[2:], None)


def _is_national(number: str) -> bool:
    return any(
        _is_valid(number, region)
        for pattern, regions in _NATIONAL
        if pattern.fullmatch(number)
        for region in regions
    )


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, region)))
    except phonenumbers.NumberParseException:
        return False


def _is_announced(text: str, start: int) -> bool:
    """Whether a word for telephones stands close before, and nothing that speaks of another number."""
    context = before(text, start, 40)
    words = list(_CONTEXT.finditer(context))
    return bool(words) and not _OTHER.search(context, words[-1].end())


def _is_plausible(text: str, start: int, end: int) -> bool:
    """For an announced number: no date, no amount, and no more digits than the world has."""
    number = text[start:end]
    digits = sum(map(str.isdigit, number))
    return digits <= _MOST_DIGITS and not _DATE.match(number) and not _MONEY_AFTER.match(text, end)
