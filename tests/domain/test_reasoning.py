# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.reasoning import Kind, Splitter, Stopwatch, said, split


def test_reasoning_and_answer_are_told_apart() -> None:
    assert split("<think>\nHm.\n</think>\n\nYes.") == ("Hm.", "Yes.")
    assert split("  \n<thinking>a</thinking>b") == ("a", "b")
    assert split("[THINK]a[/THINK]b") == ("a", "b")


def test_what_only_speaks_of_the_marks_is_an_answer() -> None:
    for text in (
        "Yes.",
        "Models write <think> first.",
        "Use `</think>`.",
        "```\n</think>\n```\n",
        "</ul>\n",
        "",
    ):
        assert split(text) == ("", text)


def test_reasoning_that_never_ends_is_all_there_is() -> None:
    assert split("<think>Hm, <b") == ("Hm, <b", "")
    assert said("<think>Hm.") == "Hm."


def test_a_closing_mark_alone_on_its_line_makes_what_came_before_reasoning() -> None:
    assert split("Hm.\n</think>\n\nYes.") == ("Hm.", "Yes.")
    assert split("Hm.\n</think>") == ("Hm.", "")


def test_the_copy_is_of_what_is_said() -> None:
    assert said("<think>Hm.</think>Yes.") == "Yes."
    assert said("Yes.") == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "<think>Hm, </thin</think> yes <think>",
        "<thinking>a</think>b</thinking>c",
        "a\n</think>\nb",
        "<thin air>",
        " \n<think></think>x",
    ],
)
@given(cuts=st.lists(st.integers(0, 40)))
def test_however_it_is_cut_it_is_the_same(text: str, cuts: list[int]) -> None:
    splitter, thought, answer = Splitter(), "", ""
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    for part in (*(p for piece in pieces for p in splitter.feed(piece)), *splitter.end()):
        if part.kind is Kind.ANSWER:
            answer += part.text
        elif part.kind is Kind.THOUGHT:
            thought += part.text
        else:
            thought, answer = part.text, ""
    whole = split(text)
    assert (thought.strip(), answer if answer == text else answer.lstrip()) == whole


def test_the_time_until_the_answer_is_kept() -> None:
    now = iter([10.0, 11.5, 13.0, 20.0])
    watch = Stopwatch(lambda: next(now))
    for piece in ("<think>", "Hm", ".</think>", "Yes."):
        watch.add(piece)
    assert watch.seconds == 3.0
    quiet = Stopwatch()
    quiet.add("Yes.")
    assert quiet.seconds == 0
