# SPDX-License-Identifier: GPL-3.0-or-later
"""A locked screen and a closed lid lock at once: what streams is kept, what is temporary is sealed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say_then_wait

from desktop.domain.conversation import Status
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import LOCK_WITH_SYSTEM, Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.system_lock import SystemLock
from desktop.ui.shell.windows_watch import Message, WindowsWatch
from desktop.ui.shell.workspace import Workspace
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme
from tests.conftest import PASSPHRASE

FACTS = PrivacyFacts(encrypted=True, network_impossible=True)


class ToldWatch(QObject):
    """Tells what a test has it tell."""

    locked = Signal()
    sleeping = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.let_go = 0

    def let_sleep(self) -> None:
        self.let_go += 1

    def close(self) -> None:
        pass


class Fitted:
    """A controller with an open vault, and a watch that locks it."""

    def __init__(self, qtbot: QtBot, controller: Controller, window: MainWindow, preferences: Preferences):
        self.controller = controller
        self.watch = ToldWatch()

        def make(_window: QWidget, _tasks: Tasks) -> ToldWatch:
            return self.watch

        self.lock = SystemLock(
            window,
            controller.lock_all,
            lambda: controller.is_closing,
            lambda: preferences.get(LOCK_WITH_SYSTEM),
            make_watch=make,
        )
        controller.emptied.connect(self.lock.settle)
        self.lock.begin()
        qtbot.waitUntil(lambda: self.lock._watch is self.watch)

    @property
    def workspace(self) -> Workspace:
        assert self.controller.workspace is not None
        return self.controller.workspace


@pytest.fixture
def fitted(
    qtbot: QtBot,
    profile: Profile,
    models: Models,
    window: MainWindow,
    theme: Theme,
    preferences: Preferences,
    make_models: Callable[[Models | None], Models],
) -> Fitted:
    service = VaultService(profile, lambda vault: Session(vault, models))
    controller = Controller(
        service, window, theme, preferences, look_at_privacy=lambda _session: FACTS, make_models=make_models
    )
    controller.start()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(PASSPHRASE)
    return Fitted(qtbot, controller, window, preferences)


def lock_by(way: str, fitted: Fitted, window: MainWindow) -> None:
    match way:
        case "screen":
            fitted.watch.locked.emit()
        case "sleep":
            fitted.watch.sleeping.emit()
        case "Ctrl+L":
            window.commanded.emit(Command.LOCK)


def await_locked(qtbot: QtBot, controller: Controller) -> UnlockPage:
    door = controller.door.page
    assert isinstance(door, UnlockPage)
    qtbot.waitUntil(door.unlock_button.isEnabled, timeout=10_000)
    return door


@pytest.mark.parametrize("way", ["screen", "sleep", "Ctrl+L"])
def test_no_answer_is_waited_for_and_what_it_said_is_kept(
    qtbot: QtBot, fitted: Fitted, engine: ScriptedEngine, window: MainWindow, way: str
) -> None:
    engine.script = say_then_wait("Once upon ")
    page = fitted.workspace.page
    page.composer.set_text("A story")
    page.composer.button.click()
    qtbot.waitUntil(lambda: page.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: page.transcript.model.text(1) == "Once upon ")
    lock_by(way, fitted, window)
    assert fitted.controller.workspace is None
    door = await_locked(qtbot, fitted.controller)
    assert engine.info is None  # the model's process is ended
    with qtbot.waitSignal(fitted.controller.settled, timeout=20_000):
        door.entered.emit(PASSPHRASE)
    history = fitted.workspace.session.history
    [chat] = history.chats().result()
    [reply] = history.messages([history.path(chat.id).result()[-1].id]).result()
    assert reply.content == "Once upon "
    assert reply.status is Status.STOPPED
    with qtbot.waitSignal(fitted.controller.finished, timeout=10_000):
        fitted.controller.quit()


@pytest.mark.parametrize("way", ["screen", "sleep", "Ctrl+L"])
def test_a_temporary_chat_is_sealed_and_comes_back(
    qtbot: QtBot, fitted: Fitted, temporary_engines: list[ScriptedEngine], window: MainWindow, way: str
) -> None:
    with qtbot.waitSignal(fitted.workspace.temporary.begun):
        fitted.workspace.do(Command.TEMPORARY)
    page = fitted.workspace.temporary.page
    assert page is not None
    page.composer.set_text("Of hollyhocks")
    lock_by(way, fitted, window)
    door = await_locked(qtbot, fitted.controller)
    assert temporary_engines[0].info is None
    assert fitted.controller._sealed is not None
    assert b"hollyhocks" not in fitted.controller._sealed.content
    with qtbot.waitSignal(fitted.controller.settled, timeout=20_000):
        door.entered.emit(PASSPHRASE)
    back = fitted.workspace.temporary
    qtbot.waitUntil(lambda: back.page is not None and back.page.composer.text == "Of hollyhocks")
    with qtbot.waitSignal(fitted.controller.finished, timeout=10_000):
        fitted.controller.quit()


def test_sleep_is_held_up_until_the_vault_is_closed(qtbot: QtBot, fitted: Fitted) -> None:
    session = fitted.workspace.session
    fitted.watch.sleeping.emit()
    assert fitted.watch.let_go == 0
    assert fitted.controller.is_closing
    qtbot.waitUntil(lambda: fitted.watch.let_go == 1, timeout=10_000)
    assert session._closed
    assert not fitted.controller.is_closing
    fitted.watch.sleeping.emit()  # nothing is open: no reason to wait
    assert fitted.watch.let_go == 2
    with qtbot.waitSignal(fitted.controller.finished, timeout=10_000):
        fitted.controller.quit()


def test_it_can_be_turned_off(qtbot: QtBot, fitted: Fitted, preferences: Preferences) -> None:
    assert preferences.get(LOCK_WITH_SYSTEM)
    preferences.set(LOCK_WITH_SYSTEM, False)
    fitted.watch.locked.emit()
    fitted.watch.sleeping.emit()
    assert fitted.watch.let_go == 1
    assert fitted.controller.workspace is not None
    with qtbot.waitSignal(fitted.controller.finished, timeout=10_000):
        fitted.controller.quit()


def test_what_is_being_unlocked_is_locked_again(qtbot: QtBot, fitted: Fitted) -> None:
    controller = fitted.controller
    fitted.watch.locked.emit()
    door = await_locked(qtbot, controller)
    assert fitted.watch.let_go == 0  # what would hold up sleep is kept for when it comes
    fitted.watch.locked.emit()  # nobody unlocks: this does not count for later
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        door.entered.emit(PASSPHRASE)
        fitted.watch.locked.emit()
    assert controller.workspace is None
    door = await_locked(qtbot, controller)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        door.entered.emit(PASSPHRASE)
    assert controller.workspace is not None
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.quit()


@pytest.mark.parametrize(
    ("number", "why", "told"),
    [(0x02B1, 0x7, ["locked"]), (0x0218, 0x4, ["sleeping"]), (0x02B1, 0x8, []), (0x0218, 0x7, [])],
)
def test_windows_messages_are_understood(number: int, why: int, told: list[str]) -> None:
    heard: list[str] = []
    watch = WindowsWatch.__new__(WindowsWatch)
    QObject.__init__(watch)
    watch.locked.connect(lambda: heard.append("locked"))
    watch.sleeping.connect(lambda: heard.append("sleeping"))
    watch.hear(Message(None, number, why, 0))
    assert heard == told
