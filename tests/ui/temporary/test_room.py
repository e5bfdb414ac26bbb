# SPDX-License-Identifier: GPL-3.0-or-later
"""A temporary chat in the window: begun in many ways, unmistakable, asked about before it goes, kept."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say_then_fail, say_then_wait

from desktop.domain.conversation import Status
from desktop.domain.errors import StorageFullError
from desktop.domain.generation import EngineState, FaultKind
from desktop.domain.question import Question
from desktop.paths import Profile
from desktop.services.history import History
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage import conversations, drafts
from desktop.storage.vault import open_vault
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.garbage import GarbageCollector
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import TEMPORARY_FIRST, Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.temporary.page import TemporaryPage
from desktop.ui.theme.theme import Theme

GOOD = "four unrelated garden words"
FACTS = PrivacyFacts(encrypted=True, network_impossible=True)


@pytest.fixture
def controller(
    profile: Profile,
    models: Models,
    window: MainWindow,
    theme: Theme,
    preferences: Preferences,
    make_models: Callable[[Models | None], Models],
) -> Controller:
    service = VaultService(profile, lambda vault: Session(vault, models))
    return Controller(
        service,
        window,
        theme,
        preferences,
        look_at_privacy=lambda _session: FACTS,
        make_models=make_models,
    )


def begun(qtbot: QtBot, workspace: Workspace) -> TemporaryPage:
    """Begin one, and its page."""
    with qtbot.waitSignal(workspace.temporary.begun):
        workspace.do(Command.TEMPORARY)
    page = workspace.temporary.page
    assert page is not None
    return page


def say_in(qtbot: QtBot, page: TemporaryPage, text: str) -> None:
    page.composer.set_text(text)
    page.composer.button.click()
    model = page.transcript.model
    qtbot.waitUntil(lambda: model.rowCount() >= 2 and "night." in model.text(model.rowCount() - 1))
    qtbot.waitUntil(lambda: not page.composer.button.accessibleName().startswith("Stop"))


def titles(workspace: Workspace) -> list[str]:
    return [chat.title for chat in workspace.session.history.chats().result()]


@pytest.mark.parametrize("way", ["button", "key", "empty screen"])
def test_it_begins_in_several_ways(qtbot: QtBot, workspace: Workspace, window: MainWindow, way: str) -> None:
    with qtbot.waitSignal(workspace.temporary.begun):
        if way == "button":
            workspace.sidebar.temporary_button.click()
        elif way == "key":
            qtbot.keyClick(
                window, "n", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            )
        else:
            workspace.page.empty.temporary_requested.emit()
    page = workspace.temporary.page
    assert page is not None
    assert page.isVisible()
    assert page.composer.edit.hasFocus()
    assert workspace.sidebar.temporary_row.isVisible()
    assert workspace.sidebar.temporary_row.isChecked()


def test_it_cannot_be_taken_for_another(qtbot: QtBot, workspace: Workspace, theme: Theme) -> None:
    page = begun(qtbot, workspace)
    dusk = QColor(theme.tokens.dusk_ground)
    assert page.grab().toImage().pixelColor(20, 300) == dusk
    say_in(qtbot, page, "Hello")
    assert page.grab().toImage().pixelColor(20, 300) == dusk
    line = page.privacy.accessibleName()
    assert "In memory only" in line
    assert "Encrypted" not in line
    assert not page.header.menu_button.isVisible()
    assert not page.header.title_button.isVisible()
    assert "swap" in page.empty.promise.text()


def test_it_fits_where_other_chats_do(qtbot: QtBot, workspace: Workspace) -> None:
    page = begun(qtbot, workspace)
    assert page.minimumSizeHint().width() <= workspace.page.minimumSizeHint().width()
    assert page.minimumSizeHint().width() <= 480


def test_nothing_of_it_is_in_the_list_or_the_search(qtbot: QtBot, workspace: Workspace) -> None:
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    assert titles(workspace) == []
    assert workspace.session.finder.search(Question("hollyhocks")) == []
    workspace.temporary.end()
    assert not workspace.sidebar.temporary_row.isVisible()
    assert workspace.page.isVisible()
    assert titles(workspace) == []


def test_its_model_is_its_own_and_ends_with_it(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, temporary_engines: list[ScriptedEngine]
) -> None:
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Hello")
    [own] = temporary_engines
    assert len(own.requests) == 1
    assert engine.requests == []
    workspace.temporary.end()
    qtbot.waitUntil(lambda: own.state is EngineState.UNLOADED)


def test_an_empty_one_goes_without_a_question(qtbot: QtBot, workspace: Workspace) -> None:
    begun(qtbot, workspace)
    workspace.do(Command.NEW_CHAT)
    assert workspace.temporary.page is None
    assert workspace.page.isVisible()


@pytest.mark.parametrize("way", ["new chat", "another chat", "end", "another temporary one", "from settings"])
def test_it_is_asked_about_before_it_goes(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str], way: str
) -> None:
    other = ask("Kept question")
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Hello")

    def leave() -> None:
        if way == "new chat":
            workspace.sidebar.new_chat_button.click()
        elif way == "another chat":
            workspace.sidebar.list.opened.emit(other)
        elif way == "end":
            page.header.end_button.click()
        elif way == "from settings":
            workspace.do(Command.SETTINGS)
            workspace.do(Command.NEW_CHAT)
        else:
            workspace.do(Command.TEMPORARY)

    leave()
    assert workspace.temporary.page is page
    assert page.isVisible()
    assert page.leave_bar.isVisible()
    assert page.leave_bar.keep_button.hasFocus()
    qtbot.keyClick(page.leave_bar.keep_button, Qt.Key.Key_Escape)
    assert not page.leave_bar.isVisible()
    assert workspace.temporary.page is page

    leave()
    page.leave_bar.discard_button.click()
    assert workspace.temporary.page is not page
    if way == "another temporary one":
        qtbot.waitUntil(lambda: workspace.temporary.page is not None)
    elif way == "another chat":
        assert workspace.chat.shown == other
    assert len(titles(workspace)) == 1


def test_a_draft_alone_is_asked_about_but_cannot_be_kept(qtbot: QtBot, workspace: Workspace) -> None:
    page = begun(qtbot, workspace)
    page.composer.set_text("Begun")
    workspace.do(Command.NEW_CHAT)
    assert page.leave_bar.isVisible()
    assert not page.leave_bar.keep_button.isVisible()
    assert not page.header.keep_button.isEnabled()


def test_the_row_leads_back_to_it(qtbot: QtBot, workspace: Workspace) -> None:
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Hello")
    workspace.do(Command.PRIVACY)
    assert not page.isVisible()
    assert not workspace.sidebar.temporary_row.isChecked()
    workspace.sidebar.temporary_row.click()
    assert page.isVisible()
    assert workspace.sidebar.temporary_row.isChecked()
    workspace.do(Command.SETTINGS)
    workspace.do(Command.TEMPORARY)
    assert page.isVisible()
    assert not page.leave_bar.isVisible()


def test_it_can_be_kept(qtbot: QtBot, workspace: Workspace) -> None:
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    page.composer.set_text("And a draft")
    page.header.keep_button.click()
    qtbot.waitUntil(lambda: workspace.temporary.page is None)
    assert workspace.page.isVisible()
    [chat] = workspace.session.history.chats().result()
    assert not chat.training_consent
    assert workspace.chat.shown == chat.id
    assert workspace.sidebar.list.chosen() == chat.id
    qtbot.waitUntil(lambda: workspace.page.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: workspace.page.transcript.model.text(1) == "Good night.")
    assert workspace.page.composer.text == "And a draft"
    qtbot.waitUntil(lambda: bool(workspace.page.transcript._stage.staged()))


def test_kept_on_the_way_it_goes_where_the_person_wanted(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]
) -> None:
    other = ask("Kept question")
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    workspace.sidebar.list.opened.emit(other)
    qtbot.keyClick(page.leave_bar.keep_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.temporary.page is None)
    assert workspace.chat.shown == other
    assert len(titles(workspace)) == 2


def test_what_cannot_be_kept_stays(
    qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")

    def full(*_arguments: object) -> None:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr(History, "keep_temporary", full)
    page.header.keep_button.click()
    qtbot.waitUntil(lambda: page.notices.words("problem") == "The disk is full.")
    assert page.isEnabled()
    assert workspace.temporary.page is page
    assert titles(workspace) == []


def test_new_chats_are_temporary_if_wanted(
    qtbot: QtBot, workspace: Workspace, preferences: Preferences
) -> None:
    workspace.do(Command.SETTINGS)
    workspace.settings.temporary_first.setChecked(True)
    assert preferences.get(TEMPORARY_FIRST)
    with qtbot.waitSignal(workspace.temporary.begun):
        workspace.sidebar.new_chat_button.click()
    page = workspace.temporary.page
    assert page is not None
    page.empty.lasting_button.click()
    assert workspace.temporary.page is None
    assert workspace.page.isVisible()
    with qtbot.waitSignal(workspace.temporary.begun):
        workspace.begin(None)


def test_it_waits_sealed_while_locked(
    qtbot: QtBot, controller: Controller, temporary_engines: list[ScriptedEngine], profile: Profile
) -> None:
    controller.start()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    workspace = controller.workspace
    assert workspace is not None
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    page.composer.set_text("And a draft")
    controller.lock()
    door = controller.door.page
    assert isinstance(door, UnlockPage)
    qtbot.waitUntil(door.unlock_button.isEnabled, timeout=10_000)
    assert temporary_engines[0].info is None
    assert controller._sealed is not None
    assert b"hollyhocks" not in controller._sealed.content

    with qtbot.waitSignal(controller.settled, timeout=20_000):
        door.entered.emit(GOOD)
        controller.settled.connect(controller.lock)  # before it could be brought back
    controller.settled.disconnect(controller.lock)
    door = controller.door.page
    assert isinstance(door, UnlockPage)
    qtbot.waitUntil(door.unlock_button.isEnabled, timeout=10_000)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        door.entered.emit(GOOD)
    again = controller.workspace
    assert again is not None
    qtbot.waitUntil(lambda: again.temporary.page is not None)
    back = again.temporary.page
    assert back is not None
    qtbot.waitUntil(lambda: back.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: back.transcript.model.text(1) == "Good night.")
    assert back.composer.text == "And a draft"
    assert titles(again) == []
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.quit()


def test_locking_leaves_no_page_in_memory(qtbot: QtBot, controller: Controller, window: MainWindow) -> None:
    collector = GarbageCollector(window)
    controller.settled.connect(collector.spare_what_is_there)
    controller.emptied.connect(collector.let_go)
    controller.start()
    window.show()
    say_in(qtbot, outside(qtbot, controller), "Of hollyhocks")
    assert controller._outside is not None
    gone: list[weakref.ref[Any]] = [weakref.ref(controller._outside.page)]
    controller._outside.end()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    assert controller.workspace is not None
    say_in(qtbot, begun(qtbot, controller.workspace), "Of hollyhocks")
    collector.spare_what_is_there()
    page = controller.workspace.temporary.page
    assert page is not None
    gone += map(
        weakref.ref, (page, page.transcript.model, controller.workspace, controller.workspace.session)
    )
    del page
    with qtbot.waitSignal(controller.emptied):
        controller.lock()
    qtbot.wait(0)
    collector.let_go()  # again: in a test, Qt deletes later than in a window whose own loop runs
    collector.close()
    assert [one() for one in gone] == [None] * len(gone)


def test_closing_the_window_asks_first(
    qtbot: QtBot, controller: Controller, window: MainWindow, temporary_engines: list[ScriptedEngine]
) -> None:
    controller.start()
    window.show()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    workspace = controller.workspace
    assert workspace is not None
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Hello")
    workspace.do(Command.PRIVACY)
    assert not window.close()
    assert window.isVisible()
    assert page.leave_bar.isVisible()
    page.leave_bar.cancel_button.click()
    assert not window.close()
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        page.leave_bar.discard_button.click()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: temporary_engines[0].info is None)


def test_closing_the_window_can_keep_it(
    qtbot: QtBot, controller: Controller, window: MainWindow, profile: Profile
) -> None:
    controller.start()
    window.show()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    workspace = controller.workspace
    assert workspace is not None
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    page.composer.set_text("And a draft")
    assert not window.close()
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        page.leave_bar.keep_button.click()
    vault = open_vault(profile, GOOD)
    [chat] = vault.database.read(conversations.list_chats).result()
    assert vault.database.read(drafts.drafts).result() == {chat.id: "And a draft"}
    vault.close()


def test_the_end_of_the_desktop_session_is_not_held_up(
    qtbot: QtBot, controller: Controller, window: MainWindow
) -> None:
    controller.start()
    window.show()
    page = outside(qtbot, controller)
    say_in(qtbot, page, "Hello")
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close_at_once()


def outside(qtbot: QtBot, controller: Controller) -> TemporaryPage:
    """Begin one at the door."""
    door = controller.door.page
    assert isinstance(door, UnlockPage | FirstStartPage)
    door.temporary_button.click()
    qtbot.waitUntil(lambda: controller.door.page is None)
    assert controller._outside is not None
    page = controller._outside.page
    assert page is not None
    return page


def test_without_unlocking_it_is_there_but_cannot_be_kept(
    qtbot: QtBot, controller: Controller, window: MainWindow, profile: Profile
) -> None:
    controller.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    page = outside(qtbot, controller)
    assert page.isVisible()
    assert not page.header.keep_button.isVisible()
    assert not page.empty.lasting_button.isVisible()
    assert "cannot be kept" in page.empty.note.text()
    say_in(qtbot, page, "Of hollyhocks")
    assert not profile.folder.exists(), "no vault is made for it"

    qtbot.keyClick(window, "l", Qt.KeyboardModifier.ControlModifier)
    assert page.leave_bar.isVisible()
    assert not page.leave_bar.keep_button.isVisible()
    assert page.leave_bar.cancel_button.hasFocus()
    page.leave_bar.discard_button.click()
    assert isinstance(controller.door.page, FirstStartPage)
    assert window.stack.indexOf(page) == -1
    outside(qtbot, controller)  # and again


def test_without_unlocking_it_ends_when_nobody_is_here(
    qtbot: QtBot, controller: Controller, temporary_engines: list[ScriptedEngine]
) -> None:
    controller.start()
    page = outside(qtbot, controller)
    say_in(qtbot, page, "Hello")
    controller._idle.idle.emit()
    assert isinstance(controller.door.page, FirstStartPage)
    qtbot.waitUntil(lambda: temporary_engines[0].info is None)


def test_the_idle_lock_waits_for_its_answer(
    qtbot: QtBot, workspace: Workspace, temporary_engines: list[ScriptedEngine]
) -> None:
    page = begun(qtbot, workspace)
    assert not workspace.is_answering
    temporary_engines[0].script = say_then_wait("Good ")
    page.composer.set_text("Hello")
    page.composer.button.click()
    qtbot.waitUntil(lambda: workspace.is_answering)
    qtbot.waitUntil(page.header.keep_button.isEnabled)
    workspace.temporary.end()


def test_walking_through_it_leaves_the_rest_of_the_window_alone(
    qtbot: QtBot, workspace: Workspace, window: MainWindow, ask: Callable[[str], str]
) -> None:
    ask("Hello")
    begun(qtbot, workspace)
    for _step in range(40):  # through the page and the sidebar, more than once
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    workspace.temporary.end()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    ask("Hello again")
    assert workspace.page.transcript.model.rowCount() == 4
    assert window.isVisible()


def test_kept_while_it_is_answered_it_has_what_came(
    qtbot: QtBot, workspace: Workspace, temporary_engines: list[ScriptedEngine]
) -> None:
    page = begun(qtbot, workspace)
    temporary_engines[0].script = say_then_wait("Half a ")
    page.composer.set_text("Of hollyhocks")
    page.composer.button.click()
    model = page.transcript.model
    qtbot.waitUntil(lambda: model.rowCount() >= 2 and "Half" in model.text(1))
    with qtbot.waitSignal(workspace.temporary.kept, timeout=10_000):
        page.header.keep_button.click()
    [chat] = workspace.session.history.chats().result()
    [_question, answer] = workspace.session.history.all_messages(chat.id).result()
    assert (answer.content.strip(), answer.status) == ("Half a", Status.STOPPED)
    qtbot.waitUntil(lambda: temporary_engines[0].info is None)


def test_when_its_model_dies_the_chat_is_still_there(
    qtbot: QtBot, workspace: Workspace, temporary_engines: list[ScriptedEngine]
) -> None:
    """It is told of, as in any chat; what was said can still be kept, and nothing of it is recorded."""
    page = begun(qtbot, workspace)
    say_in(qtbot, page, "Of hollyhocks")
    temporary_engines[0].script = say_then_fail("Ros", kind=FaultKind.CRASHED)
    page.composer.set_text("And more")
    page.composer.button.click()
    qtbot.waitUntil(lambda: page.transcript.model.rowCount() >= 4 and not workspace.temporary.is_answering)
    assert page.isEnabled()
    assert workspace.session.privacy.activity().result() == []
    with qtbot.waitSignal(workspace.temporary.kept, timeout=10_000):
        page.header.keep_button.click()
    assert titles(workspace) == ["Of hollyhocks"]
    (entry,) = workspace.session.privacy.activity().result()
    assert (entry.kind, dict(entry.counts)) == ("kept", {"chats": 1})
