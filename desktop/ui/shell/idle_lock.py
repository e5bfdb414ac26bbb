# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices that nobody has touched the window for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

LONGEST_WAIT_S = 15 * 60  # for a reply that is being written; then it is stopped, and its text kept
_LOOK_EVERY_MS = 5_000
_TOUCHES = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.FocusIn,
    )
)


class IdleLock(QObject):
    """Attributes:
    idle: once, after so many minutes without a key or the pointer.
    """

    idle = Signal()

    def __init__(
        self, window: QWidget, minutes: Callable[[], int], *, clock: Callable[[], float] | None = None
    ) -> None:
        """Watch a window, from ``begin`` to ``end``.

        Args:
            window: what is touched.
            minutes: after how many; asked each time, 0 is never.
            clock: seconds; None takes one that goes on while the computer sleeps, where there is one.
        """
        super().__init__(window)
        self._window = window
        self._minutes = minutes
        self._clock = clock or _seconds
        self._touched = self._clock()
        self._is_busy: Callable[[], bool] = _never
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self, is_busy: Callable[[], bool]) -> None:
        """Watch from now on.

        Args:
            is_busy: whether a reply is being written, which is waited for.
        """
        # What is typed and pointed at arrives at the window's handle, where no widget's painting is seen.
        handle = self._window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self._is_busy = is_busy
        self._touched = self._clock()
        self._timer.start()

    def end(self) -> None:
        """Watch no longer, and hold nothing of what was watched."""
        self._timer.stop()
        self._is_busy = _never

    def look(self) -> None:
        """Tell if it has been long enough."""
        limit = self._minutes() * 60
        quiet = self._clock() - self._touched
        if limit and quiet >= limit + (LONGEST_WAIT_S if self._is_busy() else 0):
            self._timer.stop()
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note a touch; nothing is kept from anyone."""
        if event.type() in _TOUCHES:
            self._touched = self._clock()
        return False


def _never() -> bool:
    return False


def _seconds() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
