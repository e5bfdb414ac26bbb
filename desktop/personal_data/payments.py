# SPDX-License-Identifier: GPL-3.0-or-later
"""Payment cards and bank accounts, by their check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from desktop.personal_data.findings import Finding, Kind

# Groups as printed on cards, or none; ISO/IEC 7812 allows up to 19 digits.
_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?<!\d[.,-])"
    r"(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -]?)\d{6}\2\d{4,5}|\d{6}[ -]?\d{13}|\d{13,19})"
    r"(?![0-9A-Za-z]|[.,-]\d)"
)
# Issuer prefixes and lengths, from ISO/IEC 7812 assignments as the networks publish them.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]\d{11}|[689]\d{12})"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|62\d{14,17}|81\d{14}"  # UnionPay
    r"|220[0-4]\d{12,15}"  # Mir
    r"|(?:50|5[6-9]|6[0-9])\d{14,17}"  # Maestro
)
_IBAN_START = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?=[ -]?[0-9A-Z]{3})", re.IGNORECASE)
_IBAN_TEXT = re.compile(r"[A-Z]{2}\d{2}(?:[ -]{0,2}[0-9A-Z]){11,30}+", re.IGNORECASE)
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34  # Norway; ISO 13616


def cards(text: str) -> Iterator[Finding]:
    """Numbers of an issuer's length and prefix whose Luhn digit is right."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match.group())
        if _ISSUERS.fullmatch(digits) and len(set(digits)) > 1 and luhn.is_valid(digits):
            yield Finding(match.start(), match.end(), Kind.CARD)


def ibans(text: str) -> Iterator[Finding]:
    """Accounts whose check digits and length are right for their country, also when words follow."""
    for start in _IBAN_START.finditer(text):
        match = _IBAN_TEXT.match(text, start.start())
        if match is None:
            continue
        ends = [match.start() + place + 1 for place, char in enumerate(match.group()) if char.isalnum()]
        for length in range(min(_LONGEST_IBAN, len(ends)), _SHORTEST_IBAN - 1, -1):
            end = ends[length - 1]
            if iban.is_valid(text[match.start() : end], check_country=False):
                yield Finding(match.start(), end, Kind.IBAN)
                break
