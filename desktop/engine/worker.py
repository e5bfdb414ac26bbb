# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine child: loads one model, confines itself, answers frames until the pipe ends.

Two stages of confinement: before the file is parsed, only it and the system's libraries can be read; once
it is loaded, nothing can. The thread that answers pings starts last, because Landlock binds only the thread
that asks for it and those it starts.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.generation import FaultKind
from desktop.engine import wire
from desktop.sandbox import profiles
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.process import claim_pipes

if TYPE_CHECKING:
    from desktop.engine.generator import Generator
    from desktop.engine.native import AbortFlag, Model

CACHE_BUDGET = 512 * 1024 * 1024
"""Most bytes of saved sequences; a small machine gives a sixteenth of its memory instead."""

_LOADING_GAP = 0.1  # seconds between signs of life while loading


class _LoadError(Exception):
    """Loading failed in a way the app knows a message for."""

    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class _Service:
    """What a loaded child works with."""

    generator: Generator
    model: Model
    abort: AbortFlag
    loaded: wire.Loaded


def main() -> int:
    """Be the engine child; returns the exit status."""
    commands, events = claim_pipes()
    reader: FrameReader[wire.ToChild] = FrameReader(commands, wire.ToChild, limit=wire.MAX_FRAME)
    writer = FrameWriter(events, limit=wire.MAX_FRAME)
    try:
        order = reader.receive()
        if order is None:
            return 0
        if not isinstance(order, wire.Load):
            return 1
        service = _load(order, writer)
        writer.send(service.loaded)
        _Server(service, reader, writer).run()
    except _LoadError as error:
        writer.send(wire.Fault(error.kind))
        return 1
    except MemoryError:
        writer.send(wire.Fault(FaultKind.OUT_OF_MEMORY))
        return 1
    except FrameError:  # the app is gone, or is not ours
        return 1
    return 0


def _load(order: wire.Load, writer: FrameWriter) -> _Service:
    """Load the model between the two stages of confinement.

    Raises:
        _LoadError: the file is missing, unreadable, or too big for this machine.
    """
    from desktop.engine import generator, gguf, native, prompt_cache, spare_cores, threads

    began = time.perf_counter()
    path = Path(os.fsdecode(order.path))
    if not path.is_file():
        raise _LoadError(FaultKind.MODEL_MISSING)
    native.initialise()
    start = order.n_threads or threads.physical_cores()
    most = order.n_threads or threads.usable_cores()
    spare = spare_cores.SpareCores(threads.usable_numbers())  # opened now: the confinement denies it later
    budget = min(CACHE_BUDGET, _physical_memory() // 16)
    confine_child(profiles.engine_loading(path))
    try:
        header = gguf.read_header(path)
        model = native.Model(path, _LoadingReport(writer))
    except (gguf.GgufError, OSError, native.NativeError) as error:
        raise _LoadError(FaultKind.MODEL_UNREADABLE) from error
    try:
        context = native.Context(model, order.n_ctx, start)
    except native.NativeError as error:
        raise _LoadError(FaultKind.OUT_OF_MEMORY) from error
    abort = native.AbortFlag()
    cache = prompt_cache.PromptCache(model, context, budget)
    tuner = threads.ThreadTuner(start, most, pinned=order.n_threads > 0, spare=spare.look)
    serving = generator.Generator(model, context, cache, tuner=tuner, abort=abort, send=writer.send)
    # Only now: the callbacks made above are small pieces of code, which nothing may add afterwards.
    confine_child(profiles.ENGINE)
    loaded = wire.Loaded(
        architecture=header.architecture[:256],
        parameters=model.parameters,
        size_bytes=model.size_bytes,
        context_size=context.size,
        trained_context=model.trained_context,
        chat_template=model.chat_template,
        bos=model.bos[:256],
        eos=model.eos[:256],
        load_seconds=time.perf_counter() - began,
    )
    return _Service(serving, model, abort, loaded)


class _LoadingReport:
    """Passes llama.cpp's progress on, now and then."""

    def __init__(self, writer: FrameWriter) -> None:
        self._writer = writer
        self._last = 0.0

    def __call__(self, fraction: float) -> None:
        now = time.perf_counter()
        if now - self._last >= _LOADING_GAP:
            self._last = now
            self._writer.send(wire.Loading(min(max(fraction, 0.0), 1.0)))


class _Server:
    """Answers frames: pings and cancels at once on a thread of their own, the rest in order on this one."""

    def __init__(self, service: _Service, reader: FrameReader[wire.ToChild], writer: FrameWriter) -> None:
        self._service = service
        self._reader = reader
        self._writer = writer
        self._work: queue.SimpleQueue[wire.Count | wire.Generate | None] = queue.SimpleQueue()
        self._current = -1  # read and written by the listening thread only

    def run(self) -> None:
        """Serve until the pipe ends or ``Exit`` comes."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while (order := self._work.get()) is not None:
            match order:
                case wire.Count():
                    tokenise = self._service.model.tokenise
                    counts = [len(tokenise(text.encode("utf-8"))) for text in order.texts]
                    self._writer.send(wire.Counted(order.id, counts))
                case wire.Generate():
                    self._service.generator.run(order)

    def _listen(self) -> None:
        try:
            while self._take(self._reader.receive()):
                pass
        except FrameError:
            pass
        finally:
            self._service.abort.set()
            self._work.put(None)

    def _take(self, frame: wire.ToChild | None) -> bool:
        match frame:
            case wire.Ping():
                self._writer.send(wire.Pong(frame.id, self._service.generator.pulse.count))
            case wire.Cancel():
                if frame.id == self._current:
                    self._service.abort.set()
            case wire.Generate():
                # The app sends the next request only after the last one ended.
                self._service.abort.clear()
                self._current = frame.id
                self._work.put(frame)
            case wire.Count():
                self._work.put(frame)
            case _:
                return False
        return True


def _physical_memory() -> int:
    """Bytes of memory in this machine, or a modest guess."""
    if sys.platform == "win32":
        return 8 * 1024**3
    import os

    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
