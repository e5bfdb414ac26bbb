# SPDX-License-Identifier: GPL-3.0-or-later
"""From the door to the workspace and back, and out: who is shown, and what is closed in which order."""

from __future__ import annotations

import contextlib
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
from desktop.ui.lock.rekey_page import RekeyPage, not_rekeyed_in_words, rekeyed_in_words
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
    from desktop.services.temporary import Sealed, TemporaryChat
    from desktop.ui.shell.workspace import Workspace
    from desktop.ui.temporary.page import TemporaryPage
    from desktop.ui.temporary.room import MakeModels, TemporaryRoom


_FIRST_PAINT_MS = 100  # the door is drawn before anything competes with it for the interpreter


class Controller(QObject):
    """Owns what is shown in the window.

    Attributes:
        moved: with a folder: the person wants another profile.
        finished: everything is closed; the program may end.
        settled: a workspace is shown (for whoever waits for that).
        emptied: pages with words in them are gone; nothing should hold what they held.
    """

    moved = Signal(object)
    finished = Signal()
    settled = Signal(object)
    emptied = Signal()

    def __init__(
        self,
        service: VaultService,
        window: MainWindow,
        theme: Theme,
        preferences: Preferences,
        *,
        look_at_privacy: Callable[[Session], PrivacyFacts],
        make_models: MakeModels | None = None,
    ) -> None:
        """Everything closed, nothing shown.

        Args:
            service: the vault's door.
            window: where all is shown.
            theme: the look.
            preferences: of this profile.
            look_at_privacy: what the privacy line may say of a session.
            make_models: makes the models of temporary chats, like those of the vault; None makes local ones.
        """
        super().__init__(window)
        self._service = service
        self._models: Models | None = None  # known from the first session on
        self._window = window
        self._theme = theme
        self._preferences = preferences
        self._look_at_privacy = look_at_privacy
        self._make_models = make_models
        self._outside: TemporaryRoom | None = None  # for a chat begun without unlocking
        self._sealed: Sealed | None = None  # the temporary chat that waits for the vault to open again
        self._tasks = Tasks(self)
        self._session: Session | None = None
        self._workspace: Workspace | None = None
        self._ending = False
        self._is_closing = False
        self._unwanted = False  # to open, since it was asked for
        self._restores = False  # whether a backup is to be put back once the vault is closed
        self._door = Door(service, self._tasks, theme, window.stack)
        self._door.opened.connect(self._enter)
        self._door.erased.connect(preferences.forget)
        self._idle = IdleLock(window, lambda: preferences.get(LOCK_AFTER))
        self._idle.idle.connect(self.lock_all)
        self._door.moved.connect(self.moved)
        self._door.temporary_requested.connect(self._begin_outside)
        window.may_close = self._may_close
        window.commanded.connect(self._do)
        window.closing.connect(self.quit)

    @property
    def workspace(self) -> Workspace | None:
        """What is shown while unlocked."""
        return self._workspace

    @property
    def is_closing(self) -> bool:
        """Whether the vault is being closed; ``emptied`` comes afterwards."""
        return self._is_closing

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
        """Close the vault and ask for the passphrase again. The model is let go, too: it has read.

        A temporary chat waits sealed until the vault is open again.
        """
        session, temporary = self._leave()
        if session is None:
            return
        self._is_closing = True
        page = self._door.show_unlock()
        page.show_closing()

        self._tasks.run(
            lambda: self._put_away(session, temporary),
            lambda _nothing: self._locked(page),
            lambda error: self._locked(page, error),
        )

    def rekey(self, passphrase: str) -> None:
        """Lock, encrypt the vault anew under another key, and open it again."""
        session, temporary = self._leave()
        if session is None:
            return
        page = self._door.show_rekeying()
        tell = self._tasks.listener(page.show_step)

        def work() -> tuple[Session | None, bool]:
            self._put_away(session, temporary)
            is_kept = self._service.rekey(passphrase, tell)
            return None if self._ending else self._service.unlock(passphrase), is_kept

        self._tasks.run(work, self._rekeyed, self._not_rekeyed)

    def _rekeyed(self, outcome: tuple[Session | None, bool]) -> None:
        session, is_kept = outcome
        if session is not None:
            self._enter(session)
        if self._workspace is not None:
            self._workspace.page.notices.show_notice(
                "rekeyed", rekeyed_in_words(is_kept), icon="shield-check"
            )

    def _not_rekeyed(self, error: Exception) -> None:
        page = self._door.show_unlock()
        self._locked(page)
        page.passphrase.complain(not_rekeyed_in_words(error))
        if not isinstance(error, InglenookError):
            raise error

    def _put_away(self, session: Session, temporary: tuple[TemporaryChat, str] | None) -> None:
        """Seal the temporary chat, then close everything, whatever happens to the one before. Blocks."""
        try:
            if temporary is not None:
                chat, draft = temporary
                self._sealed = chat.seal(session, draft)
        finally:
            try:
                session.close()
            finally:
                session.models.unload()

    def start_over(self) -> None:
        """Close the vault and erase it with everything that was kept, temporary chats included."""
        session, temporary = self._leave()
        self._sealed = None
        if session is None:
            return

        def close() -> None:
            with contextlib.ExitStack() as ends:
                ends.callback(session.models.unload)
                ends.callback(session.close)
                if temporary is not None:
                    ends.callback(temporary[0].close)

        self._door.erase(close)
        self._tell_emptied()

    def quit(self) -> None:
        """End: stop what streams, keep its text, close the vault, end the children."""
        if self._ending:
            return
        self._ending = True
        (session, temporary), models = self._leave(), self._models
        outside = self._outside.take() if self._outside is not None else None

        def close() -> None:
            with contextlib.ExitStack() as ends:  # each, whatever happens to the others
                if models is not None:
                    ends.callback(models.close)
                if session is not None:
                    ends.callback(session.close)
                for taken in (temporary, outside):
                    if taken is not None:
                        ends.callback(taken[0].close)

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
            make_models=self._make_models,
        )
        workspace.lock_requested.connect(self.lock)
        workspace.rekey_requested.connect(self.rekey)
        workspace.start_over_requested.connect(self.start_over)
        workspace.data.damage.restore_requested.connect(self._lock_to_restore)
        self._workspace = workspace
        self._window.stack.addWidget(workspace)
        self._window.stack.setCurrentWidget(workspace)
        workspace.page.composer.setFocus()
        if self._outside is not None:
            self._outside.end()
        self._idle.begin(lambda: workspace.is_answering)
        workspace.temporary.ended.connect(self._tell_emptied)
        for settled in (workspace.temporary.begun, workspace.temporary.failed):
            settled.connect(self._forget_sealed)
        workspace.begin(self._sealed)
        if self._door.brings_chats:
            self._door.brings_chats = False
            workspace.data.begin_move(bring=True)
        self.settled.emit(workspace)
        if self._unwanted:
            self._unwanted = False
            self.lock()

    def _tell_emptied(self) -> None:
        """Once what is to be deleted later is deleted."""
        QTimer.singleShot(0, self, self.emptied.emit)

    def _forget_sealed(self) -> None:
        """What waited is open again; until then locking must not lose it."""
        self._sealed = None

    def _leave(self) -> tuple[Session | None, tuple[TemporaryChat, str] | None]:
        """Take the workspace away, with every word in it, and what was copied from it.

        Returns:
            The session, and the temporary chat that is open with what was begun in it: to be closed.
        """
        self._idle.end()
        workspace, session = self._workspace, self._session
        temporary = None
        self._workspace = self._session = None
        if workspace is not None:
            clipboard.take_back()
            temporary = workspace.close_down()
            self._window.stack.removeWidget(workspace)
            workspace.deleteLater()
        return session, temporary

    def _lock_to_restore(self) -> None:
        self._restores = True
        self.lock()

    def _locked(self, page: UnlockPage, error: Exception | None = None) -> None:
        if error is not None:
            logs.report_bug(error)
        self._is_closing = False
        self._tell_emptied()
        restores, self._restores = self._restores, False
        if restores and self._door.page is page:  # closing a damaged vault may well have failed
            self._door.show_restore()
        elif self._door.page is page:
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
        elif self._outside is not None and self._outside.page is not None:
            self._do_outside(command, self._outside)
        elif command is Command.TEMPORARY:
            self._door.request_temporary()

    def _do_outside(self, command: Command, room: TemporaryRoom) -> None:
        """A key in a temporary chat before unlocking."""
        if command is Command.LOCK:
            room.leave(lambda: None)
        elif command in (Command.NEW_CHAT, Command.TEMPORARY) and not room.is_blank:
            room.leave(room.begin)
        elif command is Command.WRITE and room.page is not None:
            room.page.composer.setFocus()
        elif command is Command.FIND and room.page is not None:
            room.page.find_bar.begin()

    def _begin_outside(self) -> None:
        """A temporary chat that needs no vault. It cannot be sealed: it ends where others would be."""
        from desktop.ui.temporary.room import TemporaryRoom  # not needed to show the door

        if self._outside is None:
            made = TemporaryRoom(self._theme, self._look_at_privacy, self, make_models=self._make_models)
            made.begun.connect(self._show_outside)
            made.ended.connect(self._close_outside)
            made.failed.connect(self._door.show_trouble)
            self._outside = made
        self._outside.begin()

    def _show_outside(self, page: TemporaryPage) -> None:
        room = self._outside
        if room is None:
            return
        if self._workspace is not None:  # the vault was opened meanwhile
            room.end()
            return
        self._door.leave()
        self._window.stack.addWidget(page)
        self._window.stack.setCurrentWidget(page)
        self._idle.begin(lambda: room.is_answering)

    def _close_outside(self, page: TemporaryPage) -> None:
        self._idle.end()
        clipboard.take_back()
        self._window.stack.removeWidget(page)
        self._tell_emptied()
        if not self._ending and self._workspace is None:
            self._door.knock()

    def lock_all(self) -> None:
        """Lock at once, and end a chat begun without unlocking: nobody is here."""
        if self._outside is not None:
            self._outside.end()
        page = self._door.page
        if self._session is not None:
            self.lock()
        elif isinstance(page, RekeyPage) or (
            isinstance(page, UnlockPage) and not page.unlock_button.isEnabled()
        ):
            self._unwanted = not self._is_closing  # the key is being derived: what it opens is closed again

    def _may_close(self) -> bool:
        """Whether the window may close now; else a temporary chat asks first whether it may go."""
        room = self._workspace.temporary if self._workspace is not None else self._outside
        if self._ending or room is None or room.is_blank:
            return True
        self._window.come_forward()
        room.leave(self._window.close)
        return False


def _not_closed(error: Exception) -> str:
    """What a person is told when the vault could not be closed in order."""
    if isinstance(error, InglenookError):
        return str(error)
    return _("Inglenook is locked, but something went wrong on the way. What was kept before is safe.")
