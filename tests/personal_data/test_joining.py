# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings are sorted and apart; stand-ins are stable; the person's own words are found in any spelling."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.personal_data import Detector, Finding, Kind, Pseudonyms
from desktop.personal_data.findings import joined

FINDINGS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20), st.sampled_from(Kind)).map(
        lambda parts: Finding(parts[0], parts[0] + parts[1], parts[2])
    )
)


@given(FINDINGS)
def test_joining_covers_the_same_characters_without_overlaps(findings: list[Finding]) -> None:
    result = joined(findings)
    assert result == sorted(result)
    assert all(left.end <= right.start for left, right in pairwise(result))

    def covered(some: list[Finding]) -> set[int]:
        return {place for finding in some for place in range(finding.start, finding.end)}

    assert covered(result) == covered(findings)


def test_the_longest_of_those_that_overlap_gives_the_kind() -> None:
    long, short = Finding(0, 10, Kind.URL), Finding(8, 12, Kind.EMAIL)
    assert joined([short, long]) == [Finding(0, 12, Kind.URL)]
    assert joined([Finding(0, 5, Kind.CARD), Finding(0, 5, Kind.PHONE)]) == [Finding(0, 5, Kind.CARD)]
    assert joined([Finding(0, 5, Kind.CARD), Finding(5, 9, Kind.CARD)]) == [
        Finding(0, 5, Kind.CARD),
        Finding(5, 9, Kind.CARD),
    ]


@given(st.text(), st.lists(st.text(max_size=5), max_size=3))
def test_findings_of_any_text_can_be_replaced(text: str, own: list[str]) -> None:
    findings = Detector(own).find(text)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in findings)
    Pseudonyms().apply(text, findings)


def test_the_same_value_keeps_its_stand_in_throughout_a_chat() -> None:
    detector, pseudonyms = Detector(["Anna Müller"]), Pseudonyms()

    def clean(text: str) -> str:
        return pseudonyms.apply(text, detector.find(text))

    assert clean("Anna Müller: +49 30 1234567, a@example.org") == "[NAME_1]: [PHONE_1], [EMAIL_1]"
    assert clean("b@example.org asks ANNA MÜLLER, +49 (30) 123-4567") == "[EMAIL_2] asks [NAME_1], [PHONE_1]"
    assert Pseudonyms().apply("b@example.org", detector.find("b@example.org")) == "[EMAIL_1]"


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_its_word(kind: Kind) -> None:
    assert Pseudonyms().apply("x", [Finding(0, 1, kind)]) == f"[{kind.name}_1]"


def test_findings_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        Pseudonyms().apply("abc", [Finding(1, 3, Kind.NAME), Finding(0, 1, Kind.NAME)])
    with pytest.raises(ValueError, match="inside"):
        Pseudonyms().apply("abc", [Finding(1, 9, Kind.NAME)])


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("Zoë Müller", "ask zoe mueller's boss", "zoe mueller"),
        ("Zoë Müller", "ZOË\n MÜLLER!", "ZOË\n MÜLLER"),
        ("zoe", "Zoe\u0308!", "Zoe\u0308"),
        ("Annas Haus", "in Annas Haus,", "Annas Haus"),
        ("Anna", "Annas Fahrrad", "Anna"),
        ("李小龙", "我是李小龙的朋友", "李小龙"),
        ("Ørsted", "bei Ørsted", "Ørsted"),
        ("Straße 5", "STRASSE 5 hier", "STRASSE 5"),
        ("Иван", "Привет, ИВАН.", "ИВАН"),
    ],
)
def test_own_terms_are_found_in_any_spelling(term: str, text: str, expected: str) -> None:
    assert [text[f.start : f.end] for f in Detector([term]).find(text) if f.kind is Kind.NAME] == [expected]


def test_own_terms_are_whole_words_and_never_empty() -> None:
    assert Detector(["Ann", "", "  ", "x", "."]).find("Annual planning, x. Banns") == []


OFFLINE = """
import sys
from desktop.personal_data import Detector, Pseudonyms
detector = Detector(["Zoe"])
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args[:1]))))
text = sys.stdin.read()
Pseudonyms().apply(text, detector.find(text))
network = [e for e in seen if e[0].startswith(("socket", "urllib", "http", "subprocess"))]
written = [e for e in seen if e[0] == "open" and not any(
    known in e[1] for known in ("stdnum", "phonenumbers", "encodings", "__pycache__"))]
assert not network, network
assert not written, written
"""


def test_looking_for_things_opens_no_socket_and_no_file_of_the_persons() -> None:
    text = (
        "a@example.org https://u:p4ss@example.com/ +49 30 1234567 DE89370400440532013000 11010519491231002X"
    )
    subprocess.run([sys.executable, "-c", OFFLINE], input=text, text=True, check=True, timeout=60)
