# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole program is killed at random moments, from its launch to its last breath.

What counts as acknowledged:

* a question, once any of its answer came out (it is committed before the model sees it);
* a whole answer, once ``--json`` printed its document;
* of an answer that streams, what came out more than LAG seconds before the kill (it is committed at least
  every half second; the rest of LAG is for the disk and a busy machine).
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from harness.processes import await_orphans, own_children
from harness.program import Program
from harness.vaults import Contents, open_and_examine

from desktop.domain.conversation import Status
from desktop.paths import Profile

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL and subreapers"),
]

SEED = 20_261_123
LAG = 1.5  # seconds
ORPHANS_END_WITHIN = 2.0  # seconds
KILLS, KILLS_IN_FULL = 24, 200

Start = Callable[..., Program]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a person was shown as said and kept."""

    question: str
    answer: str = ""
    whole: bool = False


Round = Callable[[Start, random.Random, str], list[Acknowledged]]


def while_starting(start: Start, moments: random.Random, word: str) -> list[Acknowledged]:
    """From launch on: interpreter, key derivation, opening, loading the model, reading the prompt."""
    program = start("chat", "--json")
    program.send(json.dumps({"text": word}))
    time.sleep(moments.uniform(0, 1.5))
    program.kill()
    return [Acknowledged(word, answer["text"], whole=True) for answer in program.documents()]


def while_streaming(start: Start, moments: random.Random, word: str) -> list[Acknowledged]:
    """While words come out and are committed."""
    question = f"Write a long story about a harbour town called {word}."
    program = start("chat")
    program.send(question)
    program.wait_for_text()
    time.sleep(moments.uniform(0, 3.5))
    killed = program.kill()
    return [Acknowledged(question, program.output_until(killed - LAG).removesuffix("\n"))]


def between_turns(start: Start, moments: random.Random, word: str) -> list[Acknowledged]:
    """After one whole answer, around the next question."""
    first, second = f"Say only: {word}", f"Say only: {word} once more"
    program = start("chat", "--json")
    program.send(json.dumps({"text": first}))
    program.wait_for_lines(1)
    [answer] = program.documents()
    kept = [Acknowledged(first, answer["text"], whole=True)]
    program.send(json.dumps({"text": second, "chat_id": answer["chat_id"]}))
    time.sleep(moments.uniform(0, 0.6))
    program.kill()
    return kept + [Acknowledged(second, a["text"], whole=True) for a in program.documents()[1:]]


def while_closing(start: Start, moments: random.Random, word: str) -> list[Acknowledged]:
    """From the last answer to the end: the log is emptied, the children are ended."""
    question = f"Name a boat other than {word}."
    program = start("ask", "--json", "--max-tokens", "5", question)
    program.wait_for_lines(1)
    time.sleep(moments.uniform(0, 0.25))
    program.kill()
    return [Acknowledged(question, a["text"], whole=True) for a in program.documents()]


PHASES: tuple[Round, ...] = (while_starting, while_streaming, between_turns, while_closing)


def lost(contents: Contents, acknowledged: Acknowledged) -> str | None:
    """What is missing of it, if anything."""
    question = contents.question(acknowledged.question)
    if question is None:
        return "the question"
    [reply] = contents.replies(question)
    if acknowledged.whole:
        return (
            None if (reply.content, reply.status) == (acknowledged.answer, Status.COMPLETE) else "the answer"
        )
    return None if reply.content.startswith(acknowledged.answer) else "the streamed part"


@pytest.mark.usefixtures("subreaper")
def test_nothing_acknowledged_is_lost_whenever_it_is_killed(vault: Profile, start: Start, full: bool) -> None:
    print(f"seed {SEED}")
    moments = random.Random(SEED)
    everything: list[Acknowledged] = []
    statuses: Counter[Status] = Counter()
    kills = KILLS_IN_FULL if full else KILLS
    for number in range(kills):
        phase = PHASES[number % len(PHASES)]
        known = own_children()
        word = f"quay{moments.randrange(10**9):09}"

        fresh = phase(start, moments, word)

        where = f"kill {number} of seed {SEED}, {phase.__name__}"
        assert await_orphans(known, ORPHANS_END_WITHIN) == [], where
        contents = open_and_examine(vault, find=[word] if fresh else [])
        everything += fresh
        for one in everything:
            assert lost(contents, one) is None, f"{where}: {lost(contents, one)} is lost"
        assert not any(m.status is Status.STREAMING for m in contents.messages), where
        statuses = Counter(m.status for m in contents.messages if m.model)
    # That the kills fell where they should: replies were cut off, and others ended.
    assert statuses[Status.INTERRUPTED] >= kills // 8, statuses
    assert statuses[Status.COMPLETE] >= kills // 4, statuses
    assert len(everything) >= kills * 3 // 4
