# SPDX-License-Identifier: GPL-3.0-or-later
"""Time to the first token of a later turn, against the same chat when nothing of it was evaluated before."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from desktop.domain.generation import PromptMessage
from tests.benchmarks.app_engine import Answer, AppEngine, assistant, user
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most
from tests.benchmarks.prose import prose

NEXT = Figure("next_turn", "first token: next turn of a 1,500-token chat ÷ cold", "s", at_most(0.10))
BACK = Figure("after_a_visit", "first token: after visiting another chat and back ÷ cold", "s", at_most(0.15))
OVERFLOW = Figure(
    "after_overflow",
    "first token: median of the turns after the window overflowed ÷ cold",
    "s",
    at_most(0.15),
)

REPLY_TOKENS = 32
QUESTION_WORDS = 12
LONG_QUESTION_WORDS = 70


class Talk:
    """A chat that goes on; each one is unlike any other from its first word."""

    def __init__(self, engine: AppEngine, seed: str, words: int) -> None:
        """Begin with ``words`` words of history, the last of them a question."""
        self._engine = engine
        self._seed = seed
        self._messages: list[PromptMessage] = []
        turns = max(1, words // 180)
        for turn in range(turns):
            self._messages += [
                user(prose(f"{seed} asks {turn}", 50)),
                assistant(prose(f"{seed} hears {turn}", 130)),
            ]
        self._ask_next(QUESTION_WORDS)

    def turn(self, question_words: int = QUESTION_WORDS) -> Answer:
        """Have the question answered and put the next one."""
        answer = self._engine.ask(self._messages, REPLY_TOKENS)
        self._messages.append(assistant(answer.text))
        self._ask_next(question_words)
        return answer

    def _ask_next(self, words: int) -> None:
        self._messages.append(user(prose(f"{self._seed} goes on {len(self._messages)}", words)))


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """One engine; every round begins a chat it has never seen."""
    with AppEngine(n_ctx=scale.pick(4096, 512)) as engine:
        Talk(engine, "warm-up", 30).turn()

        def take(number: int) -> Mapping[str, Reading]:
            talk = Talk(engine, f"chat {number}", scale.pick(1260, 60))
            cold = talk.turn()
            following = talk.turn()
            Talk(engine, f"another {number}", scale.pick(360, 40)).turn()
            back = talk.turn()
            return {
                "next_turn": Reading(following.first_s, cold.first_s),
                "after_a_visit": Reading(back.first_s, cold.first_s),
            }

        yield take


@contextmanager
def prepare_overflow(scale: Scale) -> Iterator[Round]:
    """A small window, so that it overflows soon; the cold turn is 1,500 tokens long here, too."""
    with AppEngine(n_ctx=scale.pick(2048, 256)) as engine:
        Talk(engine, "warm-up", 30).turn()

        def take(number: int) -> Mapping[str, Reading]:
            talk = Talk(engine, f"long chat {number}", scale.pick(1260, 60))
            cold = talk.turn(LONG_QUESTION_WORDS)
            waits: list[float] = []
            while len(waits) < scale.pick(12, 2):
                answer = talk.turn(LONG_QUESTION_WORDS)
                if answer.fitted.dropped_messages:
                    waits.append(answer.first_s)
            return {"after_overflow": Reading(statistics.median(waits), cold.first_s)}

        yield take


BENCHMARK = Benchmark("first-token", (NEXT, BACK), prepare, needs_model=True)
OVERFLOW_BENCHMARK = Benchmark("overflow", (OVERFLOW,), prepare_overflow, needs_model=True)
