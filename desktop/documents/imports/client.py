# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's side of the import child: starts it, believes nothing it says, ends it when it takes too long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.documents.imports.wire import (
    MAX_FRAME,
    Archive,
    Done,
    Found,
    FromChild,
    Item,
    Locked,
    Parse,
    Ready,
    Skipped,
)
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import Child

SILENCE_SECONDS = 120.0
"""The cap on the time between two words of the child: reading and decoding one file whole."""

MAX_ITEMS = 3_000_000
"""Words of one child; one that talks on and on is ended."""

_LOOK_SECONDS = 0.1


class ImportLockedError(Exception):
    """The file is encrypted, and the passphrase is missing or wrong."""


class ImportCutOffError(Exception):
    """The child ended, or had to be ended, before it was done; what it told before stands."""


def read_items(
    path: Path,
    *,
    passphrase: str | None = None,
    cancelled: threading.Event | None = None,
    silence: float = SILENCE_SECONDS,
) -> Iterator[Item]:
    """What is found in ``path`` and what is left out, as it is found. Blocks between items.

    Raises:
        ImportLockedError: it is encrypted, and the passphrase does not open it.
        ImportCutOffError: reading ended early.
        OSError: the child cannot be started.
    """
    with Child("import") as child:
        writer = FrameWriter(child.commands, limit=MAX_FRAME)
        reader: FrameReader[FromChild] = FrameReader(child.events, FromChild, limit=MAX_FRAME)
        watch = _Watch(child, silence, cancelled)
        try:
            if not isinstance(watch.receive(reader), Ready):
                if watch.is_cancelled:
                    return
                raise ImportCutOffError
            writer.send(Parse(os.fsencode(path), passphrase))
            for _ in range(MAX_ITEMS):
                if watch.is_cancelled:
                    return
                item = watch.receive(reader)
                if isinstance(item, Found | Skipped | Archive):
                    yield item
                elif isinstance(item, Locked):
                    raise ImportLockedError
                elif isinstance(item, Done) or watch.is_cancelled:
                    return
                else:
                    raise ImportCutOffError
            raise ImportCutOffError
        except FrameError:
            if not watch.is_cancelled:
                raise ImportCutOffError from None
        finally:
            watch.close()


class _Watch:
    """Ends the child when it is silent for too long, or soon after the person wants no more of it."""

    def __init__(self, child: Child, silence: float, cancelled: threading.Event | None) -> None:
        self._child = child
        self._silence = silence
        self._cancelled = cancelled
        self._waits_since: float | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import-watch", daemon=True)
        self._thread.start()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled is not None and self._cancelled.is_set()

    def receive(self, reader: FrameReader[FromChild]) -> FromChild | None:
        """The next word of the child; None once it has ended."""
        self._waits_since = time.monotonic()
        try:
            return reader.receive()
        finally:
            self._waits_since = None

    def close(self) -> None:
        """Watch no more."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(_LOOK_SECONDS):
            since = self._waits_since
            if self.is_cancelled or (since is not None and time.monotonic() - since > self._silence):
                self._child.kill()
                return
