# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open vault wants done once a day, looked at every hour, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.conversation import DeletionReceipt
from desktop.domain.errors import VaultDamagedError
from desktop.services.integrity import Health
from desktop.services.retention import RetentionState
from desktop.services.session import Session
from desktop.ui.tasks import Tasks

_FIRST_MS = 20_000  # after unlocking: the first question goes before
_EVERY_MS = 60 * 60 * 1000


class DailyCare(QObject):
    """Looks whether every page holds, keeps the backups up, and lets go what has had its time.

    Attributes:
        erased: chats went.
        damaged: with the Health: pages of the vault do not hold.
        agreement_wanted: chats have had their time, and the person has not agreed to it yet.

    Args:
        session: whose vault.
        tasks: for what takes seconds.
        failed: told what went wrong.
        parent: ends it.
    """

    erased = Signal()
    damaged = Signal(object)
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
        if self._session.integrity is not None:
            self._tasks.run(self._session.integrity.keep_up, self._looked, self._not_looked)

    def _looked(self, health: Health | None) -> None:
        """A vault that is damaged is not copied: the copies there are are better."""
        if health is not None and not health.is_sound:
            self.damaged.emit(health)
        elif self._session.backups is not None:
            self._tasks.run(self._session.backups.keep_up, lambda _made: None, self._not_copied)

    def _not_looked(self, error: Exception) -> None:
        self._failed(error)
        self._looked(None)

    def _not_copied(self, error: Exception) -> None:
        self._failed(error)
        if isinstance(error, VaultDamagedError) and self._session.integrity is not None:
            self._tasks.run(self._session.integrity.look, self._tell_damage, self._failed)

    def _tell_damage(self, health: Health) -> None:
        if not health.is_sound:
            self.damaged.emit(health)

    def _ask(self, state: RetentionState) -> None:
        if state.expired and state.asks:
            self.agreement_wanted.emit()

    def _let_go(self, receipt: DeletionReceipt | None) -> None:
        if receipt is not None:
            self.erased.emit()
