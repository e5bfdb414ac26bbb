# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking chats along, from the Privacy Centre and from a chat's menu, over a real database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import passphrase as age
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.personal_data import Detector, Finding
from desktop.services.export.exporter import Format
from desktop.ui.shell import data_pages as shell
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme
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


@pytest.fixture
def named(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> ExportPage:
    """Opened from the Privacy Centre, with a chat in which somebody is named."""
    ask("Anna Schmidt, anna@example.com, met Peter Weber at the Walnut Club")
    workspace.do(Command.PRIVACY)
    workspace.privacy.export_button.click()
    return workspace.data.export


def hide(qtbot: QtBot, page: ExportPage) -> None:
    page.hide_data.setFocus()
    qtbot.keyClick(page.hide_data, Qt.Key.Key_Space)
    qtbot.waitUntil(page.see_button.isVisible, timeout=10_000)


def test_personal_data_is_hidden_after_a_look(
    qtbot: QtBot, workspace: Workspace, named: ExportPage, place: Path
) -> None:
    """Off by default; counts first, then each passage in its place, and the person's word on it."""
    choose(named, Format.MARKDOWN)
    assert not named.hide_data.isChecked()
    hide(qtbot, named)
    told = [one.text() for one in named.findChildren(QLabel) if one.isVisible()]
    assert any("names" in words and "e-mail addresses" in words for words in told)
    named.see_button.click()
    hidden = workspace.data.hidden
    assert hidden.isVisible()
    values = hidden.panel.values
    qtbot.waitUntil(lambda: values.count() == 3)
    assert "Anna Schmidt [NAME_1]" in hidden.panel.text.toPlainText()
    assert "Title" in hidden.panel.text.toPlainText()
    stays = next(place for place in range(3) if "Peter Weber" in values.item(place).text())
    values.item(stays).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: "left as it is" in values.item(stays).text())
    cursor = hidden.panel.text.document().find("Walnut Club")
    hidden.panel.text.setTextCursor(QTextCursor(cursor))
    hidden.panel.hide_button.click()
    qtbot.waitUntil(lambda: values.count() == 4)
    qtbot.keyClick(hidden, Qt.Key.Key_Escape)
    assert named.isVisible()
    assert hidden.panel.text.toPlainText() == ""
    named.save_button.click()
    qtbot.waitUntil(lambda: "was written" in named.said.text())
    assert "Hidden: " in named.said.text()
    (file,) = place.iterdir()
    text = file.read_text(encoding="utf-8")
    assert "Peter Weber" in text
    for gone in ("Anna", "anna@example.com", "Walnut"):
        assert gone not in text
    (done, *_rest) = workspace.session.privacy.activity().result()
    assert done.counts["filtered"] is True


def test_an_archive_is_never_filtered(qtbot: QtBot, named: ExportPage) -> None:
    hide(qtbot, named)
    choose(named, Format.ARCHIVE)
    assert not named.hide_data.isChecked()
    assert not named.hide_data.isEnabled()
    assert any("comes back without loss" in one.text() for one in named.findChildren(QLabel))
    choose(named, Format.JSON)
    assert named.hide_data.isEnabled()


def test_the_look_is_stopped(
    qtbot: QtBot, workspace: Workspace, named: ExportPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that would take minutes shows that it goes on, and ends when it is told to."""
    going = threading.Event()
    real = Detector.find

    def slowly(self: Detector, text: str) -> list[Finding]:
        going.set()
        time.sleep(0.2)
        return real(self, text)

    monkeypatch.setattr(Detector, "find", slowly)
    named.hide_data.click()
    assert named.progress.isVisible()
    assert going.wait(5)
    named.stop_button.click()
    qtbot.waitUntil(lambda: "stopped" in named.said.text())
    assert not named.hide_data.isChecked()
    assert named.save_button.isVisible()


def test_large_text_puts_the_columns_below_each_other(
    qtbot: QtBot, workspace: Workspace, named: ExportPage, theme: Theme
) -> None:
    """Nothing is cut off: every control is as wide as its words, and the page scrolls."""
    theme.set_scale(2.0)
    hide(qtbot, named)
    named.see_button.click()
    panel = workspace.data.hidden.panel
    qtbot.waitUntil(lambda: panel.values.count() == 3)
    assert panel.text.mapTo(panel, panel.text.rect().topLeft()).y() > panel.chats.geometry().bottom()
    for button in (panel.hide_button, workspace.data.hidden.done_button):
        assert button.width() >= button.sizeHint().width()
