# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine child without a model: it writes what the question asks for, at the pace the question asks for.

It speaks the app's own frames, so that everything but the model is real.
"""

from __future__ import annotations

import queue
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import msgspec

from desktop.domain.conversation import StopReason
from desktop.engine import wire
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import claim_pipes
from tests.benchmarks.prose import document

ROOT = Path(__file__).resolve().parents[3]

_CONTEXT = 1_000_000
_SCRIPT = re.compile(r"\[\[(\{.*?\})\]\]")


class Script(msgspec.Struct, frozen=True):
    """What to write. A token here is a word with the space before it.

    Attributes:
        prefix: tokens written at once, first.
        pause: seconds before and after what follows.
        pieces: how many pieces follow.
        size: tokens of each.
        rate: pieces per second.
    """

    prefix: int = 0
    pause: float = 0.0
    pieces: int = 0
    size: int = 1
    rate: float = 200.0

    def question(self) -> str:
        """A question that asks for this."""
        return f"[[{msgspec.json.encode(self).decode()}]]"


class ScriptedChild:
    """Starts it where the app starts its engine child."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.peers.scripted_model"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.commands: IO[bytes] = self._process.stdin
        self.events: IO[bytes] = self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self.commands.close()
        self.events.close()


class _Worker:
    """The child's side."""

    def __init__(self) -> None:
        commands, events = claim_pipes()
        self._reader: FrameReader[wire.ToChild] = FrameReader(commands, wire.ToChild, limit=wire.MAX_FRAME)
        self._send = FrameWriter(events, limit=wire.MAX_FRAME).send
        self._work: queue.SimpleQueue[wire.Count | wire.Generate | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._progress = 0

    def run(self) -> None:
        self._reader.receive()
        self._send(wire.Loaded("scripted", 1, 1, _CONTEXT, _CONTEXT, "", "", "", 0.0))
        threading.Thread(target=self._listen, daemon=True).start()
        while (frame := self._work.get()) is not None:
            if isinstance(frame, wire.Count):
                self._send(wire.Counted(frame.id, [len(text.split()) for text in frame.texts]))
            else:
                self._write(frame)

    def _listen(self) -> None:
        try:
            while (frame := self._reader.receive()) is not None:
                match frame:
                    case wire.Ping():
                        self._progress += 1
                        self._send(wire.Pong(frame.id, self._progress))
                    case wire.Cancel():
                        self._cancelled.set()
                    case wire.Count() | wire.Generate():
                        self._cancelled.clear()
                        self._work.put(frame)
        except FrameError:
            pass
        self._work.put(None)

    def _write(self, request: wire.Generate) -> None:
        size = len(request.prompt.split())
        self._send(wire.Fitted(request.id, size, 0))
        script = msgspec.json.decode(_SCRIPT.findall(request.prompt)[-1], type=Script)
        if script.prefix:
            self._send(wire.Delta(request.id, document("prefix", script.prefix) + "\n\n"))
        self._cancelled.wait(script.pause)
        tokens = re.findall(r"\s*\S+", document("tail", script.pieces * script.size))
        began = time.perf_counter()
        for piece in range(script.pieces):
            text = "".join(tokens[piece * script.size : (piece + 1) * script.size])
            if text:
                self._send(wire.Delta(request.id, text))
            if self._cancelled.wait(max(0.0, began + (piece + 1) / script.rate - time.perf_counter())):
                break
        self._cancelled.wait(script.pause)
        reason = StopReason.CANCELLED if self._cancelled.is_set() else StopReason.END
        self._send(wire.Done(request.id, reason, 1, script.rate))


if __name__ == "__main__":
    _Worker().run()
