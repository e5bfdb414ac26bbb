# SPDX-License-Identifier: GPL-3.0-or-later
"""The cards and pages of the Privacy Centre: exact terms, network, what was given, the record, one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.session import Session
from desktop.storage.activity import record
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.privacy.parts import Bar
from desktop.ui.privacy.record_page import PAGE
from desktop.ui.privacy.review_presenter import ReviewPresenter
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.controls import Button


def words(root: QWidget) -> str:
    return "\n".join(label.text() for label in root.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def centre(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> PrivacyPage:
    ask("A quiet question about zanzibar")
    workspace.do(Command.PRIVACY)
    qtbot.waitUntil(lambda: "2 messages" in words(workspace.privacy))
    return workspace.privacy


def test_each_bar_says_what_it_shows(centre: PrivacyPage) -> None:
    names = [bar.accessibleName() for bar in centre.findChildren(Bar)]
    assert any(name.startswith("Chats: ") and "2 messages" in name for name in names)
    assert all(names)


def test_the_exact_terms_are_one_press_away(centre: PrivacyPage) -> None:
    card = centre._protected
    assert "Landlock" not in words(card)
    card.more_button.click()
    assert "The model's process" in words(card)
    assert "Cipher" in words(card)
    card.more_button.click()
    assert "Cipher" not in words(card)


def test_the_network_is_checked_without_a_socket(
    qtbot: QtBot, centre: PrivacyPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("not even one that would be refused")

    monkeypatch.setattr("socket.socket", refuse)
    centre.network.check_button.click()
    qtbot.waitUntil(lambda: "Checked at" in centre.network.enforced.text())


def test_downloads_are_allowed_by_the_person_only(
    qtbot: QtBot, centre: PrivacyPage, session: Session
) -> None:
    switch = centre.network.switch
    assert not switch.isChecked()
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.network.downloads_allowed().result())
    qtbot.waitUntil(lambda: "You are asked before each one" in words(centre.network))
    switch.click()
    qtbot.waitUntil(lambda: not session.network.downloads_allowed().result())


def test_a_use_of_the_network_stands_there(qtbot: QtBot, centre: PrivacyPage, session: Session) -> None:
    session.network.record_network_use(
        "model", "models.example", bytes_in=98_000_000, bytes_out=4_000
    ).result()
    centre.network.switch.click()  # whatever has it read again
    qtbot.waitUntil(lambda: "model from models.example, 98" in words(centre.network))
    assert "Never used" not in words(centre.network)


def test_an_answer_leads_to_its_chat(qtbot: QtBot, workspace: Workspace, centre: PrivacyPage) -> None:
    qtbot.waitUntil(lambda: "1 answer:" in words(centre.given))
    assert "Scripted: " in words(centre.given)
    assert "nothing left out" in words(centre.given)
    openers = [
        one for one in centre.given.findChildren(Button) if one.accessibleName().startswith("Open the chat")
    ]
    shown = workspace.chat.shown
    workspace.chat.show_new()
    assert workspace.chat.shown is None
    openers[0].click()
    qtbot.waitUntil(workspace.page.isVisible)
    assert workspace.chat.shown == shown


def test_the_record_is_paged_and_filtered(qtbot: QtBot, centre: PrivacyPage, session: Session) -> None:
    def fill(conn: object) -> None:
        for number in range(PAGE + 5):
            record(conn, "exported" if number % 2 else "imported", chats=number)  # type: ignore[arg-type]

    session.privacy._database.write(fill).result()
    centre.network.switch.click()
    qtbot.waitUntil(lambda: "Allowed downloads" in words(centre._happened))
    centre._happened.all_button.click()
    page = centre.record
    qtbot.waitUntil(lambda: page.entries.count() == PAGE)
    assert page.kind.hasFocus()
    page.more_button.click()
    qtbot.waitUntil(lambda: page.entries.count() == PAGE + 6)  # the switch is in it, too
    assert not page.more_button.isVisible()
    page.kind.setCurrentIndex(page.kind.findData("exported"))
    page.kind.activated.emit(page.kind.currentIndex())
    qtbot.waitUntil(lambda: page.entries.count() == (PAGE + 5) // 2)
    assert "Exported" in page.entries.item(0).text()
    assert page.kind.currentData() == "exported"
    qtbot.keyClick(page.entries, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert centre.isVisible()


def test_everything_goes_into_one_file(qtbot: QtBot, centre: PrivacyPage, tmp_path: Path) -> None:
    centre.review_button.click()
    presenter = centre.findChild(ReviewPresenter)
    assert presenter is not None
    presenter.write(tmp_path / "all.json")
    qtbot.waitUntil(lambda: centre.review.said.text().startswith("Saved."))
    assert "zanzibar" in (tmp_path / "all.json").read_text(encoding="utf-8")
    presenter.write(tmp_path / "nowhere" / "all.txt")
    qtbot.waitUntil(lambda: "cannot be written" in centre.review.said.text())
