# SPDX-License-Identifier: GPL-3.0-or-later
"""Postal addresses in the forms English, German, French, Spanish and Chinese give them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.personal_data.kinds import Finding, Kind

_CAPITAL = r"[^\W\d_a-z]"  # not a small letter; what follows sorts out the accented small ones
_CITY = rf"(?:St\. |Bad )?{_CAPITAL}[\w'’-]{{1,30}}(?:[ -]{_CAPITAL}[\w'’-]{{1,30}}){{0,3}}"
_POSTCODE_AND_CITY = rf"(?:,?\s(?:D-|A-|CH-)?\d{{4,5}} {_CITY})?"

# 12 High Street, Flat 3, London SW1A 1AA
_ENGLISH = (
    r"[0-9](?<![\w.,-].)\d{0,4}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z0-9][\w'’.-]{0,25} ){1,4}"
    r"(?:Street|Avenue|Road|Lane|Drive|Boulevard|Court|Place|Square|Terrace|Way|Close|Crescent|Gardens|Grove"
    r"|Row|Mews|Highway|Parkway|Circle|Trail|(?:St|Ave|Rd|Ln|Dr|Blvd|Ct|Pl|Sq|Hwy|Pkwy)\b\.?)(?!\w)"
    r"(?: (?:[NS][EW]?|[EW])\b\.?)?"
    r"(?:,? (?:Apt\.?|Apartment|Suite|Ste\.?|Flat|Unit|Floor|#) ?\w{1,6})?"
    rf"(?:,\s?{_CITY})?"
    r"(?:,? [A-Z]{2},? \d{5}(?:-\d{4})?|,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|,? \d{5}(?:-\d{4})?)?"
)
# Lange Straße 5a, 10115 Berlin
_GERMAN = (
    r"(?<!\w)(?:[A-ZÄÖÜ][\wäöüß.]{0,30}[ -]){0,3}(?:[A-ZÄÖÜ][\wäöüß-]{0,40})?"
    r"(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[a-zß]ring|[Dd]amm|[Uu]fer|steig|[Mm]arkt|[Gg]raben|[Ww]all|[Zz]eile|[Cc]haussee)"
    rf"\s?\d{{1,4}}\s?[a-z]?(?!\w){_POSTCODE_AND_CITY}"
)
# Straße des 17. Juni 135, 10623 Berlin; without a word for a street only with the postcode
_GERMAN_OF = (
    r"(?:Straße|Strasse|Platz|Allee|Ufer) (?:des|der|am|an der|zum|zur) "
    rf"[\w.-]{{2,30}}(?: {_CAPITAL}[\w-]{{1,30}})?\s\d{{1,4}}\s?[a-z]?(?!\w){_POSTCODE_AND_CITY}"
)
_GERMAN_PLAIN = (
    r"(?:Unter|Am|Im|An|Auf|Zum|Zur|In|Hinter|Vor)(?: (?:den|der|dem))? "
    rf"{_CAPITAL}[\w-]{{2,40}} \d{{1,4}}\s?[a-z]?,\s(?:D-)?\d{{5}} {_CITY}"
)
# 12 bis, rue de la Paix, 75002 Paris
_FRENCH = (
    r"[0-9](?<![\w.,-].)\d{0,3}(?: ?(?:bis|ter|quater))?,? "
    r"(?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|allée|impasse|quai|cours|route|square|passage|faubourg)"
    r"(?: (?:de la|de l['’]|des|du|de|d['’]|la|le|les|l['’]))?"
    rf"[ '’]?[\w'’-]{{2,30}}(?:[ -][A-ZÀ-Þ][\w'’-]{{0,30}}){{0,4}}{_POSTCODE_AND_CITY}"
)
# Calle de Alcalá, 23, 2.º B, 28014 Madrid
_SPANISH = (
    r"(?:calle|Calle|C/|avenida|Avenida|Avda\.|Av\.|plaza|Plaza|paseo|Paseo|camino|Camino|Carretera|Ronda"
    r"|Travesía) ?"
    r"(?:(?:de la|de los|de las|del|de|la|el|los|las) ){0,2}[\w'’.-]{2,30}"
    r"(?: (?:de |del |la |y )?[A-ZÁ-Ú][\w'’.-]{1,30}){0,3}"
    r",? (?:n\.?[ºo°]? ?|núm\. ?|número )?\d{1,4}"
    r"(?:,? ?\d{1,2}\.?[ºª°]?(?: ?[A-Za-z]| izq\.?| dcha\.?)?(?!\w))?"
    rf"{_POSTCODE_AND_CITY}"
)
# 北京市朝阳区建国路88号1201室
_CHINESE = (
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}市)?(?:[\u4e00-\u9fff]{1,7}[区县镇])?"
    r"[\u4e00-\u9fff]{1,8}(?:路|街|大道|巷|弄|胡同|里)\d{1,5}(?:弄\d{1,4})?号"
    r"(?:[\u4e00-\u9fff]{0,8}\d{1,3}(?:号楼|栋|幢|座))?(?:\d{1,2}单元)?(?:\d{1,5}室|\d{1,3}楼)?"
)
_BRITISH_POSTCODE = (
    r"[A-Z](?<![\w-].)[A-Z]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)"  # alone it names a few houses
)
# Each begins with a sign that few places have, so that a text is gone through quickly.
_ADDRESSES = tuple(
    re.compile(form, re.DOTALL)
    for form in (_ENGLISH, _GERMAN_OF, _GERMAN_PLAIN, _FRENCH, _SPANISH, _BRITISH_POSTCODE)
)
# These begin with any word; so they are tried before a number only that may belong to one.
_BY_NUMBER: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        tuple("traße trasse tr. eg latz llee asse ring amm fer steig arkt raben all eile aussee".split()),
        re.compile(_GERMAN),
    ),
    (tuple("路街道巷弄里同"), re.compile(_CHINESE)),
)
_NUMBER = re.compile(r"[0-9](?<![0-9].)[0-9]{0,4}", re.DOTALL)
_BEFORE_NUMBER, _BEHIND_NUMBER = 150, 120  # characters such an address has at most on each side
_LEADING = re.compile("^(?:我|他|她|家|住|在|于|址|是|到|请|寄|送|的|们|地|搬|了|来|去|位|公|司)+")
_FLAT = re.compile(r"(?<!\w)(?:Flat|Apartment|Apt\.?|Unit|Suite|Room) (?:\w{1,5}, ?)?$")


def postal_addresses(text: str) -> Iterator[Finding]:
    """Streets with house numbers, with what follows of floor, postcode and town."""
    for pattern in _ADDRESSES:
        for match in pattern.finditer(text):
            start = match.start()
            if text[start].isalpha() and start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue
            flat = _FLAT.search(text, max(0, start - 20), start)
            yield _trimmed(flat.start() if flat else start, match)
    done = 0
    for number in _NUMBER.finditer(text):
        before = text[max(done, number.start() - 8) : number.start()].rstrip()
        for words, pattern in _BY_NUMBER:
            if not before.endswith(words):
                continue
            begin, end = max(done, number.start() - _BEFORE_NUMBER), number.end() + _BEHIND_NUMBER
            for match in pattern.finditer(text, begin, end):
                if match.end() > number.start():
                    yield _trimmed(match.start(), match)
                    done = match.end()
                    break


def _trimmed(start: int, match: re.Match[str]) -> Finding:
    words = match.group().rstrip(" .,-")
    lead = _LEADING.match(words)
    return Finding(start + (lead.end() if lead else 0), match.start() + len(words), Kind.ADDRESS)
