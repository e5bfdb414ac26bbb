# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the prompt is cut: it always fits, begins with a question, and the cut holds between overflows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.conversation import Role
from desktop.engine.fitting import KEEP, Sizes, first_kept, least_room, reply_room, turn_starts

WINDOW, ROOM = 1000, 200
FIXED = 40


def roles(count: int) -> list[Role]:
    return [Role.ASSISTANT if index % 2 else Role.USER for index in range(count)]


def cut(messages: list[int], window: int = WINDOW, room: int = ROOM, fixed: int = FIXED) -> int:
    return first_kept(Sizes(fixed, tuple(messages)), roles(len(messages)), window, room)


CHATS = st.lists(st.integers(1, 300), min_size=1, max_size=60).map(
    lambda sizes: sizes if len(sizes) % 2 else sizes[:-1]
)


@given(CHATS.filter(bool))
def test_what_is_kept_fits_or_is_the_last_question_alone(messages: list[int]) -> None:
    kept = cut(messages)
    assert FIXED + sum(messages[kept:]) + ROOM <= WINDOW or kept == len(messages) - 1


@given(CHATS.filter(bool))
def test_what_is_kept_begins_with_a_question(messages: list[int]) -> None:
    kept = cut(messages)
    assert roles(len(messages))[kept] is Role.USER


@given(CHATS.filter(bool))
def test_nothing_is_dropped_while_everything_fits(messages: list[int]) -> None:
    if FIXED + sum(messages) + ROOM <= WINDOW:
        assert cut(messages) == 0


@given(CHATS.filter(lambda sizes: len(sizes) >= 3))
def test_the_cut_moves_only_when_the_window_overflows(messages: list[int]) -> None:
    before = 0
    for count in range(1, len(messages) + 1, 2):
        kept = cut(messages[:count])
        if FIXED + sum(messages[before:count]) + ROOM <= WINDOW:
            assert kept == before, "it fitted: the prefix must stay as it was"
        else:
            assert kept >= before
            below = FIXED + sum(messages[kept:count]) <= KEEP * WINDOW
            assert below or kept == count - 1
        before = kept


def test_a_cut_leaves_room_for_many_turns() -> None:
    cuts = {cut([30, 30] * turn + [30]) for turn in range(200)}
    # 12,000 tokens through a window of 1,000: each cut frees a fifth of it and more.
    assert len(cuts) <= 1 + 200 * 60 / (WINDOW - ROOM - KEEP * WINDOW)


def test_a_greeting_before_the_first_question_counts_as_a_beginning() -> None:
    assert turn_starts([Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER]) == [0, 1, 3]
    sizes = Sizes(0, (500, 100, 100, 100))
    greeted = [Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER]
    assert first_kept(sizes, greeted, 800, 100) == 1


def test_a_large_room_and_a_small_window_still_agree() -> None:
    kept = cut([100, 100, 100, 100, 100], window=500, room=250, fixed=0)
    assert sum([100] * (5 - kept)) + 250 <= 500


def test_rooms() -> None:
    assert reply_room(8192, 1024) == 1024
    assert reply_room(2048, 1024) == 512
    assert reply_room(2, 1024) == 1
    assert least_room(8192, 1024) == 64
    assert least_room(128, 1024) == 32
    assert least_room(8192, 5) == 5
