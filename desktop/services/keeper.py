# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps a reply in the vault as it grows, and says what became of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace

from desktop.domain.conversation import Message, ReplyStats, Status, StopReason
from desktop.domain.errors import InglenookError
from desktop.domain.generation import Failed, FaultKind, Finished
from desktop.domain.reasoning import Stopwatch
from desktop.storage import conversations, instructions
from desktop.storage.database import Connection, Database

COMMIT_INTERVAL_S = 0.4  # a streaming reply is committed at least every half second, with room for the fsync


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event: the reply as committed.

    Attributes:
        fault: why the engine broke it off, if it did.
        error: why it could not be kept, if it could not (``reply`` still holds the text).
        misfit: it was to be JSON of a shape, and is not: it was cut off, or stopped.
    """

    reply: Message
    fault: FaultKind | None = None
    error: Exception | None = None
    misfit: bool = False


class Keeper:
    """Keeps one reply in the vault as it grows, from the text it begins with."""

    def __init__(self, database: Database, reply: Message) -> None:
        self._database = database
        self._reply = reply
        self._lock = threading.Lock()
        self._parts = [reply.content]
        self._kept_parts = 1
        self._committed_at = time.monotonic()
        self._pending: Future[None] | None = None
        self._given: str | None = None
        self._thinking = Stopwatch()
        self._thinking.add(reply.content)

    def note_given(self, spec: str) -> None:
        """The model is being given this version of the instructions; kept with what it says."""
        self._given = spec

    def add(self, text: str) -> None:
        """More was written."""
        self._thinking.add(text)
        with self._lock:
            self._parts.append(text)

    def commit_if_due(self) -> None:
        """Commit what is new, unless a commit is under way or the last was a moment ago."""
        if self._pending is not None and not self._pending.done():
            return
        if time.monotonic() - self._committed_at < COMMIT_INTERVAL_S / 2:
            return
        with self._lock:
            if len(self._parts) == self._kept_parts:
                return
            text = self._text()
            self._kept_parts = len(self._parts)
        self._committed_at = time.monotonic()
        self._pending = self._write(text, Status.STREAMING, None, None)

    def end(self, event: Finished | Failed, error: Exception | None = None) -> Ended:
        """Commit the whole reply with what became of it; ``error`` is told on."""
        fault: FaultKind | None = None
        stats: ReplyStats | None = None
        if isinstance(event, Failed):
            status, reason, fault = Status.FAILED, StopReason.ERROR, event.kind
        else:
            cancelled = event.reason is StopReason.CANCELLED
            status = Status.STOPPED if cancelled else Status.COMPLETE
            reason, stats = event.reason, replace(event.stats, thinking_s=self._thinking.seconds)
        with self._lock:
            text = self._text()
        try:
            self._write(text, status, reason, stats).result()
        except InglenookError as problem:
            error = error or problem
        reply = replace(self._reply, content=text, status=status, stop_reason=reason, stats=stats)
        return Ended(reply, fault, error)

    def _text(self) -> str:
        text = "".join(self._parts)
        self._parts[:] = [text]
        return text

    def _write(
        self, text: str, status: Status, reason: StopReason | None, stats: ReplyStats | None
    ) -> Future[None]:
        given = self._given

        def write(connection: Connection) -> None:
            conversations.update_reply(
                connection, self._reply.id, content=text, status=status, stop_reason=reason, stats=stats
            )
            if given is not None:
                instructions.note_given(connection, self._reply.id, given)

        return self._database.write(write)
