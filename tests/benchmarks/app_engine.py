# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's own engine, asked the way the app asks it and timed where the app receives."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import Role, StopReason
from desktop.domain.generation import (
    EngineEvent,
    Failed,
    Finished,
    GenerationRequest,
    ModelSpec,
    PromptFitted,
    PromptMessage,
    PromptProgress,
    SamplingOptions,
    TextDelta,
)
from desktop.engine.client import LocalEngine
from desktop.paths import bundled_model

PATIENCE_S = 1800.0
"""For one reply: a machine that is busy with other things decodes a few tokens a second."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it arrived. Times are seconds.

    Attributes:
        text: all of it.
        tokens: how many it has.
        first_s: from asking to its first text.
        rate: tokens per second after the first.
        longest_gap_s: the longest wait for more text, once the first was there.
        fitted: what became of the prompt.
        reason: why it ended.
    """

    text: str
    tokens: int
    first_s: float
    rate: float
    longest_gap_s: float
    fitted: PromptFitted
    reason: StopReason


class AppEngine:
    """A ``LocalEngine`` with the bundled model in its confined child; a context manager."""

    def __init__(self, *, n_ctx: int, threads: int = 0) -> None:
        """Load the model.

        Args:
            n_ctx: the window, tokens.
            threads: 0 leaves the choice to the app.
        """
        self._renderer = ChatTemplateRenderer()
        self._engine = LocalEngine(self._renderer)
        self._engine.load(ModelSpec(bundled_model(), "benchmark", n_ctx=n_ctx, n_threads=threads))

    def ask(self, messages: Sequence[PromptMessage], count: int) -> Answer:
        """Have ``messages`` answered greedily, by at most ``count`` tokens.

        Raises:
            RuntimeError: the engine failed or took too long.
        """
        arrivals: list[tuple[float, EngineEvent]] = []
        clock = time.perf_counter
        options = SamplingOptions(temperature=0.0, repeat_penalty=1.0, max_tokens=count)
        asked = clock()
        generation = self._engine.generate(
            GenerationRequest(tuple(messages), options), lambda event: arrivals.append((clock(), event))
        )
        if not generation.wait(PATIENCE_S):
            generation.cancel()
            raise RuntimeError("the engine took too long")
        return _answer(asked, arrivals)

    def stop(self, messages: Sequence[PromptMessage], *, writing: bool) -> float:
        """Begin to answer ``messages`` and stop; returns the seconds from stopping to the reply's end.

        Args:
            messages: the conversation.
            writing: stop at the first text; else as soon as a part of the prompt has been read.

        Raises:
            RuntimeError: it ended by itself first.
        """
        under_way = threading.Event()
        last: list[EngineEvent] = []

        def hear(event: EngineEvent) -> None:
            last[:] = [event]
            if isinstance(event, TextDelta if writing else PromptProgress):
                under_way.set()

        request = GenerationRequest(tuple(messages), SamplingOptions(temperature=0.0, max_tokens=1000))
        generation = self._engine.generate(request, hear)
        under_way.wait(PATIENCE_S)
        asked = time.perf_counter()
        generation.cancel()
        generation.wait(PATIENCE_S)
        took = time.perf_counter() - asked
        if not isinstance(last[0], Finished) or last[0].reason is not StopReason.CANCELLED:
            raise RuntimeError("the reply ended before it was stopped")
        return took

    def close(self) -> None:
        """End the children."""
        self._engine.close()
        self._renderer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _answer(asked: float, arrivals: Sequence[tuple[float, EngineEvent]]) -> Answer:
    ended, last = arrivals[-1]
    if isinstance(last, Failed):
        raise RuntimeError(f"the engine failed: {last.kind.value}")
    assert isinstance(last, Finished)
    times = [at for at, event in arrivals if isinstance(event, TextDelta)]
    first = times[0] if times else ended
    made = last.stats.completion_tokens
    return Answer(
        text="".join(event.text for _, event in arrivals if isinstance(event, TextDelta)),
        tokens=made,
        first_s=first - asked,
        rate=(made - 1) / (ended - first) if made > 1 else 0.0,
        longest_gap_s=max((later - earlier for earlier, later in pairwise(times)), default=0.0),
        fitted=next(event for _, event in arrivals if isinstance(event, PromptFitted)),
        reason=last.reason,
    )


def ask_in_full(engine: AppEngine, messages: Sequence[PromptMessage], count: int) -> Answer:
    """``ask``, refusing an answer that ended by itself: speeds over fewer tokens do not compare.

    Raises:
        RuntimeError: as ``ask``, or the answer is shorter than ``count``.
    """
    answer = engine.ask(messages, count)
    if answer.tokens != count:
        raise RuntimeError(f"the reply ended after {answer.tokens} of {count} tokens")
    return answer


def system(text: str) -> PromptMessage:
    """A system message."""
    return PromptMessage(Role.SYSTEM, text)


def user(text: str) -> PromptMessage:
    """Something a person says."""
    return PromptMessage(Role.USER, text)


def assistant(text: str) -> PromptMessage:
    """Something the model said."""
    return PromptMessage(Role.ASSISTANT, text)


def chatml(messages: Sequence[PromptMessage]) -> str:
    """``messages`` as SmolLM2's template renders them when the first is a system message."""
    turns = "".join(f"<|im_start|>{one.role}\n{one.content}<|im_end|>\n" for one in messages)
    return turns + "<|im_start|>assistant\n"


def model_path() -> Path:
    """The model every side loads."""
    return bundled_model()
