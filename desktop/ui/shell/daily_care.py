# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open vault wants done once a day, looked at every hour, off the UI thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.services.session import Session
from desktop.ui.tasks import Tasks

_FIRST_MS = 20_000  # after unlocking: the first question goes before
_EVERY_MS = 60 * 60 * 1000


class DailyCare(QObject):
    """Keeps the backups up.

    Args:
        session: whose vault.
        tasks: for what takes seconds.
        failed: told what went wrong.
        parent: ends it.
    """

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
        backups = self._session.backups
        if backups is not None and not self._tasks.is_closed:
            self._tasks.run(backups.keep_up, lambda _made: None, self._failed)
