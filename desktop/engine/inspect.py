# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's side of the child that looks at a model file: starts it, believes little, ends it if it hangs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from desktop.engine.inspect_wire import MAX_FRAME, FromChild, Hashing, Inspect, Inspected, Ready, Verdict
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import Child

__all__ = ["InspectCutOffError", "Inspected", "Verdict", "inspect"]

SILENCE_SECONDS = 60.0
"""The cap on the time between two words of the child: 64 MiB of a file, from a slow disk."""

_LOOK_SECONDS = 0.1


class InspectCutOffError(Exception):
    """The child ended, or had to be ended, before it was done."""


def inspect(
    path: Path,
    *,
    hashed: bool = True,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: threading.Event | None = None,
    silence: float = SILENCE_SECONDS,
) -> Inspected:
    """Look at the file in a confined child. Blocks for as long as reading it takes.

    Args:
        path: the file.
        hashed: work out its SHA-256, too.
        progress: told (bytes read, bytes in all) now and then.
        cancelled: set it to end the child.
        silence: seconds without a word after which it is ended.

    Raises:
        InspectCutOffError: it crashed, hung, misbehaved or was cancelled.
        OSError: no child can be started.
    """
    with Child("inspect") as child:
        heard = threading.Event()
        over = threading.Event()
        watch = threading.Thread(
            target=_watch, args=(child, heard, over, cancelled, silence), name="inspect-watch", daemon=True
        )
        watch.start()
        try:
            return _converse(child, path, hashed, progress, heard)
        except FrameError:
            raise InspectCutOffError from None
        finally:
            over.set()
            watch.join()


def _converse(
    child: Child, path: Path, hashed: bool, progress: Callable[[int, int], object], heard: threading.Event
) -> Inspected:
    writer = FrameWriter(child.commands, limit=MAX_FRAME)
    reader: FrameReader[FromChild] = FrameReader(child.events, FromChild, limit=MAX_FRAME)
    if not isinstance(reader.receive(), Ready):
        raise InspectCutOffError
    heard.set()
    writer.send(Inspect(os.fsencode(path.absolute()), hashed))
    while True:
        word = reader.receive()
        heard.set()
        match word:
            case Hashing(done=done, total=total):
                progress(done, total)
            case Inspected():
                return word
            case _:
                raise InspectCutOffError


def _watch(
    child: Child,
    heard: threading.Event,
    over: threading.Event,
    cancelled: threading.Event | None,
    silence: float,
) -> None:
    quiet = 0.0
    while not over.wait(_LOOK_SECONDS):
        quiet = 0.0 if heard.is_set() else quiet + _LOOK_SECONDS
        heard.clear()
        if quiet > silence or (cancelled is not None and cancelled.is_set()):
            child.kill()
            return
