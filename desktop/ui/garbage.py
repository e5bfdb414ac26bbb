# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects garbage on the window's thread only, in small bites, and never what start-up made.

Left alone, Python collects on whichever thread allocates: a database or engine thread would then end Qt
objects that belong to the window, and a full collection over all that was imported takes longer than a frame.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500
YOUNG, MIDDLE, OLD = 700, 10, 10  # CPython's own thresholds (gc.get_threshold() of 3.11)


class GarbageCollector(QObject):
    """Takes over from the automatic collection until it is closed.

    Args:
        parent: whose thread collects.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.spare_what_is_there()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(INTERVAL_MS)

    def spare_what_is_there(self) -> None:
        """Never look at what exists now again, until ``let_go``: modules and classes stay until the end."""
        gc.freeze()

    def let_go(self) -> None:
        """Pages were taken away: what they held goes now, whenever it was made. Takes some frames."""
        gc.unfreeze()
        gc.collect()
        self.spare_what_is_there()

    def look(self) -> int:
        """Collect the oldest generation that is due; returns its number, or -1."""
        young, middle, old = gc.get_count()
        if old > OLD:
            due = 2
        elif middle > MIDDLE:
            due = 1
        elif young > YOUNG:
            due = 0
        else:
            return -1
        gc.collect(due)
        return due

    def close(self) -> None:
        """Hand back to the automatic collection."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
