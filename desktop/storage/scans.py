# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the pages of one open vault: one at a time, and none of them outlives the vault's being open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.storage import pagescan
from desktop.storage.database import Database


class Scans:
    """Starts the children that know the key, and ends them when the vault is closed.

    Attributes:
        turn: held from emptying the log until what was found is noted: two looks would each let pages change
            under the other's eyes, and closing waits for the one that runs to come to its end.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self._is_running = False
        self._is_unwanted = False  # the one that runs, or is about to
        self._is_closed = False

    @contextmanager
    def still(self, database: Database) -> Iterator[None]:
        """Keep the main file as it is; writes go on, into the log. To be used within a turn."""
        database.pause_checkpoints(True)
        try:
            yield
        finally:
            database.pause_checkpoints(False)

    def scan(self, path: Path, key: bytes, needles: Sequence[bytes]) -> pagescan.ScanReport:
        """Look through the pages in a child. Blocks.

        Raises:
            OSError, ValueError: as ``pagescan.scan_in_child``; OSError, too, if it was ended.
        """

        def started(end: Callable[[], None]) -> None:
            with self._lock:
                self._end = end
                if self._is_unwanted:
                    end()

        with self._lock:
            self._is_running, self._is_unwanted = True, self._is_closed
        try:
            return pagescan.scan_in_child(path, key, needles, started=started)
        finally:
            with self._lock:
                self._is_running, self._end = False, None

    def end_running(self) -> None:
        """End the child that looks now; nothing can be said of what it looked for. Returns at once."""
        with self._lock:
            self._is_unwanted = self._is_running
            if self._end is not None:
                self._end()

    def close(self) -> None:
        """End the child that looks now and each that would follow; wait until none does. May be repeated."""
        with self._lock:
            self._is_closed = True
        self.end_running()
        with self.turn:
            pass
