# SPDX-License-Identifier: GPL-3.0-or-later
"""Decoding speed as the app receives it, against a bare loop and against the usual Python way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from desktop.engine.threads import physical_cores
from tests.benchmarks.app_engine import AppEngine, ask_in_full, chatml, model_path, system, user
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_least, in_turn
from tests.benchmarks.participants import Participant

FIGURES = (
    Figure("bare_short", "app decode ÷ bare ctypes loop, 128 tokens", "tokens/s", at_least(0.95)),
    Figure("bare_long", "app decode ÷ bare ctypes loop, 2,048 tokens", "tokens/s", at_least(0.95)),
    Figure("chat_long", "app decode ÷ create_chat_completion, 2,048 tokens", "tokens/s", at_least(1.05)),
)

WINDOW = 4096

# Answered greedily, this model never comes to an end, so that every side makes every token asked for.
CONVERSATION = (
    system("You are a patient writer."),
    user("Write a very long story about a lighthouse keeper and the sea."),
)
_PROMPT = chatml(CONVERSATION)
_MESSAGES = [{"role": str(one.role), "content": one.content} for one in CONVERSATION]


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """All sides with the model loaded and the same number of threads; whoever waits uses no processor."""
    threads = scale.pick(
        physical_cores(), 1
    )  # two stall for seconds beside the other tests of a busy machine
    short, long = scale.pick(128, 8), scale.pick(2048, 16)
    setting = (model_path(), WINDOW, threads)
    with (
        AppEngine(n_ctx=WINDOW, threads=threads) as engine,
        Participant("peers.bare_loop", *setting) as bare,
        Participant("peers.chat_completion", *setting) as chat,
    ):

        def ours(count: int) -> float:
            return ask_in_full(engine, CONVERSATION, count).rate

        def floor(count: int) -> float:
            return float(bare.ask(prompt=_PROMPT, count=count)["rate"])

        def usual(count: int) -> float:
            answer = chat.ask(messages=_MESSAGES, count=count)
            if answer["reason"] != "length":
                raise RuntimeError("create_chat_completion ended early")
            return float(answer["rate"])

        def take(number: int) -> Mapping[str, Reading]:
            app_short, bare_short = in_turn(number, lambda: ours(short), lambda: floor(short))
            app_long, bare_long, chat_long = in_turn(
                number, lambda: ours(long), lambda: floor(long), lambda: usual(long)
            )
            return {
                "bare_short": Reading(app_short, bare_short),
                "bare_long": Reading(app_long, bare_long),
                "chat_long": Reading(app_long, chat_long),
            }

        for side in (ours, floor, usual):
            side(8)  # the first evaluation touches pages the others have touched already
        yield take


BENCHMARK = Benchmark("decode", FIGURES, prepare, needs_model=True)
