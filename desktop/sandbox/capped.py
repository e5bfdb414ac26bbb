# SPDX-License-Identifier: GPL-3.0-or-later
"""A child that answers one request at a time, each with a cap on its time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from desktop.sandbox.frames import FrameReader, FrameWriter
from desktop.sandbox.process import Child

START_SECONDS = 30.0
"""The cap on a child's start, which a busy machine may stretch."""

AnswerT = TypeVar("AnswerT")


class CappedChild(Generic[AnswerT]):
    """One child and its two pipes; it is killed when it takes too long.

    Args:
        name: which child.
        answers: the type of what it says.
        ready: the type of the first thing it says, once it is confined.
        limit: bytes of a frame, in either direction.

    Attributes:
        child: to be asked whether it lives, and ended.

    Raises:
        OSError: it could not be started.
    """

    def __init__(self, name: str, answers: Any, ready: type[msgspec.Struct], *, limit: int) -> None:
        self.child = Child(name)
        self._writer = FrameWriter(self.child.commands, limit=limit)
        self._reader: FrameReader[AnswerT] = FrameReader(self.child.events, answers, limit=limit)
        self._ready = ready
        self._began = False

    def ask(self, request: msgspec.Struct, seconds: float) -> AnswerT | None:
        """The child's answer; None once it is dead, of itself or for taking too long.

        Raises:
            FrameError: it said something else than agreed, or cannot be spoken to.
        """
        if not self._began:
            with self._killed_after(START_SECONDS):
                if not isinstance(self._reader.receive(), self._ready):
                    return None
            self._began = True
        with self._killed_after(seconds):
            self._writer.send(request)
            return self._reader.receive()

    @contextlib.contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Killing ends every wait on the pipes, for reading and for writing."""
        timer = threading.Timer(seconds, self.child.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
