# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the app sees it: one loaded model in a child process, requests answered in turn.

One thread does everything and delivers all events, so nothing here needs a lock but the queue of requests
and what other threads may look at. The child may die or hang at any time: the reply fails with what it had,
and a new child takes its place.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from desktop.domain.generation import (
    EngineFault,
    EngineState,
    Failed,
    FaultKind,
    GenerationRequest,
    Measured,
    ModelInfo,
    ModelSpec,
    OnEvent,
    PromptMessage,
    TemplateFault,
    TemplateRenderer,
)
from desktop.engine.connection import ChildFactory, ConnectionLostError, start_child
from desktop.engine.exchange import Exchange, emit_cancelled
from desktop.engine.host import Interrupted, ModelHost
from desktop.engine.prompting import PromptBuilder
from desktop.engine.running import RunningReply
from desktop.sandbox import memory

MOST_RESTARTS = 3
"""Crashes in a row after which a new child is only started for the next request, not at once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Load:
    spec: ModelSpec
    done: Future[ModelInfo]


@dataclass(frozen=True, slots=True)
class _Unload:
    done: Future[None]
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Measure:
    messages: Sequence[PromptMessage]
    max_tokens: int
    done: Future[Measured | None]


_Job = _Load | _Unload | _Measure | RunningReply


class LocalEngine:
    """Implements ``Engine`` with a model on this machine."""

    def __init__(self, renderer: TemplateRenderer, *, child_factory: ChildFactory = start_child) -> None:
        """Nothing is started before ``load``.

        Args:
            renderer: renders chat templates; closed by whoever made it.
            child_factory: starts the engine child.
        """
        self._renderer = renderer
        self._factory = child_factory
        self._guard = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._closed = False
        self._state = EngineState.UNLOADED
        self._info: ModelInfo | None = None
        # Engine thread only:
        self._host: ModelHost | None = None
        self._spec: ModelSpec | None = None
        self._builder: PromptBuilder | None = None
        self._restarts = 0
        self._current: RunningReply | None = None
        self._template_thread = ThreadPoolExecutor(1, thread_name_prefix="engine-template")
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def state(self) -> EngineState:
        """Where it is now."""
        with self._guard:
            return self._state

    @property
    def info(self) -> ModelInfo | None:
        """The loaded model, or None."""
        with self._guard:
            return self._info

    @property
    def child_pid(self) -> int | None:
        """The child's process id, for diagnostics."""
        host = self._host
        return host.pid if host else None

    def load(self, spec: ModelSpec) -> ModelInfo:
        """Load, replacing what was loaded; blocks, after the replies asked for before.

        Raises:
            EngineFault: with the kind that tells why; nothing is loaded then.
        """
        done: Future[ModelInfo] = Future()
        self._submit(_Load(spec, done))
        return done.result()

    def generate(self, request: GenerationRequest, on_event: OnEvent) -> RunningReply:
        """Start a reply; see ``Engine.generate``."""
        reply = RunningReply(request, on_event, self._wake)
        self._submit(reply)
        return reply

    def measure(self, messages: Sequence[PromptMessage], max_tokens: int) -> Future[Measured | None]:
        """What a question would be given of this conversation; see ``Engine.measure``."""
        done: Future[Measured | None] = Future()
        self._submit(_Measure(tuple(messages), max_tokens, done))
        return done

    def unload(self) -> None:
        """Cancel all replies and end the child so that its memory comes back; blocks."""
        self._end(last=False)

    def close(self) -> None:
        """unload, for good. Twice is harmless."""
        with self._guard:
            if self._closed:
                return
        self._end(last=True)
        self._thread.join()
        self._template_thread.shutdown(wait=False, cancel_futures=True)

    # --- any thread ---

    def _submit(self, job: _Job) -> None:
        with self._guard:
            if self._closed:
                raise RuntimeError("the engine is closed")
            if threading.current_thread() is self._thread and not isinstance(job, RunningReply):
                raise RuntimeError("this would wait for itself: call it from another thread")
            self._jobs.append(job)
            self._guard.notify()

    def _end(self, *, last: bool) -> None:
        done: Future[None] = Future()
        job = _Unload(done, last)
        with self._guard:
            waiting = [reply for reply in (self._current, *self._jobs) if isinstance(reply, RunningReply)]
            self._submit(job)
            self._closed = self._closed or last
            loading = self._host if self._state is EngineState.LOADING else None
        for reply in waiting:
            reply.cancel()
        if loading is not None:
            loading.kill()
        done.result()

    def _wake(self) -> None:
        host = self._host
        if host is not None:
            host.wake()
        with self._guard:
            self._guard.notify()

    def _show(self, state: EngineState, info: ModelInfo | None) -> None:
        with self._guard:
            self._state = state
            self._info = info

    # --- the engine thread ---

    def _run(self) -> None:
        while True:
            job = self._next_job()
            match job:
                case RunningReply():
                    self._answer(job)
                    with self._guard:
                        self._current = None
                case _Load():
                    self._do_load(job)
                case _Measure():
                    job.done.set_result(self._measured(job))
                case _Unload():
                    self._drop_host()
                    self._spec = None
                    self._show(EngineState.UNLOADED, None)
                    memory.overwrite_kept()  # both threads live on, and have handled what was said
                    self._template_thread.submit(memory.overwrite_kept)
                    job.done.set_result(None)
                    if job.last:
                        return

    def _next_job(self) -> _Job:
        while True:
            self._end_cancelled()
            with self._guard:
                if self._jobs:
                    job = self._jobs.popleft()
                    if isinstance(job, RunningReply):
                        self._current = job
                    return job
                self._guard.wait()

    def _end_cancelled(self) -> None:
        """End cancelled requests that still wait for their turn."""
        with self._guard:
            cancelled = [job for job in self._jobs if isinstance(job, RunningReply) and job.is_cancelled]
            for job in cancelled:
                self._jobs.remove(job)
        for job in cancelled:
            emit_cancelled(job)

    def _look_around(self) -> None:
        """After a wake-up: nobody who cancelled should wait, not even while a model is loading."""
        self._end_cancelled()
        current = self._current
        if current is None or current.is_ended or not current.is_cancelled:
            return
        if self.state is EngineState.LOADING:
            emit_cancelled(current)

    def _is_ending(self) -> bool:
        with self._guard:
            return any(isinstance(job, _Unload) for job in self._jobs)

    def _do_load(self, job: _Load) -> None:
        self._drop_host()
        self._spec = job.spec
        self._restarts = 0
        try:
            _, builder = self._start(job.spec)
        except (
            Exception
        ) as error:  # a bug of ours must not end this thread: every later call would wait for it
            self._spec = None
            job.done.set_exception(error)
        else:
            job.done.set_result(builder.info)

    def _start(self, spec: ModelSpec) -> tuple[ModelHost, PromptBuilder]:
        self._show(EngineState.LOADING, None)
        try:
            self._host = host = ModelHost(spec, self._factory, self._look_around)
            # What came while there was nothing to wake or to kill:
            self._look_around()
            if self._is_ending():
                host.kill()
            info = host.load()
        except BaseException:
            self._drop_host()
            self._show(EngineState.FAILED, None)
            raise
        self._builder = PromptBuilder(info, self._renderer)
        self._show(EngineState.READY, info)
        return host, self._builder

    def _drop_host(self) -> None:
        host, self._host = self._host, None
        self._builder = None
        if host is not None:
            host.close()

    def _answer(self, reply: RunningReply) -> None:
        if reply.is_cancelled:
            emit_cancelled(reply)
            return
        if self._spec is None:
            reply.emit(Failed(FaultKind.MODEL_MISSING))
            return
        try:
            self._attempt(reply, self._spec, retry=True)
        except EngineFault as fault:
            if not reply.is_ended:  # it may have been cancelled while loading
                reply.emit(Failed(fault.kind))

    def _attempt(self, reply: RunningReply, spec: ModelSpec, *, retry: bool) -> None:
        if self._host is not None and self._builder is not None:
            host, builder = self._host, self._builder
        else:
            host, builder = self._start(spec)
            if reply.is_ended:  # cancelled while loading
                return
        self._show(EngineState.BUSY, builder.info)
        try:
            self._converse(reply, host, builder)
        except ConnectionLostError as lost:
            self._drop_host()
            self._show(EngineState.LOADING, None)
            died = lost.kind in {FaultKind.CRASHED, FaultKind.HUNG} and not reply.has_begun
            if retry and died:
                # It died while idle, most likely: that need not cost the person an error.
                self._attempt(reply, spec, retry=False)
                return
            by_schema = died and reply.request.sampling.json_schema is not None  # twice, before a word
            reply.emit(Failed(FaultKind.SCHEMA if by_schema else lost.kind))
            self._recover()
        else:
            self._restarts = 0
            self._show(EngineState.READY, builder.info)

    def _measured(self, job: _Measure) -> Measured | None:
        """None where nothing is loaded or it cannot be told: it is not worth an error, nor any delay."""
        if self._host is None or self._builder is None:
            return None
        try:
            exchange = Exchange(self._host, self._builder, self._template_thread)
            return exchange.measure(job.messages, job.max_tokens, self._is_wanted)
        except (TemplateFault, Interrupted):
            return None
        except ConnectionLostError:
            self._drop_host()
            self._recover()
            return None

    def _is_wanted(self) -> bool:
        """Whether something waits that is not a measurement."""
        with self._guard:
            return any(not isinstance(job, _Measure) for job in self._jobs)

    def _recover(self) -> None:
        """Start a new child at once, unless it keeps dying; then the next request tries again."""
        self._restarts += 1
        if self._spec is None or self._restarts > MOST_RESTARTS:
            self._show(EngineState.FAILED, None)
            return
        try:
            self._start(self._spec)
        except EngineFault as fault:
            _log.warning("the engine could not be started again: %s", fault.kind.value)

    def _converse(self, reply: RunningReply, host: ModelHost, builder: PromptBuilder) -> None:
        """Fit, render, generate. Emits the last event, unless the child is lost."""
        try:
            Exchange(host, builder, self._template_thread).answer(reply)
        except TemplateFault:
            reply.emit(Failed(FaultKind.TEMPLATE))
