# SPDX-License-Identifier: GPL-3.0-or-later
"""Two computers: instructions, downloads and locking are set on one, and all of it is moved to the other."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from desk.desk import Desk
from desk.person import PASSPHRASE, choose, name_file, unlock
from desk.window import Window
from harness.vaults import tell

from desktop.paths import Profile

pytestmark = pytest.mark.e2e

Open = Callable[..., Window]
RunCli = Callable[..., subprocess.CompletedProcess[str]]

ON_THE_FILE = "seven brass harbour lanterns"


def move_out(window: Window, file: Path) -> str:
    """The fingerprint that is shown at the end."""
    window.press("Privacy Centre", role="check box")
    window.act("Toggle", "check box", "Ask before each download")
    window.press("Move…")
    window.fill("password text", "Passphrase of the file", ON_THE_FILE)
    window.fill("password text", "Type it once more", ON_THE_FILE)
    window.press("Save as…")
    name_file(window, file)
    window.find("label", ".* was read back, and all of it is there: 1 chat, 2 messages.")
    return str(window.find("label", "Fingerprint")["text"])


def move_in(window: Window, file: Path) -> str:
    """From the first start on; the fingerprint that is shown at the end."""
    window.fill("password text", "Choose a passphrase", PASSPHRASE)
    window.fill("password text", "Type it once more", PASSPHRASE)
    window.act("Toggle", "check box", "I understand: .*")
    window.act("Toggle", "check box", "I have chats from another computer.*")
    window.press("Begin")
    window.press("Choose the file…")
    name_file(window, file)
    window.fill("password text", "Passphrase it was written with", ON_THE_FILE)
    window.press("Open it")
    window.find("label", "Equal: 1 chat, 2 messages")
    return str(window.find("label", "Fingerprint")["text"])


def say_how_to_answer(window: Window) -> None:
    """To the model, in every chat; and that the screen's lock does not lock the vault."""
    window.press("Settings", role="check box")
    choose(window, "Lock when nobody is here", "After 15 minutes", role="combo box")


def test_everything_is_moved_to_another_computer(
    open_window: Open, vault: Profile, desk: Desk, tmp_path: Path, run_cli: RunCli
) -> None:
    tell(vault, "Of boats", ["Where is the ferry?", "At the north quay."])
    file = tmp_path / "move.age"
    old = open_window()
    unlock(old)
    say_how_to_answer(old)
    written = move_out(old, file)
    desk.illustrate("moved-out")
    assert old.close() == 0
    new = open_window(profile=Profile(tmp_path / "new"))
    assert move_in(new, file) == written
    desk.illustrate("moved-in")
    assert new.close() == 0

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"ferry" not in file.read_bytes()
    network = json.loads(run_cli("privacy", "network", "--json").stdout)
    assert network["downloads_allowed"] is True
