# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's first day with the window, from choosing a passphrase to finding every word again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk.desk import Desk
from desk.person import (
    PASSPHRASE,
    STORY,
    answer,
    await_end,
    await_growth,
    chat_in_list,
    first_start,
    letters,
    open_first_chat,
    rename,
    send,
    shown_texts,
    try_passphrase,
    unlock,
)
from desk.window import Window

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]


def test_a_first_day(open_window: Open, desk: Desk) -> None:
    window = open_window()
    window.find(name="Welcome to Inglenook")
    desk.illustrate("first-start")
    first_start(window)

    send(window, STORY)
    short, long = await_growth(window, STORY)
    assert letters(long).startswith(letters(short))
    desk.illustrate("streaming")
    window.press("Stop the answer")
    await_end(window)
    window.find("label", "Stopped")
    stopped = answer(window, STORY)
    assert letters(stopped).startswith(letters(long))

    window.press("Answer again")
    window.find("push button", "Stop the answer")
    await_growth(window, STORY)
    window.press("Stop the answer")
    await_end(window)
    window.find("label", "Version 2 of 2")
    second = answer(window, STORY)
    desk.illustrate("second-version")
    window.press("Previous version")
    window.find("label", "Version 1 of 2")
    assert answer(window, STORY) == stopped

    chat_in_list(window, STORY)
    rename(window, "Harbour")
    chat_in_list(window, "Harbour")
    assert window.close() == 0

    window = open_window()
    window.find(name="Inglenook is locked")
    desk.illustrate("locked")
    try_passphrase(window, "not this one at all")
    window.find("label", "That is not the passphrase.*")
    desk.illustrate("wrong-passphrase")
    unlock(window, PASSPHRASE)
    chat_in_list(window, "Harbour")
    open_first_chat(window)
    window.until(lambda: STORY in shown_texts(window), "the chat did not open")
    window.find("label", "Version 1 of 2")
    assert answer(window, STORY) == stopped
    window.press("Next version")
    window.find("label", "Version 2 of 2")
    assert answer(window, STORY) == second
    desk.illustrate("found-again")
    assert window.close() == 0
