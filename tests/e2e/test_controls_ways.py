# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways in, the end of all of it, the list of chats, and chats that leave nothing: by name and key."""

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
    PASSPHRASE,
    await_end,
    chat_in_list,
    choose,
    go_to_list,
    name_file,
    open_chat,
    send,
    try_passphrase,
    unlock,
)
from desk.window import Window
from harness.vaults import key_of, tell

from desktop.paths import Profile

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]
RunCli = Callable[..., subprocess.CompletedProcess[str]]

ANOTHER = "five other words of rain"


def change_passphrase(window: Window) -> None:
    window.press("Change the passphrase")
    window.fill("password text", "Current passphrase", PASSPHRASE)
    window.fill("password text", "New passphrase", ANOTHER)
    window.fill("password text", "Type it once more", ANOTHER)
    window.press("Change")
    window.find("label", "Changed. .*")


def heard(window: Window, name: str) -> str:
    """What is told of words that have a name."""
    return str(window.find("label", f"{name}: .*")["name"]).removeprefix(f"{name}: ")


def make_recovery_code(window: Window, page: Path) -> str:
    window.press("Make a recovery code")
    code = heard(window, "Your recovery code")
    window.press("Save a page to print")
    name_file(window, page)
    window.find("label", "Written to .*")
    window.fill("text", "Type the code to keep it", code)
    window.press("Keep this code")
    window.find("label", "There is one, made on .*")
    return code


def show_key(window: Window) -> str:
    window.press("Show the key")
    window.fill("password text", "Your passphrase", ANOTHER)
    window.keys("Return")
    key = heard(window, "The key, 64 hexadecimal digits")
    window.press("Hide the key")
    return key.replace(" ", "")


def encrypt_anew(window: Window) -> None:
    window.press("Encrypt anew with a new key")
    window.fill("password text", "Your passphrase", ANOTHER)
    window.keys("Return")
    window.find("label", "Your chats have a new key.*")


def start_over(window: Window) -> None:
    """At the lock screen, by the word."""
    window.press("Forgot your passphrase.")
    window.press("Erase it and start over…")
    window.find("text", "Type ERASE to erase everything and start over")
    window.keys(*(f"Shift_L+{letter}" for letter in "erase"), "Return")
    window.find(name="Welcome to Inglenook")
    window.find("panel", "Receipt")


def test_ways_in_are_changed_and_then_all_is_erased(
    open_window: Open, vault: Profile, desk: Desk, tmp_path: Path
) -> None:
    tell(vault, "Of boats", ["Where is the ferry?", "At the north quay."])
    key = key_of(vault).hex()
    window = open_window()
    unlock(window)
    window.press("Settings", role="check box")
    change_passphrase(window)
    assert show_key(window) == key
    encrypt_anew(window)
    window.press("Settings", role="check box")
    page = tmp_path / "code.pdf"
    code = make_recovery_code(window, page)
    assert page.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    desk.illustrate("ways-in")
    window.keys("Control_L+l")
    try_passphrase(window, PASSPHRASE)
    window.find("label", "That is not the passphrase.*")
    unlock(window, code)
    chat_in_list(window, "Of boats")
    window.press("Lock")
    start_over(window)
    desk.illustrate("started-over")
    assert window.close() == 0
    assert [path.name for path in vault.folder.rglob("*") if path.is_file()] == []


def test_chats_are_kept_pinned_put_away_and_erased_or_never_written(
    open_window: Open, vault: Profile, desk: Desk, run_cli: RunCli
) -> None:
    for title in ("Of bread", "Of boats", "Of lamps", "Of rain"):
        tell(vault, title, [f"Tell me {title.lower()}.", "Gladly."])
    window = open_window()
    unlock(window)
    window.press("New temporary chat")
    send(window, "Name one herb.")
    await_end(window)
    desk.illustrate("temporary")
    open_chat_behind(window)
    for title, act in (("Of bread", "Pin"), ("Of boats", "Archive")):
        open_chat(window, title)
        choose(window, "Chat actions", act)
    delete_several(window)
    desk.illustrate("deleted")
    assert window.close() == 0

    def seen(*arguments: str) -> Any:
        done = run_cli(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    listed = {chat["title"]: (chat["pinned"], chat["archived"]) for chat in seen("chats")}
    assert listed == {"Of bread": (True, False), "Of boats": (False, True)}
    assert seen("search", "herb") == []
    assert seen("search", "lamps") == []
    assert "deleted" in [entry["kind"] for entry in seen("privacy", "activity")]


def open_chat_behind(window: Window) -> None:
    """Leave the temporary chat: it says once that it will be gone."""
    window.act("SetFocus", "list", "Chats")
    window.keys("Home", "Return")
    window.press("Discard")
    window.find("push button", "Title: .*")


def delete_several(window: Window) -> None:
    """With Shift and the arrows, then Delete: once brought back, then for good."""
    open_chat(window, "Of rain")
    go_to_list(window)
    window.keys("End", "Shift_L+Up")
    window.find("label", "2 chats selected")
    window.keys("Delete")
    window.press("Undo: 2 chats deleted")
    chat_in_list(window, "Of lamps")
    go_to_list(window)
    window.keys("End", "Shift_L+Up", "Delete")
    window.find("push button", "Undo: 2 chats deleted")
