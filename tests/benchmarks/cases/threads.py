# SPDX-License-Identifier: GPL-3.0-or-later
"""What the app's choice of threads is worth, on a machine at rest and with one core taken."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from desktop.engine.threads import usable_cores
from tests.benchmarks.app_engine import Answer, AppEngine, ask_in_full
from tests.benchmarks.cases.decode import CONVERSATION
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_least, at_most, in_turn
from tests.benchmarks.participants import Participant

FIGURES = (
    Figure("idle", "decode at rest, threads chosen by the app ÷ the best count", "tokens/s", at_least(0.95)),
    Figure("busy", "decode with one core kept busy ÷ one thread at rest", "tokens/s", at_least(0.8)),
    Figure("stall", "longest wait for text with one core kept busy", "ms", at_most(1000), worst=True),
)

WINDOW = 2048


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """One engine that chooses and one per count of threads; the best of those is found first."""
    tokens = scale.pick(256, 12)
    with ExitStack() as opened:
        chosen = opened.enter_context(AppEngine(n_ctx=WINDOW))
        fixed = {
            count: opened.enter_context(AppEngine(n_ctx=WINDOW, threads=count))
            for count in candidates(usable_cores())
        }

        def rate(engine: AppEngine) -> float:
            return ask_in_full(engine, CONVERSATION, tokens).rate

        def beside_a_busy_core() -> Answer:
            with Participant("peers.burner") as burner:
                burner.hear()
                return ask_in_full(chosen, CONVERSATION, tokens)

        best = _best(fixed, scale)
        rate(chosen)

        def take(number: int) -> Mapping[str, Reading]:
            idle, peer = in_turn(number, lambda: rate(chosen), lambda: rate(best))
            busy = beside_a_busy_core()
            alone = rate(fixed[1])
            return {
                "idle": Reading(idle, peer),
                "busy": Reading(busy.rate, alone),
                "stall": Reading(busy.longest_gap_s * 1000),
            }

        yield take


def candidates(cores: int) -> list[int]:
    """Counts worth trying: all of them on a small machine, else one, half, all but one, all."""
    return sorted({1, *range(1, min(cores, 4) + 1), cores // 2 or 1, max(1, cores - 1), cores})


def _best(fixed: Mapping[int, AppEngine], scale: Scale) -> AppEngine:
    """The engine with the fastest count, by the median of a few short replies taken in turn."""
    rates: dict[int, list[float]] = {count: [] for count in fixed}
    for _ in range(scale.pick(3, 1)):
        for count, engine in fixed.items():
            rates[count].append(ask_in_full(engine, CONVERSATION, scale.pick(96, 4)).rate)
    return fixed[max(rates, key=lambda count: statistics.median(rates[count]))]


BENCHMARK = Benchmark("threads", FIGURES, prepare, needs_model=True)
