# SPDX-License-Identifier: GPL-3.0-or-later
"""One engine child and the two threads that talk with it, so that no one else ever waits for its pipes."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import IO, Protocol

from desktop.domain.generation import FaultKind
from desktop.engine import wire
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import Child

MOST_UNREAD = 1024
"""Frames read ahead; a child that floods is held up by its pipe instead of filling this process."""

CHILD_ENVIRONMENT = {
    # How often a thread that waits at an OpenMP barrier looks before it sleeps (libgomp). Measured with
    # SmolLM2 on two threads of two cores, milliseconds a token:
    #                                        idle   one core busy     both busy
    #   300,000, the default                  8.7   23, at worst 821  31, at worst 1,200 and more
    #   0, which OMP_WAIT_POLICY=passive is  49     24, at worst 57
    #   2,000                                10.2   63, at worst 68   72, at worst 150
    #   10,000                                8.9   22, at worst 203  27, at worst 39
    "GOMP_SPINCOUNT": "10000",
}


class EngineChild(Protocol):
    """What a connection needs of a child process."""

    @property
    def commands(self) -> IO[bytes]:
        """Its command pipe."""

    @property
    def events(self) -> IO[bytes]:
        """Its event pipe."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Kill it, wait until it is gone, close the pipes."""


ChildFactory = Callable[[], EngineChild]


def start_child() -> EngineChild:
    """Start the real engine child."""
    return Child("engine", extra_env=CHILD_ENVIRONMENT)


class ConnectionLostError(Exception):
    """The child is gone or must go; ``kind`` says why."""

    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


Deliver = Callable[["Connection", "wire.FromChild | ConnectionLostError"], None]


class Connection:
    """Sends frames, and delivers what comes back from a thread of its own.

    The last thing delivered is a ``ConnectionLostError``, after everything the child said before it was lost.
    ``release`` must be called for every frame taken.
    """

    def __init__(self, child: EngineChild, deliver: Deliver) -> None:
        self._child = child
        self._deliver = deliver
        self._outbox: queue.SimpleQueue[wire.ToChild | None] = queue.SimpleQueue()
        self._unread = threading.Semaphore(MOST_UNREAD)
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, name="engine-writer", daemon=True),
            threading.Thread(target=self._read, name="engine-reader", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    def send(self, frame: wire.ToChild) -> None:
        """Send ``frame`` soon. A child that is gone is reported by what is delivered, not here."""
        self._outbox.put(frame)

    def release(self) -> None:
        """A delivered frame was dealt with."""
        self._unread.release()

    def kill(self) -> None:
        """End the child at once; its loss is delivered like any other. From any thread."""
        self._child.kill()

    def close(self) -> None:
        """End the child and the threads; blocks until all are gone."""
        self._closing.set()
        self._child.kill()
        self._outbox.put(None)
        self._unread.release()  # wakes a reader that waits for room
        for thread in self._threads:
            thread.join()
        self._child.close()

    def _write(self) -> None:
        writer = FrameWriter(self._child.commands, limit=wire.MAX_FRAME)
        with contextlib.suppress(FrameError):
            while (frame := self._outbox.get()) is not None:
                writer.send(frame)

    def _read(self) -> None:
        reader: FrameReader[wire.FromChild] = FrameReader(
            self._child.events, wire.FromChild, limit=wire.MAX_FRAME
        )
        kind = FaultKind.PROTOCOL
        with contextlib.suppress(FrameError):
            while (frame := reader.receive()) is not None:
                self._unread.acquire()
                if self._closing.is_set():
                    break
                self._deliver(self, frame)
            kind = FaultKind.CRASHED
        self._deliver(self, ConnectionLostError(kind))
