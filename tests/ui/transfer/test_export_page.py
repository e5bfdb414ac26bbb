# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking chats along, from the Privacy Centre and from a chat's menu, over a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import passphrase as age
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.services.export.exporter import Format
from desktop.ui.shell import data_pages as shell
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.transfer.export_page import ExportPage

PASSPHRASE = "seven other garden words"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person says the file should go; its name is what was proposed."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(shell, "choose_new_file", lambda _p, _t, proposed: folder / proposed.name)
    return folder


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> ExportPage:
    """Opened from the Privacy Centre, with a chat kept."""
    ask("A quiet question about zanzibar")
    workspace.do(Command.PRIVACY)
    workspace.privacy.export_button.click()
    assert workspace.data.export.isVisible()
    return workspace.data.export


def choose(page: ExportPage, format_: Format) -> None:
    page.format.setCurrentIndex(page.format.findData(format_))


def test_all_chats_as_markdown(qtbot: QtBot, workspace: Workspace, page: ExportPage, place: Path) -> None:
    choose(page, Format.MARKDOWN)
    page.save_button.click()
    qtbot.waitUntil(lambda: "1 chat was written" in page.said.text())
    (file,) = place.iterdir()
    assert file.suffix == ".md"
    assert "zanzibar" not in file.name
    assert "zanzibar" in file.read_text()
    assert page.save_button.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert workspace.privacy.isVisible()
    (done, *_rest) = workspace.session.privacy.activity().result()
    assert done.kind == "exported"


def test_encrypted_with_a_passphrase(qtbot: QtBot, page: ExportPage, place: Path) -> None:
    choose(page, Format.JSON)
    page.encrypt.setChecked(True)
    page.save_button.click()  # no passphrase yet
    assert list(place.iterdir()) == []
    qtbot.keyClicks(page.passphrase.passphrase.edit, PASSPHRASE)
    qtbot.keyClicks(page.passphrase.again.edit, PASSPHRASE)
    page.save_button.click()
    qtbot.waitUntil(lambda: "was written" in page.said.text(), timeout=20_000)
    (file,) = place.iterdir()
    assert file.name.endswith(".json.age")
    assert len(json.loads(age.decrypt(file.read_bytes(), PASSPHRASE))["chats"]) == 1
    assert page.passphrase.passphrase.text == ""


def test_one_chat_from_its_menu(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str], place: Path
) -> None:
    ask("The first question")
    workspace.do(Command.NEW_CHAT)
    ask("Another question")
    next(a for a in workspace.page.header.menu().actions() if a.text() == "Export…").trigger()
    page = workspace.data.export
    assert page.isVisible()
    choose(page, Format.HTML)
    page.save_button.click()
    qtbot.waitUntil(lambda: "was written" in page.said.text())
    (file,) = place.iterdir()
    assert "Another question" in file.read_text()
    assert "The first question" not in file.read_text()
    page.back_button.click()
    assert workspace.page.isVisible()


def test_what_went_wrong_is_said(
    qtbot: QtBot, page: ExportPage, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "choose_new_file", lambda *_: place / "nowhere" / "out")
    page.save_button.click()
    qtbot.waitUntil(lambda: "choose another place" in page.said.text())
    assert page.save_button.isEnabled()


def test_nothing_is_written_without_a_place(page: ExportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "choose_new_file", lambda *_: None)
    page.save_button.click()
    assert not page.progress.isVisible()
