# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving on one page: out of one computer, into another, compared; stopped, refused and repeated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.documents import age
from desktop.domain.conversation import Role
from desktop.paths import Profile
from desktop.services.export.exporter import Exporter
from desktop.services.models import Models
from desktop.services.moving import MovedOut, Moving
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage import conversations, drafts
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.moving.page import MovePage
from desktop.ui.preferences import Preferences
from desktop.ui.shell import data_pages as shell
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme

PASSPHRASE = "seven other garden words"
GOOD = "four unrelated garden words"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age, "WORK_FACTOR", 4)


@pytest.fixture
def other() -> Iterator[Database]:
    """Another computer, with three chats."""
    database = Database.in_memory()

    def fill(conn: Connection) -> None:
        for number in range(3):
            chat = conversations.create_chat(conn, title=f"Chat {number}")
            for _message in range(2):
                conversations.add_message(
                    conn, chat.id, parent_id=None, role=Role.USER, content="from the other computer"
                )

    database.write(fill).result()
    yield database
    database.close()


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person says the file should go, and comes from."""
    path = tmp_path / "stick" / "move.age"
    path.parent.mkdir()
    monkeypatch.setattr(shell, "choose_new_file", lambda *_: path)
    monkeypatch.setattr(shell, "choose_file", lambda *_: path)
    return path


@pytest.fixture
def written(other: Database, stick: Path) -> MovedOut:
    return Moving(other, Exporter(other)).out(stick, PASSPHRASE)


@pytest.fixture
def page(workspace: Workspace) -> MovePage:
    """Opened from the Privacy Centre."""
    workspace.do(Command.PRIVACY)
    workspace.privacy.move_button.click()
    assert workspace.data.moving.isVisible()
    return workspace.data.moving


def choose_passphrase(qtbot: QtBot, page: MovePage) -> None:
    fields = page.out.passphrase
    with qtbot.waitSignal(fields.judged):
        fields.passphrase.edit.setText(PASSPHRASE)
        fields.again.edit.setText(PASSPHRASE)


def test_out_and_in_on_another_computer(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str], stick: Path
) -> None:
    ask("A quiet question about zanzibar")
    workspace.do(Command.PRIVACY)
    workspace.privacy.move_button.click()
    page = workspace.data.moving
    qtbot.waitUntil(lambda: page.out.volume.text().startswith("1 chat, 2 messages"))
    choose_passphrase(qtbot, page)
    page.out.save_button.click()
    qtbot.waitUntil(page.out.progress.isVisible)
    qtbot.waitUntil(page.out.result.isVisible, timeout=20_000)
    assert page.out.verified.text() == "Written and checked"
    assert "1 chat, 2 messages" in page.out.said.text()
    assert page.out.passphrase.passphrase.text == ""
    assert not page.out.passphrase.isVisible()
    page.out.open_button.click()
    assert page.out.passphrase.passphrase.edit.hasFocus()
    new = Database.in_memory()
    try:
        done = Moving(new, Exporter(new)).bring(stick, PASSPHRASE)
        assert done.is_equal
        assert done.fingerprint == page.out.fingerprint.text()
    finally:
        new.close()


def test_in_and_equal(qtbot: QtBot, workspace: Workspace, page: MovePage, written: MovedOut) -> None:
    page.bring.file_button.click()
    qtbot.waitUntil(page.bring.passphrase.isVisible, timeout=20_000)
    page.bring.passphrase.edit.setText("something else")
    page.bring.unlock_button.click()
    qtbot.waitUntil(lambda: "does not open" in page.bring.passphrase.note.text(), timeout=20_000)
    page.bring.passphrase.edit.setText(PASSPHRASE)
    page.bring.unlock_button.click()
    qtbot.waitUntil(page.bring.result.isVisible, timeout=20_000)
    assert page.bring.verified.text() == "Equal: 3 chats, 6 messages"
    assert page.bring.fingerprint.text() == written.fingerprint
    assert "None may be used for training" in page.bring.said.text()
    assert not page.bring.differences.isVisible()
    qtbot.waitUntil(lambda: "Chat 0" in [chat.title for chat in workspace.sidebar.chats._chats])


def test_in_and_not_equal(
    qtbot: QtBot, workspace: Workspace, page: MovePage, written: MovedOut, other: Database, stick: Path
) -> None:
    """The other computer's chat went on meanwhile."""
    session = workspace.session
    Moving(session._database, session.exporter).bring(stick, PASSPHRASE)
    chat = other.read(conversations.list_chats).result()[0]
    other.write(
        lambda c: conversations.add_message(c, chat.id, parent_id=None, role=Role.USER, content="More")
    ).result()
    later = Moving(other, Exporter(other)).out(stick, PASSPHRASE)
    bring(qtbot, page)
    assert not page.bring.verified.isVisible()
    assert "1 chat is not the same here" in page.bring.said.text()
    assert page.bring.differences.toPlainText().startswith(f"{chat.title}: it was here already")
    assert page.bring.fingerprint.text() != later.fingerprint


def test_a_file_that_was_cut_off(qtbot: QtBot, page: MovePage, written: MovedOut, stick: Path) -> None:
    stick.write_bytes(stick.read_bytes()[:-30])
    page.bring.file_button.click()
    qtbot.waitUntil(page.bring.passphrase.isVisible, timeout=20_000)
    page.bring.passphrase.edit.setText(PASSPHRASE)
    page.bring.unlock_button.click()
    qtbot.waitUntil(lambda: "cut off" in page.bring.said.text(), timeout=20_000)
    assert page.bring.file_button.isVisible()


def test_stop(
    qtbot: QtBot,
    page: MovePage,
    stick: Path,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left on the stick, and the page asks anew."""
    begun = threading.Event()
    real = Exporter._write

    def slow(self, stream, wish, progress, cancelled):  # type: ignore[no-untyped-def]
        begun.set()
        cancelled.wait(10)
        return real(self, stream, wish, progress, cancelled)

    monkeypatch.setattr(Exporter, "_write", slow)
    choose_passphrase(qtbot, page)
    page.out.save_button.click()
    qtbot.waitUntil(begun.is_set)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.isVisible(), "while it is under way Escape does nothing"
    page.out.stop_button.click()
    qtbot.waitUntil(lambda: "stopped" in page.out.said.text())
    assert list(stick.parent.iterdir()) == []
    assert page.out.save_button.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_back_forgets_what_was_typed(qtbot: QtBot, workspace: Workspace, page: MovePage) -> None:
    page.out.passphrase.passphrase.edit.setText("half a pass")
    page.back_button.click()
    assert workspace.privacy.isVisible()
    assert page.out.passphrase.passphrase.text == ""


def test_a_weak_passphrase_is_refused(qtbot: QtBot, page: MovePage, stick: Path) -> None:
    with qtbot.waitSignal(page.out.passphrase.judged):
        page.out.passphrase.passphrase.edit.setText("password")
        page.out.passphrase.again.edit.setText("password")
    page.out.save_button.click()
    qtbot.waitUntil(lambda: page.out.passphrase.passphrase.note.text() != "")
    assert not stick.exists()


def test_from_the_first_start(
    qtbot: QtBot,
    profile: Profile,
    models: Models,
    window: MainWindow,
    theme: Theme,
    preferences: Preferences,
    written: MovedOut,
) -> None:
    """A tick beside the new passphrase: the page is open once the vault is made."""
    facts = PrivacyFacts(encrypted=True, network_impossible=True)
    service = VaultService(profile, lambda vault: Session(vault, models))
    controller = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: facts)
    controller.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first = controller.door.page
    assert isinstance(first, FirstStartPage)
    first.has_chats.click()
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        first.chosen.emit(GOOD)
    assert controller.workspace is not None
    page = controller.workspace.data.moving
    assert page.isVisible()
    assert page.bring.y() < page.out.y()
    assert page.bring.file_button.hasFocus()
    qtbot.keyClick(page.bring.file_button, Qt.Key.Key_Tab)
    assert page.out.open_button.hasFocus(), "the keyboard goes down the page"
    bring(qtbot, page)
    assert page.bring.verified.text() == "Equal: 3 chats, 6 messages"
    assert not controller.door.brings_chats
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close()


def bring(qtbot: QtBot, page: MovePage) -> None:
    page.bring.file_button.click()
    qtbot.waitUntil(page.bring.passphrase.isVisible, timeout=20_000)
    page.bring.passphrase.edit.setText(PASSPHRASE)
    page.bring.unlock_button.click()
    qtbot.waitUntil(page.bring.result.isVisible, timeout=20_000)


def test_what_was_begun_elsewhere_comes_along_and_stays(
    qtbot: QtBot, workspace: Workspace, session: Session, page: MovePage, other: Database, stick: Path
) -> None:
    """Locking keeps the drafts the window knows of; those that came in are among them."""
    chat = other.read(conversations.list_chats).result()[0]
    other.write(lambda c: drafts.keep_drafts(c, {chat.id: "half a thought", None: "of a new chat"})).result()
    Moving(other, Exporter(other)).out(stick, PASSPHRASE)
    page.bring.file_button.click()
    qtbot.waitUntil(page.bring.passphrase.isVisible, timeout=20_000)
    page.bring.passphrase.edit.setText(PASSPHRASE)
    page.bring.unlock_button.click()
    qtbot.waitUntil(page.bring.result.isVisible, timeout=20_000)
    qtbot.waitUntil(lambda: workspace.page.composer.text == "of a new chat")
    workspace.chat.keep_drafts()
    assert session.history.drafts().result() == {chat.id: "half a thought", None: "of a new chat"}
