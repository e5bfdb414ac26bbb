# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines for tests: the real model behind the real child, and a fake child for timing and faults."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # fake_child lies beside the tests that use it

from fake_child import fake_factory

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import ReplyStats, Role, StopReason
from desktop.domain.generation import (
    EngineEvent,
    Failed,
    Finished,
    GenerationRequest,
    ModelSpec,
    PromptFitted,
    PromptMessage,
    SamplingOptions,
    TextDelta,
)
from desktop.engine.client import LocalEngine, RunningReply


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


Ask = Callable[..., Heard]


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


@pytest.fixture
def fake_engine(tmp_path: Path) -> Iterator[Callable[..., LocalEngine]]:
    """Makes loaded engines over a fake child; closes them."""
    file = tmp_path / "model.gguf"
    file.touch()
    engines: list[LocalEngine] = []

    def make(**behaviour: Any) -> LocalEngine:
        engine = LocalEngine(PlainRenderer(), child_factory=fake_factory(**behaviour))
        engines.append(engine)
        engine.load(ModelSpec(file, "Fake"))
        return engine

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture(scope="session")
def renderer() -> Iterator[ChatTemplateRenderer]:
    """The real renderer of chat templates."""
    renderer = ChatTemplateRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def engine(model_file: Path, renderer: ChatTemplateRenderer) -> Iterator[LocalEngine]:
    """The real model with a roomy window, shared by a module's tests."""
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=4096))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def small_engine(model_file: Path, renderer: ChatTemplateRenderer) -> Iterator[LocalEngine]:
    """The real model with a window that overflows soon."""
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=256))
    yield engine
    engine.close()
