# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that labelled texts do not show: own terms, joining, pseudonyms, hostile texts."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.personal_data import Detector, Finding, Kind, Pseudonyms
from desktop.personal_data.detector import joined

PIECES = [
    "@",
    "://",
    ":",
    "+49 30 1234567",
    "4111 1111 1111 1111",
    "Anna ",
    "a",
    "1",
    ".",
    "-",
    " ",
    "密码：",
    "\n",
]


def found(text: str, *own: str) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in Detector(own).find(text)]


def test_own_terms_are_found_whatever_their_case_and_accents() -> None:
    own = ("Zoë Kovács", "Dunmore House", "山田")
    assert found("zoe KOVACS lives in dunmore house, 山田さん too", *own) == [
        (Kind.NAME, "zoe KOVACS"),
        (Kind.NAME, "dunmore house"),
        (Kind.NAME, "山田"),
    ]
    assert found("Dunmore Houses, azoe kovacs", *own) == []


def test_of_overlapping_findings_the_stronger_stays_and_nothing_is_uncovered() -> None:
    inside = [Finding(0, 30, Kind.ADDRESS), Finding(10, 20, Kind.EMAIL)]
    assert joined(inside) == [
        Finding(0, 10, Kind.ADDRESS),
        Finding(10, 20, Kind.EMAIL),
        Finding(20, 30, Kind.ADDRESS),
    ]
    assert joined([Finding(0, 5, Kind.NAME), Finding(3, 9, Kind.NAME)]) == [Finding(0, 9, Kind.NAME)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(Kind)), max_size=12))
def test_joining_covers_what_was_found_and_overlaps_nowhere(spans: list[tuple[int, int, Kind]]) -> None:
    before = [Finding(start, start + length, kind) for start, length, kind in spans]
    after = joined(before)
    covered = [place for one in after for place in range(one.start, one.end)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {place for one in before for place in range(one.start, one.end)}
    assert after == sorted(after)


def test_pseudonyms_are_stable_within_a_chat() -> None:
    stand_ins = Pseudonyms()
    detector = Detector()

    def apply(text: str) -> str:
        return stand_ins.apply(text, detector.find(text))

    assert apply("Anna Schmidt and Peter Weber.") == "[NAME_1] and [NAME_2]."
    assert apply("Call +49 30 1234567, ask for ANNA SCHMIDT or Anna Schmidt.") == (
        "Call [PHONE_1], ask for [NAME_1] or [NAME_1]."
    )
    assert Pseudonyms().of(Kind.PHONE, "+49 30 1234567") == "[PHONE_1]"
    assert stand_ins.of(Kind.PHONE, "+49-30-1234567") == "[PHONE_1]"


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_whatever_the_text_the_places_are_in_it(text: str) -> None:
    at = 0
    for one in Detector(("Anna",)).find(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end


HOSTILE = {
    "letters": "a",
    "capitals": "A",
    "capital words": "Aa ",
    "digits": "1",
    "digits and spaces": "1 ",
    "digits and dots": "1.",
    "colons": "a:",
    "at signs": "a@",
    "schemes": "a://",
    "hyphens": "Aa-",
    "begin": "-----BEGIN PRIVATE KEY-----",
    "han": "王",
    "han addresses": "省市区路",
    "password": "password ",
    "iban": "DE89 ",
    "streets": "12 Aa Aa Aa ",
    "tokens": "eyJaaaaaaaa.",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_time_in_proportion(piece: str) -> None:
    """Twice the text, about twice the steps of the interpreter and no more; no seconds are counted.

    What an expression does inside is held by the size it is tried on: a quadratic one would not come back.
    """
    detector = Detector(("Zoltan",))

    def steps(size: int) -> int:
        count = 0

        def step(*_given: object) -> None:
            nonlocal count
            count += 1

        text = piece * (size // len(piece))
        sys.setprofile(step)
        try:
            detector.find(text)
        finally:
            sys.setprofile(None)
        return count

    steps(1000)
    assert steps(40_000) <= 2.5 * steps(20_000) + 2_000
    detector.find(piece * (400_000 // len(piece)))


def test_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert found("anna@example.com, https://u:p@example.com") == [
        (Kind.EMAIL, "anna@example.com"),
        (Kind.URL_CREDENTIALS, "https://u:p@example.com"),
    ]


def test_ten_countries_and_more() -> None:
    """One right identifier of each, with the word people write before it; one digit off is none."""
    right = {
        "us": "SSN 536-22-8726",
        "gb": "NI number AB 12 34 56 C",
        "gb health": "NHS 943 476 5919",
        "de": "Steuer-ID 36574261809",
        "fr": "2 55 08 14 168 025 38",
        "es": "12345678Z",
        "es foreign": "X1234567L",
        "it": "RCCMNL83S18D969H",
        "nl": "BSN 111222333",
        "pl": "PESEL 44051401458",
        "se": "880320-0016",
        "fi": "131052-308T",
        "ch": "756.9217.0769.85",
        "cn": "11010519491231002X",
        "br": "390.533.447-05",
        "in": "Aadhaar 2341 2341 2346",
    }
    missed = [country for country, text in right.items() if Kind.NATIONAL_ID not in dict(found(text))]
    assert missed == []
    for text in ("12345678A", "11010519491231002Y", "756.9217.0769.84", "BSN 111222334", "RCCMNL83S18D969A"):
        assert Kind.NATIONAL_ID not in dict(found(text)), text


def test_key_blocks_are_secret_to_their_end() -> None:
    block = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----"
    assert found(f"my key:\n{block}\nthanks") == [(Kind.SECRET, block)]
    cut = re.sub(r"-----END.*", "", block)
    assert found(cut) == [(Kind.SECRET, cut)]


def test_a_long_text_is_gone_through_in_parts_and_nothing_is_lost_between_them() -> None:
    values = ["anna@example.com", "+49 30 1234567", "DE89 3704 0044 0532 0130 00", "Anna Schmidt"]
    text = ""
    for number in range(6000):
        text += f"{values[number % 4]} and {'so on ' * (number % 7)}\n"
    assert len(text) > 150_000
    assert [text[one.start : one.end] for one in Detector().find(text)] == [
        values[number % 4] for number in range(6000)
    ]
    block = "-----BEGIN PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq\n" * 5000 + "-----END PRIVATE KEY-----"
    assert found(f"a\n{block}\nb") == [(Kind.SECRET, block)]
