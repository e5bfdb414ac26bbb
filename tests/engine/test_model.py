# SPDX-License-Identifier: GPL-3.0-or-later
"""The real model in the real child: what it answers, what it reuses, and how it is confined."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from engine_support import PROMPTLY_S, Heard, ask_engine, start, turns

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import Role, StopReason
from desktop.domain.generation import (
    EngineFault,
    EngineState,
    FaultKind,
    GenerationRequest,
    ModelSpec,
    PromptMessage,
    PromptProgress,
    SamplingOptions,
)
from desktop.engine.client import LocalEngine

pytestmark = pytest.mark.model

RECOVERY = 3.0  # seconds
FILLER = "The old harbour town had narrow streets, and every evening the boats came home with the tide. "


def wait_until(condition: Callable[[], bool], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


def test_a_real_answer_streams(engine: LocalEngine) -> None:
    heard = ask_engine(engine, turns("What is the capital of France?"), max_tokens=40)
    assert "Paris" in heard.text
    assert len([event for event in heard.events if type(event).__name__ == "TextDelta"]) > 1
    assert heard.stats.tokens_per_second > 0
    assert heard.stats.prompt_tokens == heard.fitted.prompt_tokens > 20


def test_the_model_says_what_it_is(engine: LocalEngine) -> None:
    info = engine.info
    assert info is not None
    assert (info.architecture, info.context_size, info.trained_context) == ("llama", 4096, 8192)
    assert info.parameters == 134_515_008
    assert (info.bos, info.eos) == ("<|im_start|>", "<|im_end|>")
    assert "<|im_start|>" in info.chat_template


def test_only_new_tokens_are_evaluated_on_the_next_turn(engine: LocalEngine) -> None:
    question = FILLER * 5 + "Sum that up."
    first = ask_engine(engine, turns(question))
    second = ask_engine(engine, turns(question, first.text, "Shorter, please."))
    new = second.fitted.prompt_tokens - second.fitted.cached_tokens
    # Everything up to the last sampled token is there: the end of the reply and the new question are not.
    assert second.fitted.cached_tokens >= first.stats.prompt_tokens + first.stats.completion_tokens - 1
    assert new < 25


def test_a_chat_visited_in_between_costs_nothing(engine: LocalEngine) -> None:
    chat_a, chat_b = "A: " + FILLER * 5, "B: " + FILLER * 4
    first = ask_engine(engine, turns(chat_a))
    other = ask_engine(engine, turns(chat_b))
    assert other.fitted.cached_tokens < 40  # the template's own beginning
    back = ask_engine(engine, turns(chat_a, first.text, "And then?"))
    assert back.fitted.prompt_tokens - back.fitted.cached_tokens < 25
    again = ask_engine(engine, turns(chat_b, other.text, "And then?"))
    assert again.fitted.prompt_tokens - again.fitted.cached_tokens < 25


def test_regenerating_reuses_the_whole_prompt_and_repeats_with_the_seed(engine: LocalEngine) -> None:
    question = turns(FILLER * 4 + "What came home?")
    first = ask_engine(engine, question, seed=7, temperature=0.8)
    second = ask_engine(engine, question, seed=7, temperature=0.8)
    third = ask_engine(engine, question, seed=8, temperature=0.8)
    assert second.fitted.cached_tokens == second.fitted.prompt_tokens - 1
    assert second.text == first.text
    assert third.text != first.text


def test_an_answer_is_gone_on_with_where_it_stopped(engine: LocalEngine) -> None:
    question = turns(FILLER * 4 + "Tell me a story about it.")
    whole = ask_engine(engine, question, temperature=0.0, max_tokens=30)
    half = ask_engine(engine, question, temperature=0.0, max_tokens=12)
    assert half.reason is StopReason.LENGTH
    more = Heard()
    options = SamplingOptions(temperature=0.0, seed=1, max_tokens=18)
    request = GenerationRequest(tuple(question), options, begun=half.text)
    assert engine.generate(request, more.events.append).wait(60)
    assert half.text + more.text == whole.text
    assert more.fitted.prompt_tokens > half.fitted.prompt_tokens
    assert more.fitted.prompt_tokens - more.fitted.cached_tokens <= 2


def test_a_restored_chat_answers_as_if_it_had_never_left(engine: LocalEngine) -> None:
    question = turns("My cat is called Marmalade. " + FILLER * 3 + "What is my cat called?")
    first = ask_engine(engine, question, temperature=0.0)
    ask_engine(engine, turns("My dog is called Bosun. " + FILLER * 3 + "What is my dog called?"))
    again = ask_engine(engine, question, temperature=0.0)
    assert again.fitted.cached_tokens == again.fitted.prompt_tokens - 1
    assert again.text == first.text
    assert "Bosun" not in again.text


def test_a_stop_string_ends_the_reply_before_it(engine: LocalEngine) -> None:
    question = turns("Count from one to ten: 1, 2, 3")
    free = ask_engine(engine, question, temperature=0.0)
    assert len(free.text) > 12
    stop = free.text[8:11]
    heard = ask_engine(engine, question, temperature=0.0, stop=(stop,))
    assert heard.reason is StopReason.END
    assert heard.text == free.text[: free.text.index(stop)]


def test_the_token_limit_is_exact(engine: LocalEngine) -> None:
    heard = ask_engine(engine, turns("Tell me a long story."), max_tokens=9)
    assert (heard.reason, heard.stats.completion_tokens) == (StopReason.LENGTH, 9)


def test_characters_of_several_tokens_arrive_whole(engine: LocalEngine) -> None:
    # What a greedy model says differs between processors: one that only ever said a wave says it everywhere.
    said = turns(*["Say it.", "🌊🌊🌊🌊🌊🌊🌊🌊"] * 6, "Say it.")
    heard = ask_engine(engine, said, temperature=0.0, max_tokens=60)
    assert "\ufffd" not in heard.text.removesuffix("\ufffd")
    assert any(ord(character) > 0xFFFF for character in heard.text), heard.text


def test_cancel_while_a_long_prompt_is_read(engine: LocalEngine) -> None:
    heard = Heard()
    reply = start(engine, turns("Cancel me. " + FILLER * 100), heard)
    wait_until(lambda: any(isinstance(event, PromptProgress) for event in heard.events))
    began = time.monotonic()
    reply.cancel()
    assert reply.wait(2)
    assert time.monotonic() - began < PROMPTLY_S
    assert heard.reason is StopReason.CANCELLED
    # What was read before is neither lost nor mistaken for more than it is.
    again = ask_engine(engine, turns("Cancel me. " + FILLER * 7), max_tokens=4)
    assert again.fitted.cached_tokens >= 100


def test_cancel_while_decoding_keeps_the_text(engine: LocalEngine) -> None:
    heard = Heard()
    reply = start(engine, turns("Tell me a very long story about the sea."), heard, max_tokens=400)
    wait_until(lambda: len(heard.text) > 20)
    began = time.monotonic()
    reply.cancel()
    assert reply.wait(2)
    assert time.monotonic() - began < PROMPTLY_S
    assert heard.reason is StopReason.CANCELLED
    assert len(heard.text) > 20


def test_the_window_overflows_gracefully_turn_after_turn(small_engine: LocalEngine) -> None:
    messages = [PromptMessage(Role.SYSTEM, "You are brief.")]
    dropped, fresh = [], []
    for turn in range(8):
        messages.append(PromptMessage(Role.USER, f"{turn}: what did the boats of the old harbour bring?"))
        heard = ask_engine(small_engine, messages, max_tokens=12)
        assert heard.fitted.prompt_tokens + 12 <= 256
        assert heard.fitted.dropped_messages % 2 == 0  # what is kept begins with a question
        dropped.append(heard.fitted.dropped_messages)
        fresh.append(heard.fitted.prompt_tokens - heard.fitted.cached_tokens)
        messages.append(PromptMessage(Role.ASSISTANT, heard.text))
    assert dropped[0] == 0
    assert dropped[-1] > 0
    assert dropped == sorted(dropped)
    # A cut holds for several turns, in which only what is new is evaluated.
    cuts = [turn for turn in range(1, 8) if dropped[turn] > dropped[turn - 1]]
    assert len(cuts) <= 3
    assert all(fresh[turn] < 60 for turn in range(1, 8) if turn not in cuts)


def test_a_reply_stops_at_the_end_of_the_window(small_engine: LocalEngine) -> None:
    heard = ask_engine(
        small_engine,
        turns("Write the numbers up to a thousand."),
        max_tokens=2000,
        temperature=1.0,
    )
    assert heard.stats.prompt_tokens + heard.stats.completion_tokens <= 257
    assert heard.reason in {StopReason.LENGTH, StopReason.END}


def test_a_question_longer_than_the_window_is_refused_and_harmless(small_engine: LocalEngine) -> None:
    assert ask_engine(small_engine, turns(FILLER * 40)).failure == FaultKind.PROMPT_TOO_LONG
    assert ask_engine(small_engine, turns("Hello!")).text


def test_the_child_is_confined(engine: LocalEngine) -> None:
    pid = engine.child_pid
    assert pid is not None
    status = Path(f"/proc/{pid}/status").read_text()
    assert "\nSeccomp:\t2\n" in status
    assert "\nNoNewPrivs:\t1\n" in status
    for task in Path(f"/proc/{pid}/task").iterdir():
        assert "\nSeccomp:\t2\n" in (task / "status").read_text()
    child = psutil.Process(pid)
    assert not child.net_connections(kind="all")
    assert "INGLENOOK_PROFILE" not in child.environ()


def test_memory_comes_back_when_the_model_is_unloaded(
    model_file: Path, renderer: ChatTemplateRenderer
) -> None:
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=512))
    ask_engine(engine, turns("Hello!"), max_tokens=2)
    pid = engine.child_pid
    assert pid is not None
    assert psutil.Process(pid).memory_info().rss > 50_000_000
    engine.unload()
    assert not psutil.pid_exists(pid)
    assert engine.state is EngineState.UNLOADED
    engine.close()


def test_killed_in_mid_stream_it_recovers_every_time(
    model_file: Path, renderer: ChatTemplateRenderer, full: bool
) -> None:
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=512))
    moments = random.Random(4)
    for _ in range(20 if full else 3):
        heard = Heard()
        reply = start(engine, turns("Tell me a story."), heard, max_tokens=300)
        wait_until(lambda heard=heard: bool(heard.text))  # type: ignore[misc]
        time.sleep(moments.random() * 0.1)
        assert engine.child_pid is not None
        os.kill(engine.child_pid, signal.SIGKILL)
        began = time.monotonic()
        assert reply.wait(RECOVERY)
        assert heard.failure == FaultKind.CRASHED
        assert heard.text
        wait_until(lambda: engine.state is EngineState.READY, RECOVERY)
        assert ask_engine(engine, turns("Hello!"), max_tokens=1).stats.completion_tokens <= 1
        assert time.monotonic() - began < RECOVERY + 1  # the reply itself included
    engine.close()


def test_a_frozen_child_is_replaced(model_file: Path, renderer: ChatTemplateRenderer) -> None:
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=512))
    heard = Heard()
    reply = start(engine, turns("Tell me a story."), heard, max_tokens=300)
    wait_until(lambda: bool(heard.text))
    assert engine.child_pid is not None
    os.kill(engine.child_pid, signal.SIGSTOP)
    began = time.monotonic()
    assert reply.wait(RECOVERY)
    wait_until(lambda: engine.state is EngineState.READY, RECOVERY)
    assert time.monotonic() - began < RECOVERY
    assert heard.failure == FaultKind.HUNG
    engine.close()


@pytest.mark.parametrize("size", [0, 200, 100_000, 60_000_000])
def test_a_truncated_model_is_unreadable_not_fatal(
    model_file: Path, renderer: ChatTemplateRenderer, tmp_path: Path, size: int
) -> None:
    broken = tmp_path / "broken.gguf"
    with model_file.open("rb") as source:
        broken.write_bytes(source.read(size))
    engine = LocalEngine(renderer)
    with pytest.raises(EngineFault) as fault:
        engine.load(ModelSpec(broken, "Broken"))
    assert fault.value.kind is FaultKind.MODEL_UNREADABLE
    engine.close()
