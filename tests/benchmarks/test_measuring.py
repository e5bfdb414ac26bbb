# SPDX-License-Identifier: GPL-3.0-or-later
"""How readings become figures: ratios, medians, marks, bars. No timing is asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.benchmarks import runner
from tests.benchmarks.figures import (
    Benchmark,
    Figure,
    Measured,
    Outcome,
    Reading,
    Round,
    Scale,
    at_least,
    at_most,
    in_turn,
)
from tests.benchmarks.machine import Watch, watch
from tests.benchmarks.report import document, table
from tests.benchmarks.runner import Report, measure, run

SPEED = Figure("speed", "ours ÷ theirs", "tokens/s", at_least(0.9))


def outcome(*values: float, figure: Figure = SPEED, marked: tuple[int, ...] = ()) -> Outcome:
    rounds = [Measured(Reading(v * 2, 2.0), 0.5, n in marked) for n, v in enumerate(values)]
    return Outcome("engine", figure, tuple(rounds))


def benchmark(readings: Iterator[float]) -> Benchmark:
    @contextmanager
    def prepare(_scale: Scale) -> Iterator[Round]:
        def take(_number: int) -> Mapping[str, Reading]:
            return {"speed": Reading(next(readings))}

        yield take

    return Benchmark("engine", (SPEED,), prepare)


def foreign(monkeypatch: pytest.MonkeyPatch, *cores: float) -> None:
    """What ``watch`` reports, round by round."""
    left = iter(cores)

    @contextmanager
    def watched() -> Iterator[Watch]:
        yield Watch(1.0, next(left))

    monkeypatch.setattr(runner, "watch", watched)


def test_a_figure_is_the_median_of_the_ratios() -> None:
    assert outcome(0.8, 1.0, 0.95).value == 0.95
    assert outcome(0.8, 1.0, 0.95).passed


def test_a_worst_figure_is_the_largest() -> None:
    late = Figure("late", "longest", "ms", at_most(1), worst=True)
    assert outcome(0.5, 1.1, 0.6, figure=late).value == 1.1
    assert outcome(0.5, 1.1, 0.6, figure=late).passed is False


def test_disturbed_rounds_count_only_if_there_is_nothing_else() -> None:
    assert outcome(0.1, 1.0, marked=(0,)).value == 1.0
    assert not outcome(0.1, 1.0, marked=(0,)).marked
    assert outcome(0.2, 0.2, marked=(0, 1)).value == 0.2
    assert outcome(0.2, 0.2, marked=(0, 1)).marked


def test_a_disturbed_round_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign(monkeypatch, 0.0, 1.5, 0.0)
    (found,) = measure(benchmark(iter([1.0, 9.0, 3.0])), Scale(quick=False, rounds=2), print)
    assert [one.marked for one in found.rounds] == [False, True, False]
    assert found.value == 2.0


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign(monkeypatch, *[1.0] * 10)
    (found,) = measure(benchmark(iter(range(10))), Scale(quick=False, rounds=2), print)
    assert len(found.rounds) == 2 * runner.PATIENCE
    assert found.marked


def test_who_goes_first_changes() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(name))

    for number in range(2):
        assert in_turn(number, lambda: side("a"), lambda: side("bb")) == [1.0, 2.0]
    assert order == ["a", "bb", "bb", "a"]


def test_one_that_fails_does_not_keep_the_others_from_running(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign(monkeypatch, 0.0)
    report = run([benchmark(iter([])), benchmark(iter([1.0]))], Scale(quick=True, rounds=1), print)
    assert "StopIteration" in report.failures["engine"]


def test_the_table_says_what_was_found() -> None:
    report = Report([outcome(0.5, 0.5, marked=(1,))], {"storage": "trace"})
    text = table(report, Scale(quick=False, rounds=2))
    assert "ours ÷ theirs" in text
    assert "≥ 0.9" in text
    assert "FAIL †1/2" in text
    assert "storage: could not be run" in text
    quick = table(report, Scale(quick=True, rounds=2))
    assert "FAIL" not in quick


def test_the_document_holds_every_round() -> None:
    report = Report([outcome(0.5, 1.5)])
    found = json.loads(json.dumps(document(report, Scale(quick=True, rounds=2))))
    (figure,) = found["figures"]
    assert [one["value"] for one in figure["rounds"]] == [0.5, 1.5]
    assert figure["bar"] == {"sense": ">=", "limit": 0.9}


def test_what_a_child_of_ours_burns_is_not_foreign() -> None:
    burn = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    child = subprocess.Popen([sys.executable, "-c", burn])
    with watch() as seen:
        child.wait()
    # Others may take all the rest of the machine, but not what the child took.
    assert seen.foreign <= (os.cpu_count() or 1) - 0.5 / seen.seconds + 0.3
