# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's behaviour towards a child that is slow, dead, hung, deaf or lying."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_support import PROMPTLY_S, Heard, PlainRenderer, ask_engine, start, turns
from fake_child import fake_factory

from desktop.domain.conversation import StopReason
from desktop.domain.generation import (
    EngineEvent,
    EngineFault,
    EngineState,
    FaultKind,
    Finished,
    GenerationRequest,
    ModelSpec,
    PromptFitted,
    SamplingOptions,
    TextDelta,
)
from desktop.engine.client import LocalEngine
from desktop.engine.connection import ConnectionLostError, EngineChild
from desktop.engine.running import RunningReply

MakeEngine = Callable[..., LocalEngine]
RECOVERY = 3.0  # seconds from the fault to a working engine
HELLO = turns("hello there")


def wait_until(condition: Callable[[], bool], timeout: float = 10) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


def test_a_reply_streams_and_is_counted(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5)
    heard = ask_engine(engine, HELLO)
    assert heard.text == "word " * 5
    assert heard.reason is StopReason.END
    assert heard.stats.completion_tokens == 5
    assert isinstance(heard.events[0], PromptFitted)
    assert engine.state is EngineState.READY


def test_requests_are_answered_in_turn_on_one_thread(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=3)
    order: list[tuple[int, str]] = []

    def listener(number: int) -> Callable[[EngineEvent], None]:
        return lambda event: order.append((number, threading.current_thread().name))

    replies = [engine.generate(GenerationRequest(HELLO), listener(number)) for number in range(4)]
    assert all(reply.wait(10) for reply in replies)
    assert [number for number, _ in order] == sorted(number for number, _ in order)
    assert {name for _, name in order} == {"engine"}


def test_the_token_limit_ends_a_reply(fake_engine: MakeEngine) -> None:
    heard = ask_engine(fake_engine(tokens=50), HELLO, max_tokens=7)
    assert (heard.reason, heard.stats.completion_tokens) == (StopReason.LENGTH, 7)


def test_cancel_keeps_the_text_and_comes_at_once(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5000, tokens_per_second=200)
    heard = Heard()
    reply = start(engine, HELLO, heard, max_tokens=5000)
    wait_until(lambda: heard.text.count("word") >= 3)
    began = time.monotonic()
    reply.cancel()
    reply.cancel()
    assert reply.wait(PROMPTLY_S)
    assert time.monotonic() - began < PROMPTLY_S
    assert heard.reason is StopReason.CANCELLED
    assert heard.text.startswith("word word word")


def test_a_child_deaf_to_cancel_does_not_hold_the_reply_up(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=100, tokens_per_second=200, deaf_to_cancel=True)
    heard = Heard()
    reply = start(engine, HELLO, heard, max_tokens=100)
    wait_until(lambda: bool(heard.text))
    began = time.monotonic()
    reply.cancel()
    assert reply.wait(PROMPTLY_S)
    assert time.monotonic() - began < PROMPTLY_S
    assert heard.reason is StopReason.CANCELLED
    # What it still says belongs to nobody; the next reply starts clean.
    assert ask_engine(engine, HELLO, max_tokens=3).text == "word word word "


def test_a_waiting_request_is_cancelled_without_its_turn(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5000, tokens_per_second=200)
    first, second = Heard(), Heard()
    running = start(engine, HELLO, first, max_tokens=5000)
    waiting = start(engine, HELLO, second)
    waiting.cancel()
    assert waiting.wait(PROMPTLY_S)
    assert second.reason is StopReason.CANCELLED
    assert not running.wait(0)
    running.cancel()
    assert running.wait(1)


def test_cancel_from_within_a_listener(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5000, tokens_per_second=500)
    heard = Heard()
    box = []

    def listener(event: EngineEvent) -> None:
        heard.events.append(event)
        if isinstance(event, TextDelta):
            box[0].cancel()

    ready = threading.Event()

    def guarded(event: EngineEvent) -> None:
        ready.wait(5)
        listener(event)

    box.append(engine.generate(GenerationRequest(HELLO), guarded))
    ready.set()
    assert box[0].wait(2)
    assert heard.reason is StopReason.CANCELLED


def test_a_crash_fails_the_reply_with_its_text_and_heals(fake_engine: MakeEngine, full: bool) -> None:
    engine = fake_engine(crash_after=4)
    for _ in range(20 if full else 3):
        heard = ask_engine(engine, HELLO)
        assert heard.failure == FaultKind.CRASHED
        assert heard.text == "word " * 4
        began = time.monotonic()
        wait_until(lambda: engine.state in {EngineState.READY, EngineState.FAILED})
        assert time.monotonic() - began < RECOVERY


def test_a_child_killed_from_outside_is_replaced(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5000, tokens_per_second=200)
    heard = Heard()
    reply = start(engine, HELLO, heard, max_tokens=5000)
    wait_until(lambda: bool(heard.text))
    before = engine.child_pid
    assert before is not None
    kill(before)
    assert reply.wait(RECOVERY)
    assert heard.failure == FaultKind.CRASHED
    wait_until(lambda: engine.state is EngineState.READY, RECOVERY)
    assert engine.child_pid != before


def test_an_idle_child_that_died_is_replaced_for_the_next_request(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=3)
    assert engine.child_pid is not None
    kill(engine.child_pid)
    time.sleep(0.2)
    # The death of an idle child must not cost the person's question an error.
    assert ask_engine(engine, HELLO).reason is StopReason.END


@pytest.mark.parametrize("how", ["hang_after", "stuck_after"])
def test_a_hang_is_noticed_and_healed(fake_engine: MakeEngine, how: str) -> None:
    engine = fake_engine(tokens=50, **{how: 4})
    heard = Heard()
    reply = start(engine, HELLO, heard)
    wait_until(lambda: heard.text == "word " * 4)
    began = time.monotonic()
    assert reply.wait(10)
    wait_until(lambda: engine.state is EngineState.READY)
    assert time.monotonic() - began < RECOVERY
    assert heard.failure == FaultKind.HUNG
    assert heard.text == "word " * 4


@pytest.mark.parametrize("how", ["garbage_after", "lie_after"])
def test_a_child_that_breaks_the_agreement_is_ended(fake_engine: MakeEngine, how: str) -> None:
    engine = fake_engine(**{how: 2})
    heard = ask_engine(engine, HELLO)
    assert heard.failure == FaultKind.PROTOCOL
    assert heard.text.startswith("word word ")


def test_a_flood_is_stopped(fake_engine: MakeEngine) -> None:
    engine = fake_engine(flood=True, text="x" * 1000, tokens_per_second=1e6)
    heard = ask_engine(engine, HELLO, max_tokens=20)
    assert heard.failure == FaultKind.PROTOCOL
    assert len(heard.text) <= 20 * 1024


def test_a_fault_the_child_reports_is_passed_on(fake_engine: MakeEngine) -> None:
    heard = ask_engine(fake_engine(fault_after="out_of_memory"), HELLO)
    assert heard.failure == FaultKind.OUT_OF_MEMORY


def test_nothing_loaded_fails_cleanly() -> None:
    engine = LocalEngine(PlainRenderer(), child_factory=fake_factory())
    assert ask_engine(engine, HELLO).failure == FaultKind.MODEL_MISSING
    engine.close()


def test_load_faults_say_why(tmp_path: Path) -> None:
    engine = LocalEngine(PlainRenderer(), child_factory=fake_factory(load_fault="model_unreadable"))
    with pytest.raises(EngineFault) as missing:
        engine.load(ModelSpec(tmp_path / "absent.gguf", "Absent"))
    assert missing.value.kind is FaultKind.MODEL_MISSING
    (tmp_path / "bad.gguf").touch()
    with pytest.raises(EngineFault) as unreadable:
        engine.load(ModelSpec(tmp_path / "bad.gguf", "Bad"))
    assert unreadable.value.kind is FaultKind.MODEL_UNREADABLE
    assert engine.state is EngineState.FAILED
    assert engine.info is None
    engine.close()


def test_a_crash_while_loading_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").touch()
    engine = LocalEngine(PlainRenderer(), child_factory=fake_factory(load_crash=True))
    with pytest.raises(EngineFault) as fault:
        engine.load(ModelSpec(tmp_path / "m.gguf", "M"))
    assert fault.value.kind is FaultKind.CRASHED
    engine.close()


def test_closing_does_not_wait_for_a_model_that_loads(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").touch()
    engine = LocalEngine(PlainRenderer(), child_factory=fake_factory(load_seconds=20))
    faults: list[FaultKind] = []

    def load() -> None:
        try:
            engine.load(ModelSpec(tmp_path / "m.gguf", "M"))
        except EngineFault as fault:
            faults.append(fault.kind)

    loader = threading.Thread(target=load)
    loader.start()
    wait_until(lambda: engine.child_pid is not None)
    began = time.monotonic()
    engine.close()
    loader.join(2)
    assert time.monotonic() - began < 2
    assert faults == [FaultKind.CRASHED]


def test_closing_does_not_wait_for_a_model_whose_child_is_being_started(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").touch()
    start_child = fake_factory(load_seconds=20)
    starting, closing = threading.Event(), threading.Event()

    def start_when_closing() -> EngineChild:
        starting.set()
        assert closing.wait(10)
        return start_child()

    engine = LocalEngine(PlainRenderer(), child_factory=start_when_closing)

    def load() -> None:
        with contextlib.suppress(EngineFault):
            engine.load(ModelSpec(tmp_path / "m.gguf", "M"))

    loader = threading.Thread(target=load)
    loader.start()
    assert starting.wait(10)
    closer = threading.Thread(target=engine.close)
    closer.start()
    wait_until(engine._is_ending)
    closing.set()
    closer.join(10)
    assert not closer.is_alive()
    loader.join(10)


def test_cancel_is_heard_while_a_new_child_loads(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=3, load_seconds=3 * PROMPTLY_S)
    assert engine.child_pid is not None
    kill(engine.child_pid)
    time.sleep(0.1)
    heard = Heard()
    reply = start(engine, HELLO, heard)
    wait_until(lambda: engine.state is EngineState.LOADING)
    began = time.monotonic()
    reply.cancel()
    assert reply.wait(PROMPTLY_S)
    assert time.monotonic() - began < PROMPTLY_S
    assert heard.reason is StopReason.CANCELLED
    assert ask_engine(engine, HELLO).reason is StopReason.END
    assert len(heard.events) == 1


def test_cancel_is_heard_while_a_new_child_is_being_started(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=3, load_seconds=3 * PROMPTLY_S)
    replies: list[RunningReply] = []
    start_child = engine._factory

    def cancel_then_start() -> EngineChild:
        replies[0].cancel()  # the new child is not there yet, so nothing can be woken
        return start_child()

    assert engine.child_pid is not None
    engine._factory = cancel_then_start
    kill(engine.child_pid)
    time.sleep(0.1)
    heard = Heard()
    replies.append(start(engine, HELLO, heard))
    assert replies[0].wait(2 * PROMPTLY_S)
    assert heard.reason is StopReason.CANCELLED


def test_unload_ends_the_child_and_cancels_what_runs(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=5000, tokens_per_second=200)
    heard = Heard()
    reply = start(engine, HELLO, heard, max_tokens=5000)
    wait_until(lambda: bool(heard.text))
    pid = engine.child_pid
    engine.unload()
    assert reply.wait(0)
    assert heard.reason is StopReason.CANCELLED
    assert engine.state is EngineState.UNLOADED
    assert not Path(f"/proc/{pid}").exists()


def test_close_ends_threads_and_refuses_more(fake_engine: MakeEngine) -> None:
    engine = fake_engine()
    engine.close()
    engine.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]
    with pytest.raises(RuntimeError):
        engine.generate(GenerationRequest(HELLO), lambda event: None)


def test_a_listener_that_raises_does_not_stop_the_engine(fake_engine: MakeEngine) -> None:
    engine = fake_engine(tokens=3)

    def broken(event: EngineEvent) -> None:
        raise ValueError("a bug elsewhere")

    assert engine.generate(GenerationRequest(HELLO), broken).wait(5)
    assert ask_engine(engine, HELLO).reason is StopReason.END


def test_the_oldest_turns_are_dropped_and_told(fake_engine: MakeEngine) -> None:
    engine = fake_engine(context_size=400, chat_template="x", tokens=2)
    long = " ".join(["word"] * 60)
    messages = turns(*[long] * 9, system="be brief")
    heard = ask_engine(engine, messages)
    # The fourth question overflowed the window: two turns went, and the fifth still fits what was left.
    assert heard.fitted.dropped_messages == 4
    assert heard.fitted.prompt_tokens + 24 <= 400
    assert heard.stats.dropped_messages == heard.fitted.dropped_messages


def test_what_an_answer_begins_with_takes_room_in_the_window(fake_engine: MakeEngine) -> None:
    engine = fake_engine(context_size=400, chat_template="x", tokens=2)
    long = " ".join(["word"] * 60)
    plain, more = Heard(), Heard()
    messages = tuple(turns(*[long] * 5))
    options = SamplingOptions(max_tokens=24)
    assert engine.generate(GenerationRequest(messages, options), plain.events.append).wait(5)
    assert engine.generate(GenerationRequest(messages, options, begun=long + long), more.events.append).wait(
        5
    )
    assert plain.fitted.dropped_messages == 0
    assert more.fitted.dropped_messages > 0
    assert more.fitted.prompt_tokens + 24 <= 400


def test_a_last_message_too_long_alone(fake_engine: MakeEngine) -> None:
    engine = fake_engine(context_size=400, chat_template="x")
    heard = ask_engine(engine, turns("hello", "hi", " ".join(["word"] * 500)))
    assert heard.failure == FaultKind.PROMPT_TOO_LONG
    assert ask_engine(engine, HELLO).reason is StopReason.END


def test_half_a_surrogate_does_no_harm(fake_engine: MakeEngine) -> None:
    assert ask_engine(fake_engine(), turns("broken \ud83d text")).reason is StopReason.END


def test_lost_connections_carry_only_a_kind() -> None:
    assert str(ConnectionLostError(FaultKind.HUNG)) == "hung"


def test_first_token_time_counts_from_the_request(fake_engine: MakeEngine) -> None:
    heard = ask_engine(fake_engine(prompt_seconds=0.3, tokens=2), HELLO)
    assert isinstance(heard.last, Finished)
    assert 0.3 <= heard.stats.time_to_first_token_s < 1


def kill(pid: int) -> None:
    import os
    import signal

    os.kill(pid, signal.SIGKILL)
