# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates of birth: dates that words for birth announce, in English, German, French, Spanish and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import before

_REACH = 40  # characters between the word and the date
_WORDS = re.compile(
    r"\b(?:born|birth ?dates?|date of birth|birthdays?|b-?day|dob|d\.o\.b\."
    r"|geboren\w{0,2}|geburts\w{2,6}|geb\.|gebürtig"
    r"|née?\(?e?\)? (?:le|en|à)|naissances?|anniversaire|naquit"
    r"|nac[ií]\w{0,4}|nac\.|nacimiento|cumpleaños|cumplo (?:años)?)(?![A-Za-zà-ÿ])"
    r"|出生|生日|生于|诞生",
    re.IGNORECASE,
)
_MONTHS = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar|rero)?|f[ée]vr?(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avr(?:il)?|abr(?:il)?|may|mai|mayo"
    r"|june?|juni|juin|junio|july?|juli|juil(?:let)?|julio|aug(?:ust)?|août|agosto|ago|sep(?:t(?:ember|embre|iembre)?)?"
    r"|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|de[cz](?:ember)?|déc(?:embre)?|dic(?:iembre)?|jänner|enero|ene|setiembre)"
)
_YEAR = r"(?:(?:18|19|20)\d\d|['’]\d\d)"
_CHINESE = "〇零一二三四五六七八九十"
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"(?<![0-9A-Za-z.])(?:"
    rf"(?:18|19|20)\d\d(?P<dash>[-./ ]){_MONTH}(?P=dash){_DAY}(?!\d)"
    rf"|{_DAY}(?P<sign> ?[-./] ?){_DAY}(?P=sign)(?:(?:18|19|20)\d\d|\d\d)(?!\d)"
    rf"|{_DAY}(?:st|nd|rd|th|er|º|\.)?,? (?:of |de )?{_MONTHS}(?![A-Za-zà-ÿ])\.?"
    rf"(?:,? (?:of |de |del )?{_YEAR}(?!\d))?"
    rf"|{_MONTHS}\.? (?:the )?{_DAY}(?:st|nd|rd|th)?(?![0-9A-Za-z])(?:,? (?:of )?{_YEAR}(?!\d))?"
    rf"|(?:18|19|20)\d\d ?年 ?\d{{1,2}} ?月(?: ?\d{{1,2}} ?[日号])?"
    rf"|[{_CHINESE}]{{4}}年[{_CHINESE}]{{1,2}}月(?:[{_CHINESE}]{{1,3}}[日号])?"
    rf"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?:\d{{1,2}}|[{_CHINESE}]{{1,2}}) ?月 ?(?:\d{{1,2}}|[{_CHINESE}]{{1,3}}) ?[日号]"
    rf"|\d\d ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?[日号]"
    rf")",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[!?。！？]|[a-zà-ÿ]{4}\. |\n\n")
_BORN_AFTER = re.compile(r" ?(?:出生|生(?![产效成日态活])|geboren|born)")


def birth_dates(text: str) -> Iterator[Finding]:
    """Dates, whole or without a year, close behind a word for birth; or right before one."""
    for word in _WORDS.finditer(text):
        reach = min(len(text), word.end() + _REACH)
        date = _DATE.search(text, word.end(), min(len(text), reach + 30))
        if date and date.start() <= reach and not _SENTENCE_END.search(text, word.end(), date.start()):
            yield Finding(date.start(), date.end(), Kind.BIRTH_DATE)
    for word in _BORN_AFTER.finditer(text):
        start = max(0, word.start() - 30)
        for date in _DATE.finditer(before(text, word.start(), 30)):
            if start + date.end() == word.start():
                yield Finding(start + date.start(), start + date.end(), Kind.BIRTH_DATE)
