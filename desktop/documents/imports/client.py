# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's side of the import child: starts it, believes nothing it says, ends it when it takes too long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from desktop.documents.imports.wire import (
    MAX_FRAME,
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
        try:
            if not isinstance(_receive(reader, child, silence), Ready):
                raise ImportCutOffError
            writer.send(Parse(str(path), passphrase))
            while not (cancelled is not None and cancelled.is_set()):
                item = _receive(reader, child, silence)
                if isinstance(item, Found | Skipped):
                    yield item
                elif isinstance(item, Locked):
                    raise ImportLockedError
                elif isinstance(item, Done):
                    return
                else:
                    raise ImportCutOffError
        except FrameError:
            raise ImportCutOffError from None


def _receive(reader: FrameReader[FromChild], child: Child, silence: float) -> FromChild | None:
    timer = threading.Timer(silence, child.kill)
    timer.daemon = True
    timer.start()
    try:
        return reader.receive()
    finally:
        timer.cancel()
