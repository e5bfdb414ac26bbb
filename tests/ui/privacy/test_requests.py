# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing chats in and letting old ones go, from the Privacy Centre, over a real vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyrage import passphrase as age
from pytestqt.qtbot import QtBot

from desktop.domain.archive import ArchivedChat, ArchivedMessage
from desktop.domain.conversation import Role, Status
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.reports import ImportReport, SkippedReport
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage import retention
from desktop.storage.archive import insert_chat
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme
from desktop.ui.transfer.import_presenter import ImportPresenter
from tests.conftest import PASSPHRASE

LONG_AGO = datetime.now(UTC) - timedelta(days=50)


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


@pytest.fixture
def centre(workspace: Workspace) -> PrivacyPage:
    workspace.do(Command.PRIVACY)
    return workspace.privacy


@pytest.fixture
def bring(centre: PrivacyPage) -> ImportPresenter:
    found = centre.bring.findChild(ImportPresenter)
    assert found is not None
    return found


def a_history(folder: Path, passphrase: str | None = None) -> Path:
    node = {"message": {"author": {"role": "user"}, "content": {"parts": ["zanzibar"]}, "create_time": 1.7e9}}
    data = json.dumps([{"id": "x", "title": "Trip", "mapping": {"n": node}}, {"mapping": {}}]).encode()
    file = folder / "conversations.json"
    file.write_bytes(age.encrypt(data, passphrase) if passphrase else data)
    return file


def titles(workspace: Workspace) -> list[str]:
    model = workspace.sidebar.chats
    found = [model.index(row).data() for row in range(model.rowCount())]
    return [str(title) for title in found]


def old_chat(session: Session) -> None:
    message = ArchivedMessage("m", None, Role.USER, "old words", Status.COMPLETE, LONG_AGO)
    chat = ArchivedChat("old", "An old chat", LONG_AGO, LONG_AGO, [message])
    session.exporter._database.write(lambda c: insert_chat(c, chat)).result()


def test_a_history_is_brought_in(
    qtbot: QtBot, workspace: Workspace, centre: PrivacyPage, bring: ImportPresenter, tmp_path: Path
) -> None:
    bring.begin(a_history(tmp_path))
    assert not centre.bring.open_button.isEnabled()
    qtbot.waitUntil(lambda: centre.bring.said.text().startswith("1 chat came in."), timeout=20_000)
    assert "empty" in centre.bring.left_out.toPlainText()
    qtbot.waitUntil(lambda: "Trip" in titles(workspace))
    assert centre.bring.open_button.isEnabled()


def test_the_focus_stays_with_the_import(
    qtbot: QtBot, centre: PrivacyPage, bring: ImportPresenter, tmp_path: Path
) -> None:
    """Not on the list of years after which chats go, where the next key would choose one."""
    form = centre.bring
    form.open_button.setFocus()
    bring.begin(a_history(tmp_path))
    assert form.stop_button.hasFocus()
    qtbot.waitUntil(lambda: form.said.text().startswith("1 chat came in."), timeout=20_000)
    assert form.open_button.hasFocus()
    bring.begin(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: "no file" in form.said.text())
    assert form.open_button.hasFocus()


def test_what_was_left_out_can_be_read_at_any_size_of_text(
    qtbot: QtBot, centre: PrivacyPage, theme: Theme
) -> None:
    form = centre.bring
    form.show_report(ImportReport(1, 1, [SkippedReport("a", "b")] * 20), stopped=True)
    before = form.left_out.height()
    theme.set_scale(2.0)
    qtbot.waitUntil(lambda: form.left_out.height() > 1.7 * before)
    assert "You stopped it" in form.said.text()


def test_an_encrypted_one_asks_for_its_passphrase(
    qtbot: QtBot, centre: PrivacyPage, bring: ImportPresenter, tmp_path: Path
) -> None:
    form = centre.bring
    bring.begin(a_history(tmp_path, "seven other garden words"))
    qtbot.waitUntil(form.passphrase.isVisible, timeout=20_000)
    form.passphrase.edit.setText("not it")
    form.unlock_button.click()
    qtbot.waitUntil(lambda: "does not open it" in form.passphrase.note.text(), timeout=20_000)
    form.passphrase.edit.setText("seven other garden words")
    form.unlock_button.click()
    qtbot.waitUntil(lambda: form.said.text().startswith("1 chat came in."), timeout=20_000)
    assert form.passphrase.text == ""


def test_a_file_that_is_not_there(
    qtbot: QtBot, centre: PrivacyPage, bring: ImportPresenter, tmp_path: Path
) -> None:
    bring.begin(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: "no file" in centre.bring.said.text())


def test_old_chats_go_after_the_person_agreed(
    qtbot: QtBot,
    workspace: Workspace,
    session: Session,
    centre: PrivacyPage,
    ask: Callable[[str], str],
) -> None:
    old_chat(session)
    form = centre.retention
    form.select.setCurrentIndex(form.select.findData(30))
    form.select.activated.emit(form.select.currentIndex())
    qtbot.waitUntil(form.agree_button.isVisible)
    assert "An old chat" in form.said.text()
    assert len(session.history.chats().result()) == 1
    form.agree_button.click()
    qtbot.waitUntil(lambda: "1 chat was erased" in form.said.text(), timeout=20_000)
    assert session.history.chats().result() == []
    qtbot.waitUntil(lambda: not form.agree_button.isVisible())
    assert form.select.currentData() == 30


def test_a_rule_that_was_not_agreed_to_is_told_of_and_one_that_was_acts(
    qtbot: QtBot, workspace: Workspace, session: Session
) -> None:
    old_chat(session)
    care = workspace.findChild(DailyCare)
    session.retention.set_days(30).result()
    care.look()
    qtbot.waitUntil(lambda: "had their time" in workspace.page.notices.words("retention"))
    assert len(session.history.chats().result()) == 1
    session.retention.agree()
    assert session.history.chats().result() == []
    old_chat(session)  # what comes in old is asked about again
    session.exporter._database.write(lambda c: retention.agree(c, datetime.now(UTC))).result()
    with qtbot.waitSignal(care.erased, timeout=20_000):
        care.look()
    qtbot.waitUntil(lambda: "An old chat" not in titles(workspace))
