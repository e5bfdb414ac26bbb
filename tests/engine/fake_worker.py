# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine child without a model, for tests of timing and faults. Speaks the real frames.

Started by tests only (see ``fake_child``); nothing in the program can start it. Its behaviour comes as JSON
in the first argument; see ``Behaviour``.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time

import msgspec

from desktop.domain.conversation import StopReason
from desktop.domain.generation import FaultKind
from desktop.engine import wire
from desktop.engine.sequences import common_prefix
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import claim_pipes


class Behaviour(msgspec.Struct, kw_only=True):
    """What it does; counts are in tokens of one reply, None means never."""

    tokens_per_second: float = 2000.0
    tokens: int = 20
    text: str = "word "
    context_size: int = 8192
    chat_template: str = ""
    load_seconds: float = 0.0
    load_fault: str | None = None
    load_crash: bool = False
    prompt_seconds: float = 0.0
    crash_after: int | None = None
    hang_after: int | None = None  # goes silent altogether
    stuck_after: int | None = None  # answers pings, makes no progress
    garbage_after: int | None = None
    lie_after: int | None = None  # sends a frame that cannot be
    flood: bool = False  # sends text without end
    deaf_to_cancel: bool = False
    fault_after: str | None = None


class FakeWorker:
    """Counts a text's words as its tokens; replies with the same word again and again."""

    def __init__(self, behaviour: Behaviour) -> None:
        commands, self._events = claim_pipes()
        self._behaviour = behaviour
        self._reader: FrameReader[wire.ToChild] = FrameReader(commands, wire.ToChild, limit=wire.MAX_FRAME)
        self._writer = FrameWriter(self._events, limit=wire.MAX_FRAME)
        self._work: queue.SimpleQueue[wire.ToChild | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._silent = threading.Event()
        self._progress = 0
        self._previous = ""

    def run(self) -> None:
        behaviour = self._behaviour
        self._reader.receive()
        time.sleep(behaviour.load_seconds)
        if behaviour.load_crash:
            os._exit(11)
        if behaviour.load_fault:
            self._writer.send(wire.Fault(FaultKind(behaviour.load_fault)))
            return
        self._writer.send(
            wire.Loaded("fake", 1, 1, behaviour.context_size, 8192, behaviour.chat_template, "", "", 0.0)
        )
        threading.Thread(target=self._listen, daemon=True).start()
        while (frame := self._work.get()) is not None:
            if isinstance(frame, wire.Count):
                self._writer.send(wire.Counted(frame.id, [len(text.split()) for text in frame.texts]))
            elif isinstance(frame, wire.Generate):
                self._generate(frame)

    def _listen(self) -> None:
        try:
            while (frame := self._reader.receive()) is not None:
                if isinstance(frame, wire.Ping):
                    if not self._silent.is_set():
                        self._writer.send(wire.Pong(frame.id, self._progress))
                elif isinstance(frame, wire.Cancel):
                    if not self._behaviour.deaf_to_cancel:
                        self._cancelled.set()
                else:
                    if isinstance(frame, wire.Generate):
                        self._cancelled.clear()
                    self._work.put(frame)
        except FrameError:
            pass
        self._work.put(None)

    def _generate(self, request: wire.Generate) -> None:
        behaviour, send = self._behaviour, self._writer.send
        size = len(request.prompt.split())
        if size + request.room > behaviour.context_size:
            send(wire.TooLong(request.id, size))
            return
        shared = common_prefix(self._previous.encode(), request.prompt.encode())
        cached = len(request.prompt.encode()[:shared].split())
        self._previous = request.prompt
        send(wire.Fitted(request.id, size, min(cached, size)))
        time.sleep(behaviour.prompt_seconds)
        send(wire.Progress(request.id, size, size))
        started = time.perf_counter()
        most = min(behaviour.tokens, request.sampling.max_tokens)
        made = 0
        while behaviour.flood or made < most:
            if self._cancelled.is_set():
                send(wire.Done(request.id, StopReason.CANCELLED, made, behaviour.tokens_per_second))
                return
            self._misbehave(made, request)
            send(wire.Delta(request.id, behaviour.text))
            made += 1
            self._progress += 1
            time.sleep(max(0.0, started + made / behaviour.tokens_per_second - time.perf_counter()))
        reason = StopReason.LENGTH if most < behaviour.tokens else StopReason.END
        send(wire.Done(request.id, reason, made, behaviour.tokens_per_second))

    def _misbehave(self, made: int, request: wire.Generate) -> None:
        behaviour = self._behaviour
        if made == behaviour.crash_after:
            os._exit(11)
        if made == behaviour.hang_after:
            self._silent.set()
            time.sleep(60)
        if made == behaviour.stuck_after:
            time.sleep(60)
        if made == behaviour.garbage_after:
            self._events.write(b"\x00\x00\x00\x04\xc1\xc1\xc1\xc1")
        if made == behaviour.lie_after:
            self._writer.send(wire.Done(request.id, StopReason.END, 10_000_000, 1.0))
        if made == 3 and behaviour.fault_after:
            self._writer.send(wire.Fault(FaultKind(behaviour.fault_after)))
            time.sleep(60)


if __name__ == "__main__":
    FakeWorker(msgspec.json.decode(sys.argv[1], type=Behaviour)).run()
