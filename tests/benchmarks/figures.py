# SPDX-License-Identifier: GPL-3.0-or-later
"""What a benchmark yields: readings, the figures made of them, and the bars they are held against."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach."""

    sense: Literal["<=", ">="]
    limit: float

    def met(self, value: float) -> bool:
        """Whether ``value`` is good enough."""
        return value <= self.limit if self.sense == "<=" else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.sense == '<=' else '≥'} {self.limit:g}"


def at_least(limit: float) -> Bar:
    """A bar for what should be large."""
    return Bar(">=", limit)


def at_most(limit: float) -> Bar:
    """A bar for what should be small."""
    return Bar("<=", limit)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        key: its name within the benchmark.
        text: what is compared with what.
        unit: of a reading ("tokens/s", "ms", …), not of a ratio.
        bar: None when there is nothing to reach.
        worst: the largest value of all rounds counts, not the median (longest lateness, slowest frame).
    """

    key: str
    text: str
    unit: str
    bar: Bar | None = None
    worst: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement of a figure; with a ``peer`` the figure is the ratio of the two."""

    ours: float
    peer: float | None = None

    @property
    def value(self) -> float:
        """The ratio, or ``ours`` when nothing stands beside it."""
        return self.ours if self.peer is None else self.ours / self.peer


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure. The quick scale shows that a benchmark runs, not how fast anything is."""

    quick: bool
    rounds: int

    def pick(self, full: int, quick: int) -> int:
        """A size for this scale."""
        return quick if self.quick else full


Round = Callable[[int], Mapping[str, Reading]]
"""Measures one interleaved pair for each figure. The number of the round decides who goes first."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A subject with its figures.

    Attributes:
        name: for ``--only``.
        figures: what each round reads, by key.
        prepare: sets up once for all rounds and cleans up afterwards.
        needs_model: whether the bundled model must lie in resources/models.
    """

    name: str
    figures: tuple[Figure, ...]
    prepare: Callable[[Scale], AbstractContextManager[Round]]
    needs_model: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A reading and how busy others kept the machine meanwhile.

    Attributes:
        foreign: cores taken by processes that are not ours, on average over the round.
        marked: whether that was too much to trust the reading.
    """

    reading: Reading
    foreign: float
    marked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A figure over all its rounds."""

    benchmark: str
    figure: Figure
    rounds: tuple[Measured, ...]

    def __iter__(self) -> Iterator[Reading]:
        """The readings that count: the quiet ones if there is any, else all."""
        quiet = [one.reading for one in self.rounds if not one.marked]
        return iter(quiet or [one.reading for one in self.rounds])

    @property
    def marked(self) -> bool:
        """Whether what counts was measured beside too much foreign work."""
        return all(one.marked for one in self.rounds)

    @property
    def value(self) -> float:
        """The median (or the worst) over the rounds that count."""
        values = [reading.value for reading in self]
        return max(values) if self.figure.worst else statistics.median(values)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest value over the rounds that count."""
        values = [reading.value for reading in self]
        return min(values), max(values)

    @property
    def ours(self) -> float:
        """The median of our own readings."""
        return statistics.median(reading.ours for reading in self)

    @property
    def peer(self) -> float | None:
        """The median of the peer's readings, if there is a peer."""
        peers = [reading.peer for reading in self if reading.peer is not None]
        return statistics.median(peers) if peers else None

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None without one."""
        return None if self.figure.bar is None else self.figure.bar.met(self.value)


def in_turn(number: int, *sides: Callable[[], float]) -> Sequence[float]:
    """Run every side once and return their results in the order given.

    Who goes first changes from round to round, so that a machine that warms up or slows down favours nobody.
    """
    results: dict[int, float] = {}
    order = range(len(sides)) if number % 2 == 0 else reversed(range(len(sides)))
    for index in order:
        results[index] = sides[index]()
    return [results[index] for index in range(len(sides))]
