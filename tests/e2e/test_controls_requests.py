# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can ask for of their data, each once in one window, and what came of it seen from outside."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk.desk import Desk
from desk.person import (
    ask_briefly,
    chat_in_list,
    choose,
    name_file,
    open_chat,
    unlock,
)
from desk.window import Window
from harness.vaults import tell

from desktop.paths import Profile

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]
RunCli = Callable[..., subprocess.CompletedProcess[str]]

NAME, RIGHT = "Anna Petersen", "Hanna Peters"
LETTER = [f"Write to {NAME}, anna@example.org.", f"Dear {NAME}, the ferry is late."]
CHATGPT = [
    {
        "title": "Of lamps",
        "create_time": 1700000000.0,
        "current_node": "b",
        "mapping": {
            "a": {"id": "a", "message": None, "parent": None, "children": ["b"]},
            "b": {
                "id": "b",
                "message": {
                    "id": "b",
                    "author": {"role": "user"},
                    "content": {"content_type": "text", "parts": ["Which lamp?"]},
                },
                "parent": "a",
                "children": [],
            },
        },
    }
]


def to_privacy(window: Window) -> None:
    window.press("Privacy Centre", role="check box")
    window.find("push button", "Review")


def back(window: Window, button: str) -> None:
    """By Escape, to the page with this button."""
    window.keys("Escape")
    window.find("push button", button)


def see_everything(window: Window, file: Path) -> None:
    window.press("Review")
    shown = ("text", "Everything that is kept")
    window.until(lambda: NAME in window.find(*shown)["text"], "the words are not shown")
    window.press("Save as one file…")
    name_file(window, file)
    window.until(file.exists, "nothing was written")
    back(window, "Review")


def take_along(window: Window, file: Path) -> None:
    """For others to read: with what is personal hidden, after a look at it."""
    marked = ("text", "The chat, with what would be taken out marked")
    window.press("Take along…")
    window.act("Toggle", "check box", "Hide personal data")
    window.find("label", "Hidden with stand-ins .*")
    window.press("See what is hidden…")
    window.until(lambda: "[NAME_1]" in window.find(*marked)["text"], "nothing is marked")
    back(window, "Save as…")
    window.press("Save as…")
    name_file(window, file)
    window.find("label", "3 chats were written to .*")
    back(window, "Review")


def correct(window: Window) -> None:
    window.press("Correct…")
    window.fill("text", "What is wrong", NAME)
    window.fill("text", "How it should be", RIGHT)
    window.press("Find it")
    window.press("Correct 3 places")
    window.find("label", "Corrected .*")
    chat_in_list(window, f"Letter to {RIGHT}")


def bring_in(window: Window, file: Path) -> None:
    file.write_text(json.dumps(CHATGPT), encoding="utf-8")
    choose(window, "Bring in…", "A file or a ZIP…")
    name_file(window, file)
    window.find("label", "1 chat came in.*")
    chat_in_list(window, "Of lamps")


def look_around(window: Window) -> None:
    """At what answers only: what the model is told and was given, the network, the record."""
    window.press("Read what the model is told")
    window.find("label", "What the model is told")
    back(window, "Review")
    window.press("Move…")
    window.find("password text", "Passphrase of the file")
    back(window, "Review")
    window.press("Check now")
    window.find("label", ".* Checked at .*")
    window.find("label", "1 answer: .*")
    window.press("Show all that happened")
    window.find("list", "What happened, newest first")
    for act in ("Corrected", "Imported", "Exported", "Showed everything"):
        window.find("list item", f".*{act}.*")
    back(window, "Review")


def allow_review_and_stop(window: Window, folder: Path) -> None:
    """One chat is allowed and written as a data set; then no chat may be used any more."""
    marked = ("text", "The chat, with what would be taken out marked")
    open_chat(window, f"Letter to {RIGHT}")
    choose(window, "Chat actions", "May be used for training")
    window.find("label", "May be used for training")
    window.press("Settings", role="check box")
    window.press("Review what may be used…")
    window.until(lambda: window.find(*marked)["text"], "the chat is not shown")
    window.press("Export the data set…")
    name_file(window, folder)
    window.find("label", "Written to .*: 1 examples.*")
    back(window, "Review what may be used…")
    to_privacy(window)
    window.press("Withdraw…")
    window.press("Withdraw all")
    window.find("label", "0 chats may be used for training now")


def erase(window: Window) -> None:
    """By keys alone, once the button is found: the field is where one types, and it is seen."""
    window.press("Erase…")
    window.find("text", "Type ERASE to erase all chats")
    window.keys(*(f"Shift_L+{letter}" for letter in "erase"), "Return")
    window.find("label", "Receipt: Erased .* Traces found afterwards: 0.*")


def test_each_request_is_done_and_recorded(
    open_window: Open, vault: Profile, desk: Desk, tmp_path: Path, run_cli: RunCli
) -> None:
    tell(vault, f"Letter to {NAME}", LETTER)
    tell(vault, "Of bread", ["How long does dough rest?", "An hour, under a cloth."])
    everything, page, data_set = (tmp_path / name for name in ("all.json", "chats.md", "set"))
    data_set.mkdir()
    window = open_window()
    unlock(window)
    ask_briefly(window, "Name three herbs.")
    to_privacy(window)
    see_everything(window, everything)
    take_along(window, page)
    correct(window)
    bring_in(window, tmp_path / "conversations.json")
    choose(window, "How long chats are kept", "30 days", role="combo box")
    look_around(window)
    desk.illustrate("requests-done")
    allow_review_and_stop(window, data_set)
    erase(window)
    desk.illustrate("erased")
    assert window.close() == 0

    for written in (everything, page, *data_set.glob("*/*")):
        assert stat.S_IMODE(written.stat().st_mode) == 0o600, written.name
    assert NAME in everything.read_text(encoding="utf-8")
    assert NAME not in page.read_text(encoding="utf-8")
    assert "[NAME_1]" in page.read_text(encoding="utf-8")

    def seen(*arguments: str) -> Any:
        done = run_cli(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert seen("chats") == []
    done = [entry["kind"] for entry in seen("privacy", "activity")]
    for kind in ("exported", "corrected", "imported", "retention-set", "consented", "training-exported"):
        assert kind in done
    assert {"training-stopped", "deleted", "everything-shown"} <= set(done)
    assert seen("privacy", "retention")["days"] == 30
