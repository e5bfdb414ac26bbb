# SPDX-License-Identifier: GPL-3.0-or-later
"""From a conversation to a prompt: what templates that refuse get, what base models get, what is counted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from desktop.domain.conversation import Role
from desktop.domain.generation import ModelInfo, PromptMessage, TemplateFault
from desktop.engine.prompting import Conversation, PromptBuilder, plainer
from desktop.engine.transcript import STOPS, render_transcript

SYSTEM = PromptMessage(Role.SYSTEM, "Be brief.")
USER = PromptMessage(Role.USER, "Hello")
REPLY = PromptMessage(Role.ASSISTANT, "Hi")


def info(template: str, window: int = 1000) -> ModelInfo:
    return ModelInfo("m", "llama", 1, 1, window, window, template, "<s>", "</s>", 0.0)


class StrictRenderer:
    """Like several real templates: knows no system role and insists on taking turns."""

    def __init__(self) -> None:
        self.renders = 0

    def render(self, template: str, messages: Sequence[PromptMessage], *, bos: str, eos: str) -> str:
        self.renders += 1
        for index, message in enumerate(messages):
            if message.role is not (Role.ASSISTANT if index % 2 else Role.USER):
                raise TemplateFault("roles must alternate")
        return bos + "".join(f"[{m.role}] {m.content} " for m in messages) + "[assistant]"

    def close(self) -> None:
        pass


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_a_template_without_a_system_role_gets_it_in_the_first_question() -> None:
    text = PromptBuilder(info("t"), StrictRenderer()).render([SYSTEM, USER])
    assert text == "<s>[user] Be brief.\n\nHello [assistant]"


def test_two_questions_in_a_row_are_joined_for_a_template_that_insists() -> None:
    assert plainer([USER, USER, REPLY]) == [PromptMessage(Role.USER, "Hello\n\nHello"), REPLY]
    text = PromptBuilder(info("t"), StrictRenderer()).render([USER, USER])
    assert text.count("[user]") == 1


def test_a_template_that_always_fails_is_a_fault() -> None:
    with pytest.raises(TemplateFault):
        PromptBuilder(info("t"), StrictRenderer()).render([REPLY, USER])


def test_a_base_model_gets_a_plain_transcript_and_stops() -> None:
    builder = PromptBuilder(info(""), StrictRenderer())
    assert builder.render([SYSTEM, USER, REPLY, USER]) == (
        "<s>Be brief.\n\nUser: Hello\n\nAssistant: Hi\n\nUser: Hello\n\nAssistant:"
    )
    assert builder.stops == STOPS
    assert PromptBuilder(info("t"), StrictRenderer()).stops == ()
    assert render_transcript([USER], bos="") == "User: Hello\n\nAssistant:"


def test_short_chats_are_not_measured_more_than_needed() -> None:
    renderer = StrictRenderer()
    builder = PromptBuilder(info("t"), renderer)
    assert builder.first_kept(Conversation.of([USER]), 100, builder.render, words) == 0
    assert renderer.renders == 0


def test_each_message_is_counted_once() -> None:
    counted: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        counted.extend(texts)
        return words(texts)

    builder = PromptBuilder(info("t"), StrictRenderer())
    first = [USER, REPLY, PromptMessage(Role.USER, "More")]
    builder.first_kept(Conversation.of(first), 10, builder.render, count)
    builder.first_kept(
        Conversation.of([*first, PromptMessage(Role.ASSISTANT, "Then"), USER]), 10, builder.render, count
    )
    assert sorted(counted) == ["Hello", "Hi", "More", "Then"]


def test_what_the_template_adds_is_counted_too() -> None:
    long = " ".join(["word"] * 49)  # 50 with its role's mark
    turns = [PromptMessage(Role.ASSISTANT if index % 2 else Role.USER, long) for index in range(7)]
    for window, kept in ((360, 0), (350, 4)):
        builder = PromptBuilder(info("t", window), StrictRenderer())
        conversation = Conversation.of(turns)
        assert builder.first_kept(conversation, 1, builder.render, words) == kept, window


def test_cutting_further() -> None:
    conversation = Conversation.of([SYSTEM, USER, REPLY, USER, REPLY, USER])
    assert conversation.next_start(0) == 2
    assert conversation.next_start(2) == 4
    assert conversation.next_start(4) is None
    assert conversation.since(4) == (SYSTEM, USER)


def test_the_instructions_are_counted_apart() -> None:
    builder = PromptBuilder(info("t"), StrictRenderer())
    assert builder.system_tokens(Conversation.of([SYSTEM, USER]), words) == 2
    assert builder.system_tokens(Conversation.of([USER, REPLY, USER]), words) == 0


def test_an_answer_goes_on_right_behind_its_beginning() -> None:
    builder = PromptBuilder(info("t"), StrictRenderer())
    assert builder.with_beginning("<assistant>", "Once upon ") == "<assistant>Once upon "
    assert builder.with_beginning("<assistant>", "") == "<assistant>"
    assert builder.begun_tokens("Once upon", words) == 2
    assert builder.begun_tokens("", words) == 0
    plain = PromptBuilder(info(""), StrictRenderer())
    assert plain.with_beginning("Assistant:", "Once") == "Assistant: Once"
    assert plain.with_beginning("Assistant:", " Once") == "Assistant: Once"
