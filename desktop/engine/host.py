# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine thread's side of a child: load it, ask it, watch it, replace it. Used from one thread only."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from desktop.domain.generation import EngineFault, FaultKind, ModelInfo, ModelSpec
from desktop.engine import wire
from desktop.engine.connection import ChildFactory, Connection, ConnectionLostError
from desktop.engine.watchdog import Watchdog

LOAD_SILENCE = 30.0
"""Seconds without a sign of life after which loading is given up: a cold disk may stall for some."""

LOOK_EVERY = 0.1
"""Seconds between looks at the watchdog."""

CANCEL_PATIENCE = 0.12
"""Seconds a child gets to obey a cancel before the reply is ended without it."""

Frame = wire.FromChild | ConnectionLostError
T = TypeVar("T")


class Wake:
    """Put into the inbox to make the engine thread look around."""


class Interrupted(Exception):  # noqa: N818 - not an error
    """The request that is being worked on was cancelled."""


Inbox = queue.SimpleQueue[tuple[Connection, Frame] | Wake]


class ModelHost:
    """One loaded model: the child that holds it, and the exchanges with that child."""

    def __init__(self, spec: ModelSpec, factory: ChildFactory, on_wake: Callable[[], None]) -> None:
        """Start a child; ``load`` must follow.

        Args:
            spec: what it will load.
            factory: starts the child.
            on_wake: called on the engine thread after ``wake``.

        Raises:
            EngineFault: the file is missing, or no child can be started.
        """
        self.spec = spec
        self._inbox: Inbox = queue.SimpleQueue()
        self._on_wake = on_wake
        self._next_id = 0
        self._asked = 0
        self._abandoned: int | None = None
        self._path = Path(spec.path).absolute()
        if not self._path.is_file():
            raise EngineFault(FaultKind.MODEL_MISSING)
        try:
            child = factory()
        except OSError as error:
            raise EngineFault(FaultKind.CRASHED) from error
        self._connection = Connection(child, lambda sender, frame: self._inbox.put((sender, frame)))

    def load(self) -> ModelInfo:
        """Load the model; what it says of itself.

        Raises:
            EngineFault: with the kind that tells why.
        """
        spec = self.spec
        self._connection.send(wire.Load(os.fsencode(self._path), spec.n_ctx, spec.n_threads))
        try:
            return self._await_loaded()
        except ConnectionLostError as lost:
            raise EngineFault(lost.kind) from None

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._connection.pid

    def wake(self) -> None:
        """Make a waiting exchange look around. From any thread."""
        self._inbox.put(Wake())

    def kill(self) -> None:
        """End the child at once; whoever waits for it hears that it is lost. From any thread."""
        self._connection.kill()

    def close(self) -> None:
        """End the child; blocks until its memory is back."""
        self._connection.close()

    def wait_for(self, future: Future[T], interrupted: Callable[[], bool]) -> T:
        """The result of work done on another thread, without becoming deaf meanwhile.

        Raises:
            Interrupted: cancelled; the work's result is dropped.
            ConnectionLostError: the child is lost.
        """
        future.add_done_callback(lambda _done: self.wake())
        while not future.done():
            if interrupted():
                raise Interrupted
            self._take(LOOK_EVERY)
        return future.result()

    def count(self, texts: Sequence[str], interrupted: Callable[[], bool]) -> list[int]:
        """Tokens of each text.

        Raises:
            Interrupted: cancelled meanwhile.
            ConnectionLostError: the child is lost.
        """
        request = self._ask(lambda number: wire.Count(number, list(texts)))
        watchdog = Watchdog(time.monotonic())
        while True:
            if interrupted():
                raise Interrupted
            match self._next(watchdog):
                case wire.Counted(id=number, counts=counts) if number == request and len(counts) == len(
                    texts
                ):
                    return counts
                case wire.Fault(kind=kind):
                    raise ConnectionLostError(kind)
                case None:
                    pass
                case _:
                    raise ConnectionLostError(FaultKind.PROTOCOL)

    def generate(
        self,
        prompt: str,
        room: int,
        sampling: wire.Sampling,
        handle: Callable[[wire.FromChild], bool],
        interrupted: Callable[[], bool],
    ) -> None:
        """Run one reply; ``handle`` gets each of its frames and says when it has ended.

        Raises:
            Interrupted: cancelled, and the child did not end it in time; what it still sends is dropped.
            ConnectionLostError: the child is lost.
        """
        request = self._ask(lambda number: wire.Generate(number, prompt, room, sampling))
        watchdog = Watchdog(time.monotonic())
        give_up: float | None = None
        while True:
            if give_up is None and interrupted():
                self._connection.send(wire.Cancel(request))
                give_up = time.monotonic() + CANCEL_PATIENCE
            frame = self._next(watchdog, until=give_up)
            if frame is not None and handle(frame):
                return
            if give_up is not None and time.monotonic() >= give_up:
                self._abandoned = request
                raise Interrupted

    def _ask(self, frame: Callable[[int], wire.Count | wire.Generate]) -> int:
        """Send a request once the child has ended the one that was given up, if any."""
        watchdog = Watchdog(time.monotonic())
        while self._abandoned is not None:
            self._next(watchdog)
        self._asked = self._new_id()
        self._connection.send(frame(self._asked))
        return self._asked

    def _await_loaded(self) -> ModelInfo:
        last_sign = time.monotonic()
        while time.monotonic() - last_sign < LOAD_SILENCE:
            match self._take(LOOK_EVERY):
                case wire.Loading():
                    last_sign = time.monotonic()
                case wire.Loaded() as loaded:
                    return _info(self.spec, loaded)
                case wire.Fault(kind=kind):
                    raise ConnectionLostError(kind)
                case None:
                    pass
                case _:
                    raise ConnectionLostError(FaultKind.PROTOCOL)
        raise ConnectionLostError(FaultKind.HUNG)

    def _next(self, watchdog: Watchdog, until: float | None = None) -> wire.FromChild | None:
        """The next frame that is not a pong, or None after a while; pings, and raises on a hang."""
        now = time.monotonic()
        frame = self._take(LOOK_EVERY if until is None else min(LOOK_EVERY, max(until - now, 0.0)))
        watchdog.pass_time(time.monotonic())
        if isinstance(frame, wire.Pong):
            watchdog.pong(frame.progress)
            frame = None
        elif frame is not None:
            watchdog.sign_of_life()
        if watchdog.hung:
            raise ConnectionLostError(FaultKind.HUNG)
        if watchdog.ping_due():
            self._connection.send(wire.Ping(self._new_id()))
        return frame

    def _take(self, timeout: float) -> wire.FromChild | None:
        """What comes next, or None after ``timeout``; leftovers of earlier requests are dropped."""
        try:
            item = self._inbox.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(item, Wake):
            self._on_wake()
            return None
        sender, frame = item
        sender.release()
        if isinstance(frame, ConnectionLostError):
            raise frame
        return None if self._is_leftover(frame) else frame

    def _is_leftover(self, frame: wire.FromChild) -> bool:
        if isinstance(frame, wire.Loading | wire.Loaded | wire.Fault | wire.Pong):
            return False
        if frame.id == self._abandoned:
            if isinstance(frame, wire.Done | wire.TooLong | wire.Refused):
                self._abandoned = None
            return True
        return frame.id < self._asked

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id


def _info(spec: ModelSpec, loaded: wire.Loaded) -> ModelInfo:
    return ModelInfo(
        name=spec.name,
        architecture=loaded.architecture,
        parameters=loaded.parameters,
        size_bytes=loaded.size_bytes,
        context_size=loaded.context_size,
        trained_context=loaded.trained_context,
        chat_template=loaded.chat_template,
        bos=loaded.bos,
        eos=loaded.eos,
        load_seconds=loaded.load_seconds,
    )
