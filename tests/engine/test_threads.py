# SPDX-License-Identifier: GPL-3.0-or-later
"""The thread tuner on simulated machines whose cores come and go."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.threads import ThreadTuner, physical_cores, usable_cores

ONE_THREAD = 0.013  # seconds a token, as measured on one core


def idle(threads: int, cores: int) -> float:
    """Seconds a token on an idle machine: gains shrink with each thread; beyond the cores it gets bad."""
    if threads > cores:
        return ONE_THREAD * 4
    return ONE_THREAD / (1 + 0.6 * (threads - 1))


def busy(threads: int, free: int, cores: int) -> float:
    """With only ``free`` cores left, every thread more waits at the barriers."""
    return idle(threads, cores) if threads <= free else ONE_THREAD * 4.5


def run(tuner: ThreadTuner, tokens: int, cost: Callable[[int], float], noise: random.Random) -> float:
    """Seconds that ``tokens`` took."""
    total = 0.0
    for _ in range(tokens):
        seconds = cost(tuner.current) * noise.uniform(0.97, 1.03)
        total += seconds
        tuner.observe(seconds)
    return total


@given(st.integers(1, 8), st.integers(0, 1000))
def test_on_an_idle_machine_little_is_lost_to_trials(cores: int, seed: int) -> None:
    tuner = ThreadTuner(cores, cores)
    took = run(tuner, 1000, lambda threads: idle(threads, cores), random.Random(seed))
    assert 1000 * idle(cores, cores) / took >= 0.95


@given(st.integers(0, 1000))
def test_with_one_of_two_cores_taken_it_stays_near_one_thread(seed: int) -> None:
    tuner, noise = ThreadTuner(2, 2), random.Random(seed)
    run(tuner, 200, lambda threads: idle(threads, 2), noise)
    took = run(tuner, 600, lambda threads: busy(threads, 1, 2), noise)
    assert 600 * ONE_THREAD / took >= 0.8
    assert tuner.contended


@given(st.integers(0, 1000))
def test_from_a_start_on_a_busy_machine_too(seed: int) -> None:
    tuner = ThreadTuner(2, 2)
    took = run(tuner, 600, lambda threads: busy(threads, 1, 2), random.Random(seed))
    assert 600 * ONE_THREAD / took >= 0.8


@given(st.integers(0, 1000))
def test_when_the_core_is_free_again_it_comes_back(seed: int) -> None:
    tuner, noise = ThreadTuner(2, 2), random.Random(seed)
    run(tuner, 600, lambda threads: busy(threads, 1, 2), noise)
    run(tuner, 1500, lambda threads: idle(threads, 2), noise)
    late = run(tuner, 500, lambda threads: idle(threads, 2), noise)
    assert 500 * idle(2, 2) / late >= 0.95
    assert not tuner.contended


@given(st.integers(2, 8), st.integers(1, 8), st.integers(0, 100))
def test_it_finds_its_way_down_on_larger_machines(cores: int, free: int, seed: int) -> None:
    free = min(free, cores)
    tuner, noise = ThreadTuner(cores, cores), random.Random(seed)
    run(tuner, 1500, lambda threads: busy(threads, free, cores), noise)
    took = run(tuner, 1000, lambda threads: busy(threads, free, cores), noise)
    if free >= cores - 1:
        assert 1000 * idle(free, cores) / took >= 0.8


class Told:
    """What the system says of idle cores, every tenth token."""

    def __init__(self, idle: float) -> None:
        self.idle = idle
        self._asked = 0

    def __call__(self) -> float | None:
        self._asked += 1
        return self.idle if self._asked % 10 == 0 else None


def test_told_that_no_core_is_idle_none_is_tried() -> None:
    told, noise = Told(0.0), random.Random(3)
    tuner = ThreadTuner(2, 2, spare=told)
    run(tuner, 100, lambda threads: busy(threads, 1, 2), noise)
    assert tuner.current == 1
    counts = set()

    def cost(threads: int) -> float:
        counts.add(threads)
        return busy(threads, 1, 2)

    run(tuner, 5000, cost, noise)
    assert counts == {1}


@given(st.integers(0, 1000))
def test_told_that_a_core_came_free_it_comes_back_at_once(seed: int) -> None:
    told, noise = Told(0.0), random.Random(seed)
    tuner = ThreadTuner(2, 2, spare=told)
    run(tuner, 600, lambda threads: busy(threads, 1, 2), noise)
    told.idle = 1.0
    took = run(tuner, 256, lambda threads: idle(threads, 2), noise)
    assert 256 * idle(2, 2) / took >= 0.95


@given(st.integers(0, 1000), st.integers(5, 200))
def test_a_core_that_comes_and_goes_is_not_tried_each_time(seed: int, period: int) -> None:
    told, noise = Told(0.0), random.Random(seed)
    tuner = ThreadTuner(2, 2, spare=told)
    run(tuner, 100, lambda threads: busy(threads, 1, 2), noise)
    trials = 0
    for number in range(2000):
        told.idle = float(number // period % 2)  # free and taken in turn, but never when it is tried
        trials += tuner.current == 2
        run(tuner, 1, lambda threads: busy(threads, 1, 2), noise)
    assert trials <= 2000 / 128 + 1


@given(st.lists(st.floats(0, 100), max_size=300), st.integers(1, 16), st.integers(1, 16))
def test_the_count_stays_possible_whatever_happens(times: list[float], start: int, most: int) -> None:
    tuner = ThreadTuner(start, most)
    for seconds in times:
        assert 1 <= tuner.observe(seconds) <= most


def test_a_chosen_count_is_never_changed() -> None:
    tuner = ThreadTuner(3, 8, pinned=True)
    assert {tuner.observe(random.random()) for _ in range(500)} == {3}


def test_one_core_means_one_thread() -> None:
    assert {ThreadTuner(4, 1).observe(0.01) for _ in range(100)} == {1}


@pytest.mark.parametrize(
    ("siblings", "expected"), [(["0", "1"], 2), (["0-1", "0-1", "2-3", "2-3"], 2), ([], 0)]
)
def test_hardware_threads_of_a_core_count_once(tmp_path: Path, siblings: list[str], expected: int) -> None:
    for number, text in enumerate(siblings):
        folder = tmp_path / f"cpu{number}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(text + "\n")
    assert physical_cores(tmp_path) == min(expected or usable_cores(), usable_cores())
