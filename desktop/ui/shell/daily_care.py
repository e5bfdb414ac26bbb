# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open vault wants done once a day, looked at every hour, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.conversation import DeletionReceipt
from desktop.services.retention import RetentionState
from desktop.services.session import Session
from desktop.ui.tasks import Tasks

_FIRST_MS = 20_000  # after unlocking: the first question goes before
_EVERY_MS = 60 * 60 * 1000


class DailyCare(QObject):
    """Keeps the backups up, and lets go what has had its time.

    Attributes:
        erased: chats went.
        agreement_wanted: chats have had their time, and the person has not agreed to it yet.

    Args:
        session: whose vault.
        tasks: for what takes seconds.
        failed: told what went wrong.
        parent: ends it.
    """

    erased = Signal()
    agreement_wanted = Signal()

    def __init__(
        self, session: Session, tasks: Tasks, failed: Callable[[Exception], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._tasks = tasks
        self._failed = failed
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(_FIRST_MS, self, self.look)

    def look(self) -> None:
        """Do what is due."""
        if self._tasks.is_closed:
            return
        self._tasks.run(self._session.retention.run, self._let_go, self._failed)
        self._tasks.watch(self._session.retention.state(), self._ask, self._failed)
        backups = self._session.backups
        if backups is not None:
            self._tasks.run(backups.keep_up, lambda _made: None, self._failed)

    def _ask(self, state: RetentionState) -> None:
        if state.expired and state.asks:
            self.agreement_wanted.emit()

    def _let_go(self, receipt: DeletionReceipt | None) -> None:
        if receipt is not None:
            self.erased.emit()
