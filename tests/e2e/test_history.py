# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and deleting chats in the window; and what is found after the worst end of one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest
from desk.desk import Desk
from desk.person import (
    STORY,
    answer,
    await_growth,
    chat_in_list,
    letters,
    open_first_chat,
    send,
    shown_texts,
    unlock,
)
from desk.window import Window
from harness.vaults import open_and_examine, tell

from desktop.domain.conversation import Status
from desktop.paths import Profile

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]

KEPT_WITHIN = 1.5  # seconds: half a second is promised, the rest is for the disk and a busy machine


def test_a_word_is_searched_and_its_chat_opened(open_window: Open, vault: Profile, desk: Desk) -> None:
    tell(vault, "Of boats", ["Where is the ferry?", "The ferry is at the north quay."])
    tell(vault, "Of bread", ["How long does dough rest?", "An hour, under a cloth."])
    window = open_window()
    unlock(window)
    window.fill("text", "Search everything", "quay")
    window.find("list", "Search results")
    hit = window.find("list item", ".*north quay.*")
    desk.illustrate("search")
    assert len(window.all("list item")) == 1, hit
    window.act("SetFocus", "list", "Search results")
    window.keys("Home", "Return")
    window.until(lambda: "The ferry is at the north quay." in shown_texts(window), "it was not opened")
    window.find("push button", "Title: Of boats. Rename")
    window.fill("text", "Search everything", "zeppelin")
    window.await_gone("list", "Search results")
    window.fill("text", "Search everything", "")
    chat_in_list(window, "Of bread")
    assert window.close() == 0


def test_a_chat_is_deleted_brought_back_and_deleted_for_good(
    open_window: Open, vault: Profile, desk: Desk
) -> None:
    tell(vault, "Kept", ["One", "Two"])
    tell(vault, "Thrown away", ["Three", "Four"])
    window = open_window()
    unlock(window)
    chat_in_list(window, "Thrown away")
    open_first_chat(window)
    window.until(lambda: "Three" in shown_texts(window), "it was not opened")
    window.act("SetFocus", "list", "Chats")
    window.keys("Delete")
    window.await_gone("list item", "Thrown away.*")
    desk.illustrate("undo-offered")
    window.press("Undo: Chat deleted")
    chat_in_list(window, "Thrown away")
    window.until(lambda: "Four" in shown_texts(window), "it did not come back")
    window.act("SetFocus", "list", "Chats")
    window.keys("Delete")
    window.await_gone("list item", "Thrown away.*")
    assert window.close() == 0  # within the ten seconds: closing completes it

    assert [m.content for m in open_and_examine(vault).messages] == ["One", "Two"]


def test_an_answer_cut_off_by_a_kill_is_there_as_far_as_it_came(
    open_window: Open, vault: Profile, desk: Desk
) -> None:
    window = open_window()
    unlock(window)
    send(window, STORY)
    _, seen = await_growth(window, STORY)
    time.sleep(KEPT_WITHIN)
    os.kill(window.pid, signal.SIGKILL)
    window.wait()

    window = open_window()
    unlock(window)
    chat_in_list(window, STORY)
    open_first_chat(window)
    window.find("label", "Interrupted when the app closed")
    assert letters(answer(window, STORY)).startswith(letters(seen))
    desk.illustrate("interrupted")
    assert window.close() == 0
    [_, reply] = open_and_examine(vault).messages
    assert reply.status is Status.INTERRUPTED


def test_finding_in_the_chat_and_the_palette_by_keyboard(
    open_window: Open, vault: Profile, desk: Desk
) -> None:
    tell(vault, "Of boats", ["Where is the ferry?", "The ferry is at the north quay. Ferry fares rose."])
    tell(vault, "Of bread", ["How long does dough rest?", "An hour, under a cloth."])
    window = open_window()
    unlock(window)
    chat_in_list(window, "Of boats")
    window.keys("Control_L+k")
    window.fill("text", "Go to a chat, or do something", "boa")
    window.find("list item", "Of boats")
    desk.illustrate("palette")
    window.keys("Return")
    window.until(lambda: "Where is the ferry?" in shown_texts(window), "it was not opened")
    window.keys("Control_L+f")
    window.fill("text", "Find in this chat", "ferry")
    window.find("label", "1 of 3")
    window.keys("Return")
    window.find("label", "2 of 3")
    desk.illustrate("find-in-chat")
    window.keys("Escape")
    window.await_gone("text", "Find in this chat")
    window.keys("Control_L+Shift_L+f")
    window.act("ShowMenu", "push button", "Who")
    window.keys("Down", "Down", "Return")  # Anyone, Me
    window.find("push button", "Who: Me")
    window.fill("text", "Search everything", "ferry from:me")
    window.find("list item", ".*Where is the ferry.*")
    assert not window.all("list item", ".*north quay.*")
    assert window.close() == 0
