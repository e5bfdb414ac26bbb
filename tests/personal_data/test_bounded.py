# SPDX-License-Identifier: GPL-3.0-or-later
"""No text makes the filter slow: each expression takes a bounded number of steps at each place."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest

import desktop.personal_data
from desktop.personal_data import Detector

LONGEST = 60_000  # characters one match may take: a private key
MOST_WAYS = 100_000  # ways one match may be tried


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    def within(value: Any) -> Iterator[re.Pattern[str]]:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, tuple | list):
            for item in value:
                yield from within(item)

    for module in pkgutil.iter_modules(desktop.personal_data.__path__):
        names = vars(importlib.import_module(f"desktop.personal_data.{module.name}"))
        for name, value in sorted(names.items()):
            for place, pattern in enumerate(within(value)):
                yield f"{module.name}.{name}.{place}", pattern


PATTERNS = dict(patterns())


def ways(tree: Any) -> int:
    """How many ways one start can be tried before giving up: repeats multiply, of branches the worst counts.

    What is possessive or atomic is never taken back, so its ways are added, those of one round.
    """
    product = 1
    for code, argument in tree:
        if code is codes.BRANCH:
            product *= max(ways(branch) for branch in argument[1])
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            low, high, body = argument
            inner = ways(body)
            product *= (high - low + 1) * inner ** min(high, 50)
        elif code is codes.POSSESSIVE_REPEAT:
            product += ways(argument[2])
        elif code is codes.SUBPATTERN:
            product *= ways(argument[3])
        elif code is codes.ATOMIC_GROUP:
            product += ways(argument)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            product += ways(argument[1])  # looked at once, never taken back
    return product


def longest(tree: Any) -> int:
    return int(tree.getwidth()[1])


@pytest.mark.parametrize("name", PATTERNS)
def test_one_attempt_takes_a_bounded_number_of_steps(name: str) -> None:
    tree = parser.parse(PATTERNS[name].pattern, PATTERNS[name].flags)
    assert longest(tree) <= LONGEST, "it can run through the whole text from each place"
    assert ways(tree) <= MOST_WAYS, "it can be tried in too many ways from one place"


HOSTILE = """a|1| |@|.|-|a@|@a.|a.|1.|1-|1 |+|+1|(1|://|://a:|://a:b@|::|a:|DE89|DE89 |AB1|4111 |0 |060 |
+49 30 |password:|password: a|pass|密码是|born |born 1|出生|1月|-----BEGIN PRIVATE KEY-----|-----BEGIN |eyJ|
eyJaaaaaaaaa.|sk-|A|Aa |李|[at]|é|Bearer |=|Calle |1 Main |rue |Straße |路|Dr. |Anna |my name is |"""
UNITS = [*HOSTILE.replace("\n", "").rstrip("|").split("|"), "\n"]


def calls_for(text: str) -> int:
    """How many Python functions are called while the text is looked through."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    detector = Detector(["Anna Müller", "李小龙"])
    detector.find(text[:1000])  # what is loaded on first use
    sys.setprofile(count)
    try:
        detector.find(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_the_work_grows_no_faster_than_the_text(unit: str) -> None:
    shorter, longer = (unit * (size // len(unit)) for size in (5_000, 20_000))
    assert calls_for(longer) <= 4 * calls_for(shorter) * 1.1 + 500


@pytest.mark.parametrize(
    "unit", ["a", "1", "-", "@", "a@", "1.", "://a:", "password:", "-----BEGIN PRIVATE KEY-----", "eyJ"]
)
def test_a_megabyte_of_anything_comes_to_an_end(unit: str) -> None:
    Detector(["aaaaaaaab"]).find(unit * (1_000_000 // len(unit)))
