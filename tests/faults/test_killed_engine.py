# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine child is killed in mid-stream under a real vault: what it said is kept, talk goes on."""

from __future__ import annotations

import os
import queue
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from harness.program import PASSPHRASE
from harness.vaults import open_and_examine

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import ChatId, Message, Status
from desktop.domain.generation import EngineState, FaultKind, SamplingOptions, TextDelta
from desktop.engine.client import LocalEngine
from desktop.paths import Profile, bundled_model
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Ended, Rejected, ReplyEvent
from desktop.services.session import Session
from desktop.services.vault import VaultService

pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")]

SEED = 20_261_124
WORKS_AGAIN_WITHIN = 3.0  # seconds
KILLS, KILLS_IN_FULL = 6, 20

STORY = "Write a long story about a harbour town."

Events = queue.SimpleQueue[ReplyEvent]


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    renderer = ChatTemplateRenderer()
    engine = LocalEngine(renderer)
    yield engine
    engine.close()
    renderer.close()


def unlock(profile: Profile, engine: LocalEngine) -> Session:
    models = Models(engine, ModelChoice(bundled_model(), "SmolLM2"))
    return VaultService(profile, lambda opened: Session(opened, models)).unlock(PASSPHRASE)


def follow(events: Events, pieces: int | None = None) -> tuple[str, Ended | None]:
    """What streams: so many pieces of text, or all to the end."""
    text, seen = "", 0
    while True:
        match events.get(timeout=60):
            case TextDelta(more):
                text, seen = text + more, seen + 1
                if seen == pieces:
                    return text, None
            case Ended() as ended:
                return text, ended
            case Rejected(error):
                raise error


def kept(session: Session, message: Message) -> Message:
    [found] = session.history.messages([message.id]).result()
    return found


@pytest.mark.slow
def test_a_dead_engine_costs_the_rest_of_one_reply(vault: Profile, engine: LocalEngine, full: bool) -> None:
    print(f"seed {SEED}")
    moments = random.Random(SEED)
    with closing(unlock(vault, engine)) as session:
        broken: list[Message] = []
        for number in range(KILLS_IN_FULL if full else KILLS):
            broken.append(break_a_reply(session, engine, seed=number, after=moments.randint(1, 30)))
            ask_on(session, broken[-1].chat_id)
    found = {m.id: m for m in open_and_examine(vault).messages}
    assert [found[reply.id] for reply in broken] == broken


def break_a_reply(session: Session, engine: LocalEngine, *, seed: int, after: int) -> Message:
    """Ask, kill the engine after so many pieces of text; the reply as it was kept, with the engine back."""
    events: Events = queue.SimpleQueue()
    session.replies.send(STORY, events.put, sampling=SamplingOptions(seed=seed))
    seen, ended = follow(events, after)
    assert ended is None, "it ended by itself"
    assert engine.child_pid is not None
    os.kill(engine.child_pid, signal.SIGKILL)
    killed = time.monotonic()
    rest, ended = follow(events)
    assert ended is not None
    assert ended.fault is FaultKind.CRASHED
    reply = kept(session, ended.reply)
    assert (reply.status, reply.content) == (Status.FAILED, seen + rest)
    while engine.state is not EngineState.READY:
        time.sleep(0.005)
        assert time.monotonic() - killed < WORKS_AGAIN_WITHIN
    return reply


def ask_on(session: Session, chat_id: ChatId) -> None:
    """The next question in that chat is answered as if nothing had been."""
    events: Events = queue.SimpleQueue()
    asked = time.monotonic()
    session.replies.send("Hello!", events.put, chat_id=chat_id, sampling=SamplingOptions(max_tokens=2))
    _, ended = follow(events)
    assert ended is not None
    assert ended.fault is None
    assert kept(session, ended.reply).status is Status.COMPLETE
    assert time.monotonic() - asked < WORKS_AGAIN_WITHIN
