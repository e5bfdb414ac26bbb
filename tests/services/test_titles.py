# SPDX-License-Identifier: GPL-3.0-or-later
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.titles import LONGEST, title_from


def test_a_short_question_is_its_own_title() -> None:
    assert title_from("  Dinner for six,\n no nuts ") == "Dinner for six, no nuts"


def test_a_long_one_is_cut_at_a_word() -> None:
    title = title_from("Please write a friendly but firm letter to my landlord about the broken heating")
    assert title == "Please write a friendly but firm letter to my landlord…"


def test_scripts_without_spaces_are_cut_where_they_are() -> None:
    assert title_from("東京" * 60) == "東京" * 29 + "東…"


@given(st.text())
def test_any_text_gives_one_short_line(text: str) -> None:
    title = title_from(text)
    assert len(title) <= LONGEST
    assert "\n" not in title
    assert bool(title) == bool(text.split())
