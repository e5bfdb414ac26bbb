# SPDX-License-Identifier: GPL-3.0-or-later
import queue
import threading
import time
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say, say_then_fail, say_then_wait

from desktop.domain.conversation import ChatId, MessageId, Role, Status, StopReason
from desktop.domain.errors import UnknownChatError, UnknownMessageError
from desktop.domain.generation import (
    FaultKind,
    GenerationRequest,
    ModelInfo,
    ModelSpec,
    PromptMessage,
    TextDelta,
)
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Accepted, Ended, LoadingModel, Rejected, ReplyEvent
from desktop.services.session import Session

Events = queue.SimpleQueue[ReplyEvent]


def drain(events: Events) -> list[ReplyEvent]:
    found: list[ReplyEvent] = []
    while not found or not isinstance(found[-1], Ended | Rejected):
        found.append(events.get(timeout=20))
    return found


def ask(session: Session, text: str, **options: object) -> list[ReplyEvent]:
    events: Events = queue.SimpleQueue()
    session.replies.send(text, events.put, **options)  # type: ignore[arg-type]
    return drain(events)


def ended(events: list[ReplyEvent]) -> Ended:
    assert isinstance(events[-1], Ended)
    return events[-1]


def said(request: GenerationRequest) -> list[str]:
    """What was said in a chat, without what the model is told before it."""
    return [message.content for message in request.messages if message.role is not Role.SYSTEM]


def test_a_reply_is_kept_as_it_was_shown(session: Session) -> None:
    events = ask(session, "Hello")
    assert isinstance(events[0], Accepted)
    assert isinstance(events[1], LoadingModel)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "Good evening."
    reply = ended(events).reply
    assert session.history.messages([reply.id]).result() == [reply]
    assert (reply.status, reply.stop_reason) == (Status.COMPLETE, StopReason.END)
    assert session.history.chat(reply.chat_id).result().title == "Hello"


def test_how_long_the_model_thought_is_kept_with_its_reply(session: Session, engine: ScriptedEngine) -> None:
    engine.script = say("<think>", "Hm.", "</think>", "Good evening.")
    reply = ended(ask(session, "Hello")).reply
    assert reply.stats is not None
    assert reply.stats.thinking_s > 0
    assert session.history.messages([reply.id]).result() == [reply]
    assert reply.content == "<think>Hm.</think>Good evening."


def test_the_question_is_committed_before_the_model_sees_it(session: Session, engine: ScriptedEngine) -> None:
    committed: list[bool] = []
    script = engine.script

    def look(generation, on_event):  # type: ignore[no-untyped-def]
        chats = session.history.chats().result()
        committed.append(len(session.history.path(chats[0].id).result()) == 2)
        script(generation, on_event)

    engine.script = look
    ask(session, "Hello")
    assert committed == [True]


def test_the_model_is_given_the_whole_conversation(session: Session, engine: ScriptedEngine) -> None:
    session.spec.switch_app_off().result()  # how it is joined with the other layers is told in test_spec.py
    first = ended(ask(session, "One", system_prompt="Be brief."))
    ask(session, "Two", chat_id=first.reply.chat_id)
    assert engine.requests[1].messages == (
        PromptMessage(Role.SYSTEM, "Be brief."),
        PromptMessage(Role.USER, "One"),
        PromptMessage(Role.ASSISTANT, "Good evening."),
        PromptMessage(Role.USER, "Two"),
    )


def test_streamed_text_is_in_the_database_within_half_a_second(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script = say_then_wait("half a thought")
    events: Events = queue.SimpleQueue()
    reply = session.replies.send("Go on", events.put)
    accepted = events.get(timeout=20)
    assert isinstance(accepted, Accepted)
    deadline = time.monotonic() + 5
    while session.history.messages([accepted.reply.id]).result()[0].content != "half a thought":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert session.history.messages([accepted.reply.id]).result()[0].status is Status.STREAMING
    reply.cancel()
    assert ended(drain(events)).reply.status is Status.STOPPED


def test_a_stopped_reply_keeps_its_text(session: Session, engine: ScriptedEngine) -> None:
    engine.script = say_then_wait("as far as")
    events: Events = queue.SimpleQueue()
    reply = session.replies.send("Go on", events.put)
    while not isinstance(events.get(timeout=20), TextDelta):
        pass
    reply.cancel()
    assert reply.wait(20)
    last = ended(drain(events)).reply
    assert (last.content, last.status, last.stop_reason) == (
        "as far as",
        Status.STOPPED,
        StopReason.CANCELLED,
    )


def test_a_reply_stopped_before_its_turn_never_reaches_the_model(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script = say_then_wait("busy")
    first_events: Events = queue.SimpleQueue()
    second_events: Events = queue.SimpleQueue()
    first = session.replies.send("One", first_events.put)
    second = session.replies.send("Two", second_events.put)
    second.cancel()
    first.cancel()
    assert ended(drain(second_events)).reply.status is Status.STOPPED
    assert len(engine.requests) <= 1


def test_stopping_a_waiting_question_does_not_wait_for_the_answer_before_it(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script = say_then_wait("First")
    first, second = queue.SimpleQueue[ReplyEvent](), queue.SimpleQueue[ReplyEvent]()
    running = session.replies.send("one", first.put)
    while not isinstance(first.get(timeout=10), TextDelta):
        pass
    waiting = session.replies.send("two", second.put)
    assert isinstance(second.get(timeout=10), Accepted)
    waiting.cancel()
    assert waiting.wait(5)
    assert not running.wait(0)
    reply = ended(drain(second)).reply
    assert session.history.messages([reply.id]).result()[0].status is Status.STOPPED
    running.cancel()
    assert running.wait(5)
    assert len(engine.requests) == 1


def test_stopping_and_locking_do_not_wait_for_a_model_to_load(
    models: Models, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = threading.Event()

    def load(spec: ModelSpec) -> ModelInfo:
        loaded.wait(20)
        return ScriptedEngine.load(engine, spec)

    monkeypatch.setattr(engine, "load", load)
    session = Session(None, models)
    events: Events = queue.SimpleQueue()
    reply = session.replies.send("Hello", events.put)
    while not isinstance(events.get(timeout=10), LoadingModel):
        pass
    try:
        reply.cancel()
        assert reply.wait(5)
        assert ended(drain(events)).reply.status is Status.STOPPED
        session.replies.send("Again", events.put)
        session.close()
        assert ended(drain(events)).reply.status is Status.STOPPED
        assert not loaded.is_set()
    finally:
        loaded.set()


def test_a_question_is_kept_at_once_while_another_is_answered(
    session: Session, engine: ScriptedEngine
) -> None:
    engine.script = say_then_wait("long story")
    first_events: Events = queue.SimpleQueue()
    second_events: Events = queue.SimpleQueue()
    first = session.replies.send("One", first_events.put)
    accepted = first_events.get(timeout=20)
    assert isinstance(accepted, Accepted)
    while not isinstance(first_events.get(timeout=20), TextDelta):
        pass
    second = session.replies.send("Two", second_events.put, chat_id=accepted.chat.id)
    waiting = second_events.get(timeout=20)
    assert isinstance(waiting, Accepted)
    assert session.history.messages([waiting.question.id]).result()[0].content == "Two"
    first.cancel()
    second.cancel()
    assert ended(drain(first_events)).reply.content == "long story"
    drain(second_events)


def test_a_follow_up_sees_the_whole_earlier_reply(session: Session, engine: ScriptedEngine) -> None:
    engine.script = say_then_wait("the whole of it")
    first_events: Events = queue.SimpleQueue()
    first = session.replies.send("One", first_events.put)
    accepted = first_events.get(timeout=20)
    assert isinstance(accepted, Accepted)
    while not isinstance(first_events.get(timeout=20), TextDelta):
        pass
    engine.script = say("Then.")
    second_events: Events = queue.SimpleQueue()
    session.replies.send("Two", second_events.put, chat_id=accepted.chat.id)
    assert isinstance(second_events.get(timeout=20), Accepted)
    first.cancel()
    drain(first_events)
    drain(second_events)
    assert said(engine.requests[1]) == ["One", "the whole of it", "Two"]


def test_a_crash_keeps_what_was_said(session: Session, engine: ScriptedEngine) -> None:
    engine.script = say_then_fail("up to here", kind=FaultKind.CRASHED)
    last = ended(ask(session, "Hello"))
    assert last.fault is FaultKind.CRASHED
    kept = session.history.messages([last.reply.id]).result()[0]
    assert (kept.content, kept.status, kept.stop_reason) == ("up to here", Status.FAILED, StopReason.ERROR)


def test_a_missing_model_keeps_the_question(session: Session, models: Models) -> None:
    models.current().path.unlink()
    last = ended(ask(session, "Hello"))
    assert last.fault is FaultKind.MODEL_MISSING
    path = session.history.path(last.reply.chat_id).result()
    assert [entry.role for entry in path] == [Role.USER, Role.ASSISTANT]


def test_regenerating_leaves_the_first_answer_as_a_sibling(session: Session, engine: ScriptedEngine) -> None:
    first = ended(ask(session, "Hello")).reply
    events: Events = queue.SimpleQueue()
    session.replies.regenerate(first.chat_id, first.id, events.put)
    second = ended(drain(events)).reply
    assert second.parent_id == first.parent_id
    path = session.history.path(first.chat_id).result()
    assert path[-1].id == second.id
    assert (path[-1].siblings, path[-1].sibling_index) == (2, 1)
    assert engine.requests[0] == engine.requests[1]
    session.history.show_message(first.chat_id, first.id).result()
    assert session.history.path(first.chat_id).result()[-1].id == first.id


def test_a_branch_can_be_asked_from_any_message(session: Session, engine: ScriptedEngine) -> None:
    first = ended(ask(session, "One"))
    ask(session, "Two", chat_id=first.reply.chat_id)
    ask(session, "Other two", chat_id=first.reply.chat_id, parent_id=first.reply.id)
    assert said(engine.requests[2]) == ["One", "Good evening.", "Other two"]
    assert len(session.history.all_messages(first.reply.chat_id).result()) == 6


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"chat_id": ChatId("nowhere")}, UnknownChatError),
        ({"parent_id": MessageId("nowhere")}, UnknownMessageError),
    ],
)
def test_unknown_places_are_refused_and_nothing_is_kept(
    session: Session, options: dict[str, str], error: type[Exception]
) -> None:
    events = ask(session, "Hello", **options)
    assert isinstance(events[-1], Rejected)
    assert isinstance(events[-1].error, error)
    assert session.history.chats().result() == []


def test_closing_stops_what_runs_and_keeps_it(models: Models, engine: ScriptedEngine, tmp_path: Path) -> None:
    engine.script = say_then_wait("still here")
    session = Session(None, models)
    events: Events = queue.SimpleQueue()
    session.replies.send("Hello", events.put)
    while not isinstance(events.get(timeout=20), TextDelta):
        pass
    session.close()
    assert ended(drain(events)).reply.content == "still here"


def test_a_model_let_go_just_after_loading_is_loaded_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Models.ensure_loaded
    loads: list[ModelInfo] = []

    def load_and_lose(
        models: Models, choice: ModelChoice | None = None, window: int | None = None
    ) -> ModelInfo:
        loads.append(load(models, choice, window))
        if len(loads) == 1:
            models.unload()
        return loads[-1]

    monkeypatch.setattr(Models, "ensure_loaded", load_and_lose)
    assert ended(ask(session, "Hello")).reply.status is Status.COMPLETE
    assert len(loads) == 2
