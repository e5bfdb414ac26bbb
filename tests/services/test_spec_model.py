# SPDX-License-Identifier: GPL-3.0-or-later
"""The real model is given the joined layers word for word, and keeps what it has read of them."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import ChatId, Message
from desktop.domain.generation import PromptMessage, SamplingOptions
from desktop.domain.spec import estimated_tokens
from desktop.engine.client import LocalEngine
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Ended, ReplyEvent
from desktop.services.session import Session

pytestmark = pytest.mark.model

TEXTS = (
    "Answer in plain English, briefly, and say so when you do not know the answer to a question. " * 5,
    "Antworte auf Deutsch, kurz und freundlich, und nenne deine Quellen, wenn du welche kennst. " * 5,
    "请用简体中文回答，语气友好，内容简短。" * 5,
    "Отвечай по-русски, коротко и дружелюбно. " * 5,
)


class Listening(ChatTemplateRenderer):
    """The real renderer; keeps what it rendered."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[str] = []

    def render(self, template: str, messages: Sequence[PromptMessage], *, bos: str, eos: str) -> str:
        self.prompts.append(super().render(template, messages, bos=bos, eos=eos))
        return self.prompts[-1]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Listening]:
    renderer = Listening()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def engine(renderer: Listening) -> Iterator[LocalEngine]:
    engine = LocalEngine(renderer)
    yield engine
    engine.close()


@pytest.fixture
def session(engine: LocalEngine, model_file: Path) -> Iterator[Session]:
    session = Session(None, Models(engine, ModelChoice(model_file, "SmolLM2")))
    yield session
    session.close()


def ask(session: Session, text: str, chat_id: ChatId | None = None) -> Message:
    events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
    sampling = SamplingOptions(max_tokens=8, seed=1)
    session.replies.send(text, events.put, chat_id=chat_id, sampling=sampling).wait(120)
    while not isinstance(event := events.get(timeout=120), Ended):
        pass
    assert event.fault is None
    return event.reply


def test_the_joined_layers_are_what_the_model_reads(session: Session, renderer: Listening) -> None:
    session.spec.set_person("Call me Ada.").result()
    first = ask(session, "Hello")
    session.spec.set_chat(first.chat_id, "Rhyme.").result()
    ask(session, "And again", first.chat_id)
    given = session.spec.report(first.chat_id).given
    assert given.endswith("Call me Ada.\n\nRhyme.")
    assert f"system\n{given}<|im_end|>\n" in renderer.prompts[-1]
    assert renderer.prompts[-1].count("<|im_start|>system") == 1


def test_what_was_read_of_the_layers_is_not_read_again(session: Session) -> None:
    session.spec.set_person("Answer in one short line. " * 20).result()
    first = ask(session, "Hello")
    assert first.stats is not None
    second = ask(session, "And again", first.chat_id)
    assert second.stats is not None
    assert second.stats.cached_tokens >= first.stats.prompt_tokens
    assert second.stats.prompt_tokens - second.stats.cached_tokens < 25
    other = ask(session, "Hello from another chat")  # it begins with the same words
    assert other.stats is not None
    assert other.stats.cached_tokens > first.stats.prompt_tokens - 25


@pytest.mark.parametrize("text", TEXTS, ids=["English", "German", "Chinese", "Russian"])
def test_the_estimate_is_near_what_is_counted(session: Session, text: str) -> None:
    session.spec.switch_app_off().result()
    session.spec.set_person(text).result()
    counted = ask(session, "Hi").stats
    session.spec.set_person("x").result()
    bare = ask(session, "Hi").stats
    assert counted is not None
    assert bare is not None
    tokens = counted.prompt_tokens - bare.prompt_tokens + 1
    assert 0.6 * tokens < estimated_tokens(text.strip()) < 1.7 * tokens, tokens
