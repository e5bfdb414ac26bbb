# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking in a terminal, with signals, over an engine that plays a script."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "services"))  # the scripted engine lies there

from scripted_engine import STATS, ScriptedEngine, ScriptedGeneration, say

from desktop.cli import talk, terminal
from desktop.domain.conversation import StopReason
from desktop.domain.errors import ExitCode
from desktop.domain.generation import Finished, OnEvent, TextDelta
from desktop.services.models import ModelChoice, Models
from desktop.services.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends itself signals")


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(say("Good ", "evening."))


@pytest.fixture
def session(engine: ScriptedEngine, tmp_path: Path) -> Iterator[Session]:
    file = tmp_path / "model.gguf"
    file.touch()
    session = Session(None, Models(engine, ModelChoice(file, "Scripted")))
    yield session
    session.close()


def interrupt_first(engine: ScriptedEngine, number: signal.Signals) -> None:
    """Let the first answer be stopped by a signal, and the next ones come as they were."""
    after = engine.script

    def script(generation: ScriptedGeneration, on_event: OnEvent) -> None:
        engine.script = after
        on_event(TextDelta("Half"))
        until = time.monotonic() + 10
        while signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            assert time.monotonic() < until
            time.sleep(0.01)
        os.kill(os.getpid(), number)
        generation.cancelled.wait(10)
        on_event(Finished(StopReason.CANCELLED, STATS))

    engine.script = script


def test_after_a_stopped_answer_one_goes_on_in_the_same_chat(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_first(engine, signal.SIGINT)
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    assert talk._chat_lines(session) == ExitCode.OK
    (chat,) = session.history.chats().result()
    assert chat.messages == 4


def test_a_request_to_end_ends_the_talk(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_first(engine, signal.SIGTERM)
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    assert talk._chat_lines(session) == talk.INTERRUPTED
    assert len(engine.requests) == 1
