# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking an engine and hearing what it says, for the tests beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.domain.conversation import ReplyStats, Role, StopReason
from desktop.domain.generation import (
    EngineEvent,
    Failed,
    Finished,
    GenerationRequest,
    PromptFitted,
    PromptMessage,
    SamplingOptions,
    TextDelta,
)
from desktop.engine.client import LocalEngine
from desktop.engine.running import RunningReply

PROMPTLY_S = 1.0
"""Seconds that tell a reply cut short from one that ran on, on a busy machine too. The promise is 200 ms: it
is measured by the benchmarks (`make bench ARGS="--only cancel"`), not asserted here."""


class PlainRenderer:
    """A renderer whose template is code of the test: role and content, each turn between special tokens."""

    def render(self, template: str, messages: Sequence[PromptMessage], *, bos: str, eos: str) -> str:
        turns = [f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages]
        return "".join(turns) + "<|im_start|>assistant\n"

    def close(self) -> None:
        pass


@dataclass
class Heard:
    """Everything one reply said."""

    events: list[EngineEvent] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def last(self) -> EngineEvent:
        return self.events[-1]

    @property
    def stats(self) -> ReplyStats:
        assert isinstance(self.last, Finished), self.last
        return self.last.stats

    @property
    def reason(self) -> StopReason:
        assert isinstance(self.last, Finished), self.last
        return self.last.reason

    @property
    def fitted(self) -> PromptFitted:
        (found,) = [event for event in self.events if isinstance(event, PromptFitted)]
        return found

    @property
    def failure(self) -> str:
        assert isinstance(self.last, Failed), self.last
        return self.last.kind.value


def turns(*texts: str, system: str | None = None) -> tuple[PromptMessage, ...]:
    """Messages that take turns, the person first."""
    roles = (Role.USER, Role.ASSISTANT)
    messages = [PromptMessage(roles[index % 2], text) for index, text in enumerate(texts)]
    return (*([PromptMessage(Role.SYSTEM, system)] if system else []), *messages)


def ask_engine(engine: LocalEngine, messages: Sequence[PromptMessage], **sampling: Any) -> Heard:
    """Ask and wait for the end."""
    heard = Heard()
    reply = start(engine, messages, heard, **sampling)
    assert reply.wait(60), "no end within a minute"
    return heard


def start(
    engine: LocalEngine, messages: Sequence[PromptMessage], heard: Heard, **sampling: Any
) -> RunningReply:
    """Ask and go on."""
    options = SamplingOptions(**{"seed": 1, "max_tokens": 24, **sampling})
    return engine.generate(GenerationRequest(tuple(messages), options), heard.events.append)
