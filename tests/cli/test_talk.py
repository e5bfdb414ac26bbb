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
from desktop.domain.errors import ExitCode, UsageError
from desktop.domain.generation import Failed, FaultKind, Finished, OnEvent, TextDelta
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


def test_commands_are_not_sent_to_the_model(
    session: Session,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("/help\n//etc is a folder\n/quit\nnot this\n"))
    assert talk._chat_lines(session) == ExitCode.OK
    assert "/new begins a chat" in capsys.readouterr().err
    (chat,) = session.history.chats().result()
    question = session.history.all_messages(chat.id).result()[0]
    assert question.content == "/etc is a folder"


def test_a_pipe_says_whether_every_answer_came(
    session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = engine.script

    def script(_generation: ScriptedGeneration, on_event: OnEvent) -> None:
        engine.script = after
        on_event(Failed(FaultKind.CRASHED))

    engine.script = script
    monkeypatch.setattr(terminal, "interactive", lambda: False)
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\n/two\n"))
    assert talk._chat_lines(session) == ExitCode.FAILURE
    assert len(engine.requests) == 2


def test_what_is_no_text_is_told(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\n"), encoding="utf-8"))
    with pytest.raises(UsageError):
        talk._chat_lines(session)


def test_ctrl_d_at_the_passphrase_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr("getpass.getpass", end)
    with pytest.raises(UsageError):
        terminal.read_passphrase(None)
