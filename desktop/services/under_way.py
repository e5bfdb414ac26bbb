# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes long over an open database gives up when that is to be closed, and is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """Counts what is under way in one session: exports, imports, moves."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stops: list[threading.Event] = []
        self._is_closed = False

    @contextmanager
    def of(self, cancelled: threading.Event | None) -> Iterator[threading.Event]:
        """While the block runs, it is under way; the event is set when it should give up.

        Args:
            cancelled: the person's own; None where nobody else can stop it.
        """
        stop = cancelled or threading.Event()
        with self._changed:
            self._stops.append(stop)
            if self._is_closed:
                stop.set()
        try:
            yield stop
        finally:
            with self._changed:
                self._stops.remove(stop)
                self._changed.notify_all()

    def close(self) -> None:
        """Have all of it give up, and wait until it has. Blocks shortly."""
        with self._changed:
            self._is_closed = True
            for stop in self._stops:
                stop.set()
            self._changed.wait_for(lambda: not self._stops)
