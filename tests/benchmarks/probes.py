# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen from inside the window's process: when it painted, how long it kept others waiting."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

TICK_MS = 5
_PAINTING = (QEvent.Type.UpdateRequest, QEvent.Type.Paint)


class PaintWatch(QObject):
    """Tells when a window has painted something that was waited for, and was idle after it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._wanted: Callable[[], bool] | None = None
        self._painted: Callable[[], object] | None = None
        self._broken: Exception | None = None
        window.installEventFilter(self)

    def when(self, wanted: Callable[[], bool], painted: Callable[[], object]) -> None:
        """Call ``painted`` once the window painted while ``wanted`` held, and no event is left to handle."""
        self._wanted, self._painted = wanted, painted

    def wait(self, wanted: Callable[[], bool], seconds: float) -> float:
        """Let the program run until it has; returns when that was (``perf_counter``).

        Raises:
            TimeoutError: it did not.
        """
        loop = QEventLoop()
        at: list[float] = []

        def painted() -> None:
            at.append(time.perf_counter())
            loop.quit()

        self.when(wanted, painted)
        _run(loop, seconds)
        self._wanted = None
        if self._broken is not None:
            raise self._broken
        if not at:
            raise TimeoutError("it was not painted")
        return at[0]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Asked before the painting: what is there now is what will be painted."""
        if event.type() in _PAINTING and self._holds():
            painted, self._wanted = self._painted, None
            if painted is not None:
                QTimer.singleShot(0, painted)
        return False

    def _holds(self) -> bool:
        try:
            return self._wanted is not None and self._wanted()
        except Exception as error:  # Qt would only print it, at each event again
            self._broken, self._wanted = error, None
            return False


class Lateness:
    """How late a timer of 5 ms is on the thread it was made on."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._before = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to watch."""
        self._late.clear()
        self._before = time.perf_counter()
        self._timer.start(TICK_MS)

    def stop(self) -> tuple[float, float]:
        """End; the 99th percentile and the longest, milliseconds."""
        self._timer.stop()
        late = sorted(self._late)
        if not late:
            raise RuntimeError("the timer never came")
        return late[min(len(late) - 1, int(len(late) * 0.99))] * 1000, late[-1] * 1000

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late.append(max(0.0, now - self._before - TICK_MS / 1000))
        self._before = now


def let_run(seconds: float, until: Callable[[], bool] | None = None) -> bool:
    """Let the program run for so long, or until something holds (looked at every 20 ms); whether it held."""
    loop = QEventLoop()
    if until is not None:
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if until() else None)
        timer.start(20)
    _run(loop, seconds)
    return until is not None and until()


def _run(loop: QEventLoop, seconds: float) -> None:
    limit = QTimer()
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(round(seconds * 1000))
    loop.exec()
