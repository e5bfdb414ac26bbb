# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs benchmarks round by round and marks the rounds others disturbed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.benchmarks.figures import Benchmark, Measured, Outcome, Scale
from tests.benchmarks.machine import watch

FOREIGN_LIMIT = 0.10
"""Cores. A desktop at rest uses a few hundredths of one; a tenth moves a ratio by more than we look for."""

PATIENCE = 2
"""Rounds tried per round wanted: a disturbed one is repeated, but not for ever."""


@dataclass
class Report:
    """Everything one run found out.

    Attributes:
        outcomes: one per figure.
        failures: benchmarks that could not be run, with the traceback.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def run(benchmarks: Iterable[Benchmark], scale: Scale, progress: Callable[[str], None]) -> Report:
    """Run ``benchmarks`` one after another; one that fails does not keep the others from running."""
    report = Report()
    for benchmark in benchmarks:
        progress(benchmark.name)
        try:
            report.outcomes += measure(benchmark, scale, progress)
        except Exception:
            report.failures[benchmark.name] = traceback.format_exc()
            progress(f"{benchmark.name}: failed")
    return report


def measure(benchmark: Benchmark, scale: Scale, progress: Callable[[str], None]) -> list[Outcome]:
    """Run one benchmark until it has enough undisturbed rounds, or patience ends."""
    rounds: dict[str, list[Measured]] = {figure.key: [] for figure in benchmark.figures}
    quiet = tried = 0
    patience = scale.rounds if scale.quick else PATIENCE * scale.rounds
    with benchmark.prepare(scale) as take:
        while quiet < scale.rounds and tried < patience:
            with watch() as seen:
                readings = take(tried)
            tried += 1
            marked = seen.foreign > FOREIGN_LIMIT
            quiet += not marked
            progress(f"{benchmark.name}: round {tried}, {seen.seconds:.1f} s{' †' if marked else ''}")
            for key, measured in rounds.items():
                measured.append(Measured(readings[key], seen.foreign, marked))
    return [Outcome(benchmark.name, figure, tuple(rounds[figure.key])) for figure in benchmark.figures]
