# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain words that narrow a search down, and what is left to be looked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain import question
from desktop.domain.conversation import Role
from desktop.domain.question import Filters, Question, parse

NOW = datetime(2026, 11, 25, 15, 30).astimezone()


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day).astimezone()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kettle", Question("kettle")),
        ("from:me kettle", Question("kettle", Filters(role=Role.USER))),
        ("kettle FROM:Model on", Question("kettle on", Filters(role=Role.ASSISTANT))),
        ("is:pinned is:archived", Question("", Filters(pinned=True, archived=True))),
        ('tea model:"Smol LM"', Question("tea", Filters(model="Smol LM"))),
        ("after:2026-01-31", Question("", Filters(after=midnight(2026, 1, 31)))),
        ("a before:2026-02-01 b", Question("a b", Filters(before=midnight(2026, 2, 1)))),
        ("after:today", Question("", Filters(after=midnight(2026, 11, 25)))),
        ("after:week", Question("", Filters(after=midnight(2026, 11, 19)))),
        # No such value, no such word, or quoted: it is looked for as it stands.
        ("from:nobody", Question("from:nobody")),
        ("after:2026-02-30", Question("after:2026-02-30")),
        ("is:", Question("is:")),
        ("note:this", Question("note:this")),
        ('"from:me"', Question('"from:me"')),
        ('"he said from:me once"', Question('"he said from:me once"')),
        ("xfrom:me", Question("xfrom:me")),
        ("before:0001-01-01", Question("before:0001-01-01")),
    ],
)
def test_what_is_asked(text: str, expected: Question) -> None:
    found = parse(text, now=lambda: NOW)
    if text.startswith("before:0001"):  # some systems know the time zone of that day, some do not
        assert found in (expected, Question("", Filters(before=found.filters.before)))
    else:
        assert found == expected


def test_words_are_put_in_and_taken_out() -> None:
    text = question.with_word("kettle", "from", "me")
    assert text == "kettle from:me "
    assert question.with_word(text, "from", "model") == "kettle from:model "
    assert question.without_word("a from:me b", "from") == "a b"
    assert question.with_word("", "model", "Smol LM") == 'model:"Smol LM" '
    assert question.value_of('x model:"Smol LM"', "model") == "Smol LM"
    both = question.with_word(
        question.with_word("", "is", "pinned", only=False), "is", "archived", only=False
    )
    assert question.has_word(both, "is", "pinned")
    assert question.without_word(both, "is", "pinned") == "is:archived"


def test_only_what_needs_a_look_at_each_message_is_narrow() -> None:
    assert not Filters(after=datetime.now(UTC) - timedelta(1)).is_narrow
    assert Filters(pinned=True).is_narrow
    assert parse("   ").is_empty
    assert not parse("is:pinned").is_empty
