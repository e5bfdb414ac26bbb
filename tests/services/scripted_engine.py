# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine that plays a script, for tests of what the services do around it. It lives in tests only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from desktop.domain.conversation import ReplyStats, Role, StopReason
from desktop.domain.generation import (
    EngineState,
    Failed,
    FaultKind,
    Finished,
    GenerationRequest,
    Measured,
    ModelInfo,
    ModelSpec,
    OnEvent,
    PromptFitted,
    PromptMessage,
    TextDelta,
)

STATS = ReplyStats(12, 4, 3, 0.01, 50.0, 0, 8192)
INFO = ModelInfo("Scripted", "none", 1, 1, 8192, 8192, "", "", "", 0.0)


class ScriptedGeneration:
    """Runs on a thread of its own until the script ends or it is cancelled."""

    def __init__(self, script: Callable[[ScriptedGeneration, OnEvent], None], on_event: OnEvent) -> None:
        self.cancelled = threading.Event()
        self._thread = threading.Thread(target=script, args=(self, on_event), daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        self.cancelled.set()

    def wait(self, timeout: float | None = None) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()


class ScriptedEngine:
    """Implements ``desktop.domain.generation.Engine``; keeps what it was asked."""

    def __init__(self, script: Callable[[ScriptedGeneration, OnEvent], None]) -> None:
        self.script = script
        self.requests: list[GenerationRequest] = []
        self.state = EngineState.UNLOADED
        self.info: ModelInfo | None = None
        self.child_pid: int | None = None
        self.specs: list[ModelSpec] = []

    def load(self, spec: ModelSpec) -> ModelInfo:
        self.specs.append(spec)
        self.state, self.info = EngineState.READY, INFO
        return INFO

    def generate(self, request: GenerationRequest, on_event: OnEvent) -> ScriptedGeneration:
        self.requests.append(request)
        return ScriptedGeneration(self.script, on_event)

    def measure(self, messages: Sequence[PromptMessage], max_tokens: int) -> Future[Measured | None]:
        """A word is a token."""
        sizes = [len(message.content.split()) for message in messages]
        system = sizes.pop(0) if messages and messages[0].role is Role.SYSTEM else 0
        done: Future[Measured | None] = Future()
        done.set_result(
            Measured(8192, system, sum(sizes), 2 * len(sizes), len(sizes), 0, min(max_tokens, 2048))
            if self.info
            else None
        )
        return done

    def unload(self) -> None:
        self.state, self.info = EngineState.UNLOADED, None

    def close(self) -> None:
        self.unload()


def say(*pieces: str) -> Callable[[ScriptedGeneration, OnEvent], None]:
    """A script that says these pieces and ends."""

    def script(_generation: ScriptedGeneration, on_event: OnEvent) -> None:
        on_event(PromptFitted(12, 4, 0, 8192))
        for piece in pieces:
            on_event(TextDelta(piece))
        on_event(Finished(StopReason.END, STATS))

    return script


def say_then_wait(*pieces: str) -> Callable[[ScriptedGeneration, OnEvent], None]:
    """A script that says these pieces and then waits to be cancelled."""

    def script(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        for piece in pieces:
            on_event(TextDelta(piece))
        generation.cancelled.wait(20)
        on_event(Finished(StopReason.CANCELLED, STATS))

    return script


def say_then_fail(*pieces: str, kind: FaultKind) -> Callable[[ScriptedGeneration, OnEvent], None]:
    """A script that breaks off after these pieces."""

    def script(_generation: ScriptedGeneration, on_event: OnEvent) -> None:
        for piece in pieces:
            on_event(TextDelta(piece))
        on_event(Failed(kind))

    return script
