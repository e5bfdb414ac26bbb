# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.titles import LONGEST, title_from, title_in


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


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Cooking rice well", "Cooking rice well"),
        ('Here\'s a possible title: "The Perfect Rice Cooker"', "The Perfect Rice Cooker"),
        ("**Title:** Rice that does not stick.", "Rice that does not stick"),
        ("# “Rice\u202e and water”\nAnd more", "Rice and water"),
        ("\n\n  Rice:\tfour ways \n", "Rice: four ways"),
        ("Here are a few tips that can help you cook rice without sticking:", ""),  # a sentence
        ("To prevent rice from sticking", ""),  # the answer again
        ("The Power of Fermat", ""),  # nothing of the question
        ("rice " * 20, ""),
        ("rice rice rice rice rice rice rice rice rice rice", ""),
        ("```", ""),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_title_of_this_chat_is_taken(answer: str, title: str) -> None:
    question = "How do I cook rice so it does not stick?"
    assert title_in(answer, question, "To prevent rice from sticking, rinse it.") == title


def test_scripts_without_spaces_touch_the_question_by_a_character() -> None:
    assert title_in("米の炊き方", "お米をおいしく炊くには？", "まず") == "米の炊き方"
    assert title_in("猫の話", "お米をおいしく炊くには？", "まず") == ""


@given(st.text(), st.text(), st.text())
def test_any_answer_gives_one_short_plain_line(answer: str, question: str, reply: str) -> None:
    title = title_in(answer, question, reply)
    assert len(title) <= LONGEST
    assert title.isprintable()
    assert not set(title) & set('"“”`*_#<>')
