# SPDX-License-Identifier: GPL-3.0-or-later
"""After pages were taken away: what they held is collected, and overwritten where it lay."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.sandbox import memory
from desktop.ui.garbage import GarbageCollector
from desktop.ui.tasks import Tasks


class Residue(QObject):
    """Attributes:
    cleared: it is done; nothing was told meanwhile.
    """

    cleared = Signal()

    def __init__(self, collector: GarbageCollector, parent: QObject) -> None:
        super().__init__(parent)
        self._collector = collector
        self._tasks = Tasks(self)

    def clear(self) -> None:
        """Collect on this thread, as must be, and overwrite on another: it takes a tenth of a second."""
        self._collector.let_go()
        self._tasks.run(memory.overwrite_freed, lambda _nothing: self._end())

    def _end(self) -> None:
        memory.overwrite_kept()  # a millisecond
        self.cleared.emit()
