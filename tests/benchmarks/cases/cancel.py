# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a person who presses Stop waits until the reply has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.benchmarks.app_engine import AppEngine, user
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most
from tests.benchmarks.prose import prose

READING = Figure("while_reading", "stop while a 1,500-token prompt is read", "s", at_most(0.2), worst=True)
WRITING = Figure("while_writing", "stop while the reply is written", "s", at_most(0.2), worst=True)


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """One engine; no prompt is like another, so that all of it has to be read."""
    with AppEngine(n_ctx=4096) as engine:

        def take(number: int) -> Mapping[str, Reading]:
            long = [user(prose(f"long {number}", scale.pick(1260, 600)))]
            return {
                "while_reading": Reading(engine.stop(long, writing=False)),
                "while_writing": Reading(engine.stop([user(f"Tell story number {number}.")], writing=True)),
            }

        yield take


BENCHMARK = Benchmark("cancel", (READING, WRITING), prepare, needs_model=True)
