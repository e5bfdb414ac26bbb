# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates of birth: a date beside a word that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.personal_data.kinds import Finding, Kind

_MONTHS = (
    "january february march april june july august september october november december jan feb mar apr "
    "jun jul aug "
    "sept sep oct nov dec may "
    "januar jänner februar märz mai juni juli oktober dezember "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()
_MONTH = "(?:" + "|".join(sorted(set(_MONTHS), key=len, reverse=True)) + r")\.?"
DATE = (
    r"(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:19|20)?\d{2}"
    r"|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?{_MONTH},?\s(?:de\s|del\s)?(?:19|20)\d{{2}}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d{{2}}"
    r"|(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号])"
)
_DATE = re.compile(rf"(?<![\d.-]){DATE}(?![\d-])", re.IGNORECASE)
_BORN = re.compile(
    r"(?<![^\W_])(?:born|birth\w*|b-?day|d\.?o\.?b|geboren\w*|geb|geburts\w*|nées?|nés?|naissance"
    r"|nacid[oa]s?|nací|nació"
    r"|nacimiento|cumpleaños|anniversaire)(?![^\W_])|出生|生于|生日|生辰",
    re.IGNORECASE,
)
# Each of the above begins with one of these; looking for them is quick.
_STEMS = tuple(
    "born birth bday b-day dob d.o.b d.ob do.b gebor geb né nais nac cumplea anniversaire "
    "出生 生于 生日 生辰".split()
)
_REACH = 40  # characters between the word and the date
_LONGEST = 32  # characters of a date
_END_OF_SENTENCE = re.compile(r"(?<!\bgeb)(?<!\bb)[.!?]\s+(?=[^\W\d])|\n\n|。")


def birth_dates(text: str) -> Iterator[Finding]:
    """Dates that are said to be somebody's date of birth: behind such a word, or right before it."""
    for word in _said_born(text):
        behind = _DATE.search(text, word.end(), word.end() + _REACH + _LONGEST)
        if behind and not _END_OF_SENTENCE.search(text, word.end(), behind.start()):
            yield Finding(behind.start(), behind.end(), Kind.BIRTH_DATE)
            continue
        begin = max(0, word.start() - _LONGEST)
        for before in _DATE.finditer(text, begin, word.start()):
            if len(text[before.end() : word.start()].strip(" (,在于")) == 0:
                yield Finding(before.start(), before.end(), Kind.BIRTH_DATE)


def _said_born(text: str) -> Iterator[re.Match[str]]:
    folded = text.lower()
    if len(folded) != len(text):  # a letter that has no small form of one sign
        yield from _BORN.finditer(text)
        return
    places: set[int] = set()
    for stem in _STEMS:
        at = folded.find(stem)
        while at >= 0:
            places.add(at)
            at = folded.find(stem, at + 1)
    done = 0
    for place in sorted(places):
        match = _BORN.match(text, place) if place >= done else None
        if match:
            done = match.end()
            yield match
