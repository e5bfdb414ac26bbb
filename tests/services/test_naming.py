# SPDX-License-Identifier: GPL-3.0-or-later
"""Titles by the model, in a real vault, with an engine that plays a script; the real one at the end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import pytest
from scripted_engine import ScriptedEngine, ScriptedGeneration, say, say_then_wait

from desktop.domain.conversation import Role
from desktop.domain.generation import OnEvent, PromptFitted
from desktop.paths import Profile
from desktop.services.models import Models, local_models
from desktop.services.naming import Naming
from desktop.services.replies import Ended, ReplyEvent
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

WAIT = 20


@pytest.fixture
def vault(profile: Profile, models: Models) -> Iterator[Session]:
    session = Session(create_vault(profile, "five plain words it is", cost=KdfCost(64, 1, 1)), models)
    yield session
    session.close()


@pytest.fixture
def titles(vault: Session) -> queue.SimpleQueue[tuple[str, str]]:
    told: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    naming(vault).on_title(lambda chat, title: told.put((chat, title)))
    return told


def naming(session: Session) -> Naming:
    assert session.naming is not None
    return session.naming


def by_turns(engine: ScriptedEngine, *scripts: object) -> None:
    """The engine plays these one after the other, then the last for ever."""
    left = list(scripts)

    def script(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        play = left.pop(0) if len(left) > 1 else left[0]
        play(generation, on_event)  # type: ignore[operator]

    engine.script = script


def ask(session: Session, text: str, **options: object) -> Ended:
    events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
    session.replies.send(text, events.put, **options)  # type: ignore[arg-type]
    while not isinstance(event := events.get(timeout=WAIT), Ended):
        pass
    return event


def settle(session: Session) -> None:
    """What was begun on the answering thread is over."""
    session.replies._answering.submit(lambda: None).result(WAIT)


def title(session: Session, ended: Ended) -> str:
    return session.history.chat(ended.reply.chat_id).result().title


def test_after_the_first_exchange_the_model_gives_the_chat_a_title(
    vault: Session, engine: ScriptedEngine, titles: queue.SimpleQueue[tuple[str, str]]
) -> None:
    by_turns(engine, say("Rinse it."), say('"Cooking ', 'rice"'))
    ended = ask(vault, "How do I cook rice?")
    assert titles.get(timeout=WAIT) == (ended.reply.chat_id, "Cooking rice")
    assert title(vault, ended) == "Cooking rice"
    first, wish = engine.requests
    assert wish.messages[: len(first.messages)] == first.messages  # what the model has read already
    assert [m.role for m in wish.messages[-2:]] == [Role.ASSISTANT, Role.USER]
    ask(vault, "And beans?", chat_id=ended.reply.chat_id)
    settle(vault)
    assert len(engine.requests) == 3  # it has a title now


def test_what_is_no_title_leaves_the_first_words(vault: Session, engine: ScriptedEngine) -> None:
    by_turns(engine, say("Rinse it."), say("Certainly! I can help you with all that:"))
    ended = ask(vault, "How do I cook rice?")
    settle(vault)
    assert title(vault, ended) == "How do I cook rice?"


def test_a_title_of_the_person_stays(vault: Session, engine: ScriptedEngine) -> None:
    waiting = threading.Event()

    def slow(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        waiting.wait(WAIT)
        say("Cooking rice")(generation, on_event)

    by_turns(engine, say("Rinse it."), slow)
    ended = ask(vault, "How do I cook rice?")
    vault.history.rename(ended.reply.chat_id, "Dinner").result()
    waiting.set()
    settle(vault)
    assert title(vault, ended) == "Dinner"


def test_switched_off_nothing_is_asked_for(vault: Session, engine: ScriptedEngine) -> None:
    assert naming(vault).is_on().result()
    naming(vault).switch(False).result()
    ask(vault, "How do I cook rice?")
    settle(vault)
    assert not naming(vault).is_on().result()
    assert len(engine.requests) == 1


def test_a_temporary_chat_is_never_given_one(session: Session, engine: ScriptedEngine) -> None:
    assert session.naming is None
    ask(session, "How do I cook rice?")
    settle(session)
    assert len(engine.requests) == 1


def test_a_question_stops_it_at_once(vault: Session, engine: ScriptedEngine) -> None:
    by_turns(engine, say("Rinse it."), say_then_wait("Cooking ri"), say("Soak them."), say("Beans"))
    ended = ask(vault, "How do I cook rice?")
    while len(engine.requests) < 2:
        time.sleep(0.01)
    answered = ask(vault, "And beans?", chat_id=ended.reply.chat_id)
    assert answered.reply.content == "Soak them."
    settle(vault)
    assert title(vault, ended) == "How do I cook rice?"


def test_what_is_stopped_before_it_asked_asks_and_drops_it(vault: Session, engine: ScriptedEngine) -> None:
    naming(vault).switch(False).result()
    ended = ask(vault, "How do I cook rice?")
    settle(vault)
    naming(vault).switch(True).result()
    engine.script = say_then_wait("Cooking rice")
    naming(vault).begin()
    naming(vault).stop()
    naming(vault).name(ended.reply)
    assert title(vault, ended) == "How do I cook rice?"


def test_closing_does_not_wait_for_a_title(profile: Profile, models: Models, engine: ScriptedEngine) -> None:
    session = Session(create_vault(profile, "five plain words it is", cost=KdfCost(64, 1, 1)), models)
    by_turns(engine, say("Rinse it."), say_then_wait("Cooking"))
    ask(session, "How do I cook rice?")
    while len(engine.requests) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 5


@pytest.mark.model
def test_the_next_question_finds_the_chat_still_in_the_models_memory(profile: Profile) -> None:
    models = local_models()
    session = Session(create_vault(profile, "five plain words it is", cost=KdfCost(64, 1, 1)), models)
    try:
        events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
        ended = ask(session, "Explain TCP slow start.")
        settle(session)
        session.replies.send("And then?", events.put, chat_id=ended.reply.chat_id)
        while not isinstance(event := events.get(timeout=60), Ended):
            fitted = event if isinstance(event, PromptFitted) else None
            if fitted is not None:
                assert fitted.prompt_tokens - fitted.cached_tokens < 64
    finally:
        session.close()
        models.close()
