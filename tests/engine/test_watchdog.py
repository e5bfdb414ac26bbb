# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.watchdog import LONGEST_TURN, PATIENCE, PING_EVERY, Watchdog

LOOK = 0.1


def test_silence_is_a_hang_within_two_seconds() -> None:
    watchdog, now = Watchdog(0.0), 0.0
    while not watchdog.hung:
        now += LOOK
        watchdog.pass_time(now)
    assert PATIENCE < now < 2.0


def test_answers_without_progress_are_a_hang_too() -> None:
    watchdog, now = Watchdog(0.0), 0.0
    while not watchdog.hung and now < 60:
        now += LOOK
        watchdog.pass_time(now)
        if watchdog.ping_due():
            watchdog.pong(7)
    assert now < PATIENCE + 2 * PING_EVERY + 2 * LOOK


@given(st.floats(0.01, 1.2))
def test_a_slow_but_steady_child_is_left_alone(step: float) -> None:
    watchdog, now, progress = Watchdog(0.0), 0.0, 0
    for _ in range(300):
        now += LOOK
        progress = int(now / step)
        watchdog.pass_time(now)
        assert not watchdog.hung
        if watchdog.ping_due():
            watchdog.pong(progress)


def test_a_child_that_was_slow_all_along_gets_more_time() -> None:
    watchdog, now = Watchdog(0.0), 0.0
    for progress in range(5):  # a token a second
        for _ in range(10):
            now += LOOK
            watchdog.pass_time(now)
            watchdog.pong(progress)
    stopped = now
    while not watchdog.hung and now < stopped + 60:
        now += LOOK
        watchdog.pass_time(now)
        watchdog.pong(4)
    assert 5 < now - stopped < 15


def test_the_app_having_slept_is_not_the_childs_fault() -> None:
    watchdog = Watchdog(0.0)
    watchdog.pass_time(3600.0)
    assert not watchdog.hung
    assert LONGEST_TURN < PATIENCE


def test_pings_keep_their_distance() -> None:
    watchdog = Watchdog(0.0)
    assert watchdog.ping_due()
    assert not watchdog.ping_due()
    watchdog.pass_time(PING_EVERY + 0.01)
    assert watchdog.ping_due()
