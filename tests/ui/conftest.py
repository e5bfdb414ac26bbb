# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows over a real encrypted database in memory and an engine that plays a script."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent.parent / "services"))  # the scripted session lies there

from scripted_engine import ScriptedEngine, say
from scripted_session import engine, models, session

from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.ui import clipboard
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.preferences import Preferences
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme, ThemeChoice

__all__ = ["engine", "models", "session"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of raising, grabbing and size hints that it has none; that is expected."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(autouse=True, scope="session")
def spared_imports() -> None:
    """What was imported stays anyway; looking through it after every test would take a third of the time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def collected_on_this_thread() -> Iterator[None]:
    """As in the window (ui/garbage.py): a worker thread that ends Qt objects takes living ones along."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture(autouse=True, scope="session")
def emptied_clipboard() -> Iterator[None]:
    """As closing a window does: Qt would ask Python for what was copied after Python has ended, and crash."""
    yield
    if QGuiApplication.instance() is not None:
        clipboard.take_back()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp, ThemeChoice.LIGHT)
    yield theme
    theme.deleteLater()


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    tasks.close()


@pytest.fixture
def preferences(profile: Profile) -> Preferences:
    return Preferences(profile)


@pytest.fixture
def temporary_engines() -> list[ScriptedEngine]:
    """The engines of the temporary chats that were begun, one each."""
    return []


@pytest.fixture
def make_models(models: Models, temporary_engines: list[ScriptedEngine]) -> Callable[[Models | None], Models]:
    """Makes the models of temporary chats."""

    def make(_like: Models | None) -> Models:
        temporary_engines.append(ScriptedEngine(say("Good ", "night.")))
        return Models(temporary_engines[-1], models.current())

    return make


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, preferences: Preferences) -> MainWindow:
    window = MainWindow(theme, preferences)
    window.resize(1280, 820)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def workspace(
    qtbot: QtBot,
    session: Session,
    profile: Profile,
    theme: Theme,
    preferences: Preferences,
    window: MainWindow,
    make_models: Callable[[Models | None], Models],
) -> Iterator[Workspace]:
    """An unlocked window, shown."""
    facts = PrivacyFacts(encrypted=True, network_impossible=True)
    workspace = Workspace(session, profile, theme, preferences, facts, make_models=make_models)
    window.stack.addWidget(workspace)
    window.stack.setCurrentWidget(workspace)
    window.commanded.connect(workspace.do)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    workspace.page.composer.setFocus()
    yield workspace
    left = workspace.close_down()
    if left is not None:
        left[0].close()


@pytest.fixture
def ask(qtbot: QtBot, workspace: Workspace) -> Callable[[str], str]:
    """Send a message in the chat shown and wait for its answer; gives the chat's id."""

    def send(text: str) -> str:
        composer = workspace.page.composer
        composer.set_text(text)
        with qtbot.waitSignal(workspace.chat.running_changed, check_params_cb=bool):
            composer.button.click()
        qtbot.waitUntil(lambda: not composer.button.accessibleName().startswith("Stop"))
        assert workspace.chat.shown is not None
        return workspace.chat.shown

    return send
