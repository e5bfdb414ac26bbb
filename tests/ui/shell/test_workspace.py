# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown while the vault is open is gone when it is locked, from memory too."""

from __future__ import annotations

import gc
import weakref

from pytestqt.qtbot import QtBot

from desktop.paths import Profile
from desktop.services.session import Session
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.preferences import Preferences
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme


def test_nothing_holds_a_workspace_that_was_closed(
    qtbot: QtBot,
    session: Session,
    profile: Profile,
    theme: Theme,
    preferences: Preferences,
    window: MainWindow,
) -> None:
    workspace = Workspace(session, profile, theme, preferences, PrivacyFacts(True, True))
    window.stack.addWidget(workspace)
    chat = weakref.ref(workspace.chat)  # knows drafts and what streams
    workspace.close_down()
    window.stack.removeWidget(workspace)
    workspace.deleteLater()
    del workspace

    def is_gone() -> bool:
        gc.collect()
        return chat() is None

    qtbot.waitUntil(is_gone)
