# SPDX-License-Identifier: GPL-3.0-or-later
"""From the door to the workspace and back, and out: who is shown, and what is closed in which order."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import logs
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.vault import VaultService
from desktop.ui import clipboard
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.presenter import Door
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import LOCK_AFTER, Preferences
from desktop.ui.shell.idle_lock import IdleLock
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.services.models import Models
    from desktop.services.session import Session
    from desktop.ui.shell.workspace import Workspace


_FIRST_PAINT_MS = 100  # the door is drawn before anything competes with it for the interpreter


class Controller(QObject):
    """Owns what is shown in the window.

    Attributes:
        moved: with a folder: the person wants another profile.
        finished: everything is closed; the program may end.
        settled: a workspace is shown (for whoever waits for that).
    """

    moved = Signal(object)
    finished = Signal()
    settled = Signal(object)

    def __init__(
        self,
        service: VaultService,
        window: MainWindow,
        theme: Theme,
        preferences: Preferences,
        *,
        look_at_privacy: Callable[[Session], PrivacyFacts],
    ) -> None:
        super().__init__(window)
        self._service = service
        self._models: Models | None = None  # known from the first session on
        self._window = window
        self._theme = theme
        self._preferences = preferences
        self._look_at_privacy = look_at_privacy
        self._tasks = Tasks(self)
        self._session: Session | None = None
        self._workspace: Workspace | None = None
        self._ending = False
        self._door = Door(service, self._tasks, theme, window.stack)
        self._door.opened.connect(self._enter)
        self._idle = IdleLock(window, lambda: preferences.get(LOCK_AFTER))
        self._idle.idle.connect(self.lock)
        self._door.moved.connect(self.moved)
        window.commanded.connect(self._do)
        window.closing.connect(self.quit)

    @property
    def workspace(self) -> Workspace | None:
        """What is shown while unlocked."""
        return self._workspace

    @property
    def door(self) -> Door:
        """What is shown while locked."""
        return self._door

    def start(self) -> None:
        """Show the page at the door."""
        self._door.knock()
        QTimer.singleShot(_FIRST_PAINT_MS, self._fetch_workspace)

    def _fetch_workspace(self) -> None:
        """Load what comes after the door, while the person types the passphrase."""
        if not self._tasks.is_closed:
            self._tasks.run(lambda: import_module("desktop.ui.shell.workspace"), lambda _module: None)

    def lock(self) -> None:
        """Close the vault and ask for the passphrase again. The model is let go, too: it has read."""
        session = self._leave()
        if session is None:
            return
        page = self._door.show_unlock()
        page.show_closing()

        def close() -> None:
            try:
                session.close()
            finally:
                session.models.unload()

        self._tasks.run(close, lambda _nothing: self._locked(page), lambda error: self._locked(page, error))

    def quit(self) -> None:
        """End: stop what streams, keep its text, close the vault, end the children."""
        if self._ending:
            return
        self._ending = True
        session, models = self._leave(), self._models

        def close() -> None:
            try:
                if session is not None:
                    session.close()
            finally:
                if models is not None:
                    models.close()

        self._tasks.run(close, lambda _nothing: self._end(), self._end)

    def _enter(self, session: Session) -> None:
        if self._ending:  # the window was closed while the key was derived
            self._tasks.run(session.close, lambda _nothing: None)
            return
        from desktop.ui.shell.workspace import Workspace  # not needed to show the door

        self._door.leave()
        self._session, self._models = session, session.models
        workspace = Workspace(
            session,
            self._service.profile,
            self._theme,
            self._preferences,
            self._look_at_privacy(session),
        )
        workspace.lock_requested.connect(self.lock)
        self._workspace = workspace
        self._window.stack.addWidget(workspace)
        self._window.stack.setCurrentWidget(workspace)
        workspace.page.composer.setFocus()
        self._idle.begin(lambda: session.replies.is_answering)
        self.settled.emit(workspace)

    def _leave(self) -> Session | None:
        """Take the workspace away, with every word in it, and what was copied from it."""
        self._idle.end()
        workspace, session = self._workspace, self._session
        self._workspace = self._session = None
        if workspace is not None:
            clipboard.take_back()
            workspace.close_down()
            self._window.stack.removeWidget(workspace)
            workspace.deleteLater()
        return session

    def _locked(self, page: UnlockPage, error: Exception | None = None) -> None:
        if error is not None:
            logs.report_bug(error)
        if self._door.page is page:
            page.show_busy(False)
            page.passphrase.edit.setFocus()
            if error is not None:
                page.passphrase.complain(_not_closed(error))

    def _end(self, error: Exception | None = None) -> None:
        if error is not None:
            logs.report_bug(error)
        self._tasks.close()
        self.finished.emit()

    def _do(self, command: Command) -> None:
        if self._workspace is not None:
            self._workspace.do(command)
        elif command is Command.QUIT:
            self._window.close()


def _not_closed(error: Exception) -> str:
    """What a person is told when the vault could not be closed in order."""
    if isinstance(error, InglenookError):
        return str(error)
    return _("Inglenook is locked, but something went wrong on the way. What was kept before is safe.")
