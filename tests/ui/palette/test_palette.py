# SPDX-License-Identifier: GPL-3.0-or-later
"""The palette: chats and actions by a few letters, by keyboard alone, read out, quick with ten thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.folding import fold
from desktop.services.session import Session
from desktop.ui.palette.matching import best, held
from desktop.ui.palette.model import Entry, PaletteModel
from desktop.ui.palette.palette import Palette
from desktop.ui.preferences import TEXT_SIZE, THEME, Preferences
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import ThemeChoice

NAMES = ["export all chats", "a bread recipe", "recipes of old", "new chat", "re: cats in pens", "settings"]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", NAMES),
        ("recipe", ["recipes of old", "a bread recipe", "re: cats in pens"]),
        ("rec", ["recipes of old", "a bread recipe", "re: cats in pens"]),
        ("chat", ["export all chats", "new chat"]),
        ("nch", ["new chat"]),
        ("stgs", ["settings"]),
        ("zzz", []),
        ("(", []),
    ],
)
def test_the_best_comes_first(letters: str, expected: list[str]) -> None:
    assert [NAMES[place] for place in best(letters, NAMES)] == expected


def test_which_letters_are_held() -> None:
    assert held("chat", "new chat") == [4, 5, 6, 7]
    assert held("nch", "new chat") == [0, 4, 5]
    assert held("recipe", "a recipe") == [2, 3, 4, 5, 6, 7]
    assert held("x", "new chat") == []


def palette(workspace: Workspace) -> Palette:
    return workspace._finding.palette.view


def shown(workspace: Workspace) -> list[str]:
    model = palette(workspace).list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_a_chat_by_a_few_letters(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> None:
    first = ask("Àpples and pears")
    workspace.do(Command.NEW_CHAT)
    ask("Bread and butter")
    workspace.do(Command.PALETTE)
    view = palette(workspace)
    assert view.isVisible()
    assert view.field.hasFocus()
    assert {"Bread and butter", "Àpples and pears", "New chat"} <= set(shown(workspace))
    qtbot.waitUntil(lambda: workspace._finding.palette._folded != {})
    qtbot.keyClicks(view.field, "apprs")
    qtbot.waitUntil(lambda: shown(workspace)[:1] == ["Àpples and pears"])
    assert view.field.accessibleDescription() == "Àpples and pears"  # what Return would open is read out
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.chat.shown == first)
    assert not view.isVisible()


def test_actions_with_their_keys(qtbot: QtBot, workspace: Workspace, preferences: Preferences) -> None:
    view = palette(workspace)
    workspace.do(Command.PALETTE)
    qtbot.keyClicks(view.field, "appearance")
    assert shown(workspace)[:3] == ["Appearance: light", "Appearance: dark", "Appearance: as the system"]
    qtbot.keyClick(view.field, Qt.Key.Key_Down)
    assert view.field.accessibleDescription() == "Appearance: dark"
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert preferences.get(THEME) is ThemeChoice.DARK
    workspace.do(Command.PALETTE)
    qtbot.keyClicks(view.field, "larger")
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert preferences.get(TEXT_SIZE) == 110
    workspace.do(Command.PALETTE)
    qtbot.keyClicks(view.field, "priv")
    assert view.field.accessibleDescription() == "Privacy Centre, Ctrl+Shift+P"
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert workspace.privacy.isVisible()


def test_escape_goes_back_to_where_one_was(qtbot: QtBot, workspace: Workspace) -> None:
    before = QApplication.focusWidget()
    view = palette(workspace)
    workspace.do(Command.PALETTE)
    qtbot.keyClicks(view.field, "qqqq")
    assert view.nothing.isVisible()
    qtbot.keyClick(view.field, Qt.Key.Key_Return)  # nothing is chosen
    assert view.isVisible()
    qtbot.keyClick(view.field, Qt.Key.Key_Escape)
    assert not view.isVisible()
    assert QApplication.focusWidget() is before
    workspace.do(Command.PALETTE)
    assert view.field.text() == ""
    workspace.do(Command.PALETTE)
    assert not view.isVisible()


def test_what_is_not_there_is_not_offered(workspace: Workspace, session: Session) -> None:
    workspace.do(Command.PALETTE)
    palette(workspace).field.setText("export")
    assert "Export all chats…" in shown(workspace)
    assert "Export this chat…" not in shown(workspace)


def test_the_model_is_sound_and_quick_with_ten_thousand(qtmodeltester: ModelTester) -> None:
    at = datetime.now(UTC)
    chats = [
        Chat(ChatId(f"c{n}"), f"Chat number {n} about gardens and kitchens", at, at) for n in range(10_000)
    ]
    entries = [Entry(chat.title, "pin", lambda: None) for chat in chats]
    names = [fold(chat.title) for chat in chats]
    model = PaletteModel()
    model.fill([Entry("New chat", "plus", lambda: None, "Ctrl+N")], entries, names)
    qtmodeltester.check(model)
    for letters in ("c", "chat", "number 9999", "9999", "cn99k", "zzzzzz"):
        took = []
        for _try in range(3):
            began = time.perf_counter()
            model.narrow(letters)
            took.append(time.perf_counter() - began)
        assert min(took) < 0.016, letters
    model.narrow("number 9999")
    assert model.index(0).data() == "Chat number 9999 about gardens and kitchens"
