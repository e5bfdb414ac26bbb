# SPDX-License-Identifier: GPL-3.0-or-later
"""What a streaming reply costs the UI thread: all but the model is the app's own, from pipe to paint."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.app_profile import make_profile, open_window
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most, in_turn
from tests.benchmarks.peers.scripted_model import Script
from tests.benchmarks.scratch import scratch

P99 = Figure("p99", "5 ms timer on the UI thread, 4,000 tokens at 200/s: lateness p99", "ms", at_most(10))
LONGEST = Figure("longest", "the same: longest lateness", "ms", at_most(33), worst=True)
COST = Figure("cost", "UI thread per streamed update, at 16,000 tokens ÷ at 1,000", "ms", at_most(1.3))


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """A window with a scripted model; each round is one reply in a new chat, its keeping included."""
    question = Script(pieces=scale.pick(4000, 100), rate=200).question()
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        make_profile(Path(folder, "profile"))
        with open_window(Path(folder, "profile"), "--scripted") as window:
            window.ask(do="settle")
            window.ask(do="ask", text=Script(pieces=20).question())

            def take(_number: int) -> Mapping[str, Reading]:
                answer = window.ask(do="stream", text=question)
                return {"p99": Reading(answer["p99_ms"]), "longest": Reading(answer["longest_ms"])}

            yield take


@contextmanager
def prepare_cost(scale: Scale) -> Iterator[Round]:
    """The same text behind a short and a long beginning, slowly enough to be drawn piece by piece."""
    pieces = scale.pick(60, 5)

    def question(prefix: int) -> str:
        return Script(prefix=prefix, pause=scale.pick(2, 1), pieces=pieces, size=7, rate=25).question()

    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        make_profile(Path(folder, "profile"))
        with open_window(Path(folder, "profile"), "--scripted") as window:
            window.ask(do="settle")

            def cost(prefix: int) -> float:
                return float(window.ask(do="update_cost", text=question(prefix), pieces=pieces)["ms"])

            cost(1000)

            def take(number: int) -> Mapping[str, Reading]:
                long, short = in_turn(number, lambda: cost(scale.pick(16_000, 2000)), lambda: cost(1000))
                return {"cost": Reading(long, short)}

            yield take


BENCHMARK = Benchmark("streaming", (P99, LONGEST), prepare)
COST_BENCHMARK = Benchmark("update-cost", (COST,), prepare_cost)
