# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ways a start can go: a second one, and one without the model's file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from desk.desk import Desk
from desk.person import STORY, await_growth, name_file, open_first_chat, send, shown_texts, unlock
from desk.window import ROOT, Window
from harness.vaults import tell

from desktop.paths import Profile

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]


def test_a_second_start_raises_the_first_window(
    open_window: Open, vault: Profile, desk: Desk, tmp_path: Path
) -> None:
    first = open_window()
    unlock(first)
    other = open_window(profile=Profile(tmp_path / "other"))
    other.find(name="Welcome to Inglenook")
    assert desk.ask(do="stacking")[0] == other.pid

    second = open_window()
    assert second.wait() == 0

    first.until(lambda: desk.ask(do="stacking")[0] == first.pid, "it stayed behind")
    first.find("push button", "Lock")  # as it was, not locked and not another
    assert other.close() == 0
    assert first.close() == 0


@pytest.fixture
def tree_without_model(tmp_path: Path) -> Path:
    """The program's files as they are, but for the model."""
    tree = tmp_path / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "*.gguf")
    for name in ("desktop", "resources"):
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    return tree


def test_without_the_models_file_chats_open_and_another_can_be_chosen(
    open_window: Open, vault: Profile, desk: Desk, tree_without_model: Path, model_file: Path
) -> None:
    tell(vault, "Of boats", ["Where is the ferry?", "At the north quay."])
    window = open_window(root=tree_without_model)
    unlock(window)
    open_first_chat(window)
    window.until(lambda: "At the north quay." in shown_texts(window), "the chat did not open")
    window.find("push button", "Model: .*file missing")
    window.find(name="The model file is not where it should be.*")
    desk.illustrate("model-missing")

    window.press("Choose a model…")
    window.press("Add a model file…")
    name_file(window, model_file)
    window.press(".*Use for all chats.*|Use .*", within=60)
    window.press("Back to the chat")
    window.find("push button", "Model: .*(ready|loading…|not in memory)", within=60)
    send(window, STORY)
    await_growth(window, STORY)
    assert window.close() == 0
