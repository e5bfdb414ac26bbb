# SPDX-License-Identifier: GPL-3.0-or-later
"""How many threads to decode with, found out while decoding. Pure: it sees only how long tokens took.

More threads than free cores are worse than one: every graph node ends in a barrier, and whoever lost its core
holds up the rest (measured with one of two cores busy: 22 ms a token on two threads, 17 ms on one). What is
free changes from minute to minute, so a neighbouring count is tried now and then, for a few tokens, and kept
if it is faster. Trying one thread too many beside a busy core costs a fifth of a second a token, so where the
system tells how many cores are idle, more are tried only when one is, and soon after it became so.
"""

from __future__ import annotations

import math
import os
import statistics
from collections import deque
from collections.abc import Callable
from pathlib import Path

FIRST_PROBE = 8
"""Tokens before the first guess is questioned."""

MIN_INTERVAL, MAX_INTERVAL = 64, 1024
"""Tokens between trials: doubled whenever one taught nothing new, so that a settled machine is left alone."""

FREED_INTERVAL = 128
"""Tokens between trials when a core came free: soon, yet one that comes and goes is not tried each time."""

PROBE_TOKENS = 4
"""Tokens a trial takes; their median is compared."""

BETTER = 0.95
"""A trial must need at most this share of the time to be kept; less could be noise."""

LEAST_SAMPLES = 4
"""Tokens needed to say what is usual."""

HOPELESS = 1.3
"""A trial token this much slower ends the trial at once: on a busy machine each one costs a lot."""

STALL = 1.6
"""Tokens this much slower than they were, twice within the last three, mean that a core was taken."""


SPARE = 0.6
"""Idle cores that make one thread more worth trying: a core is hardly ever idle altogether."""


def _unknown() -> None:
    """Nobody tells how many cores are idle."""


class ThreadTuner:
    """Feeds on seconds per token, answers with the count for the next one.

    Args:
        start: the first guess.
        most: the largest count.
        pinned: never change it.
        spare: how many cores were idle lately; None while that is not known.
    """

    def __init__(
        self, start: int, most: int, *, pinned: bool = False, spare: Callable[[], float | None] = _unknown
    ) -> None:
        self._look = spare
        self._spare: bool | None = None
        self._most = max(1, most)
        self._pinned = pinned or self._most == 1
        self.start = min(max(1, start), self._most)
        self.current = self.start
        self._recent: deque[float] = deque(maxlen=8)
        self._reference = math.inf  # how fast the settled count has been
        self._probe: list[float] | None = None
        self._settled = self.start
        self._interval = FIRST_PROBE
        self._since_probe = 0
        self._downwards = True

    @property
    def contended(self) -> bool:
        """Whether fewer threads than guessed at first turned out best: others need the cores."""
        return self._settled < self.start

    def observe(self, seconds: float) -> int:
        """Note that a token took ``seconds`` with ``current`` threads; returns the count to use now."""
        if self._pinned:
            return self.current
        if self._probe is not None:
            self._observe_probe(seconds)
        else:
            self._note_spare(self._look())
            self._observe_settled(seconds)
        return self.current

    def _note_spare(self, idle: float | None) -> None:
        if idle is None:
            return
        spare = idle >= SPARE
        if spare and self._spare is False:
            self._interval = min(self._interval, FREED_INTERVAL)
            self._downwards = False
        self._spare = spare

    def _observe_settled(self, seconds: float) -> None:
        self._recent.append(seconds)
        self._since_probe += 1
        if len(self._recent) < LEAST_SAMPLES:
            return
        usual = statistics.median_low(self._recent)
        self._reference = min(self._reference, usual)
        slow = [seconds for seconds in list(self._recent)[-3:] if seconds > STALL * self._reference]
        if len(slow) >= 2 and self.current > 1:
            # What was usual before is no longer what a trial has to beat.
            self._recent = deque(slow, maxlen=8)
            self._reference = statistics.median_low(slow)
            self._interval = MIN_INTERVAL
            self._begin_probe(downwards=True)
        elif self._since_probe >= self._interval and not slow:
            self._begin_probe(self._downwards)

    def _begin_probe(self, downwards: bool) -> None:
        if self.current == self._most or self._spare is False:
            downwards = True
        elif self.current == 1:
            downwards = False
        if downwards and self.current == 1:
            return  # nowhere to go until a core comes free
        self.current += -1 if downwards else 1
        self._downwards = not downwards
        self._probe = []

    def _observe_probe(self, seconds: float) -> None:
        probe = self._probe
        assert probe is not None  # noqa: S101 - narrows the type
        probe.append(seconds)
        usual = statistics.median(self._recent)
        if seconds > HOPELESS * usual and len(probe) < PROBE_TOKENS:
            self._end_probe(keep=False)
        elif len(probe) >= PROBE_TOKENS:
            self._end_probe(keep=statistics.median(probe) < BETTER * usual)

    def _end_probe(self, *, keep: bool) -> None:
        if keep:
            # The same direction may go on paying.
            self._downwards = self.current < self._settled
            self._settled = self.current
            self._recent = deque(self._probe or (), maxlen=8)
            self._reference = math.inf
            self._interval = FIRST_PROBE
        else:
            self.current = self._settled
            self._interval = min(max(self._interval * 2, MIN_INTERVAL), MAX_INTERVAL)
        self._probe = None
        self._since_probe = 0


def usable_numbers() -> frozenset[int]:
    """The logical processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def usable_cores() -> int:
    """How many logical processors this process may run on."""
    return max(1, len(usable_numbers()))


def physical_cores(topology: Path = Path("/sys/devices/system/cpu")) -> int:
    """Cores without their second hardware threads, as far as the system tells; else the usable ones.

    Two hardware threads of one core share its arithmetic units, which decoding saturates.
    """
    cores = set()
    for siblings in topology.glob("cpu[0-9]*/topology/thread_siblings_list"):
        try:
            cores.add(siblings.read_text("ascii").strip())
        except (OSError, UnicodeDecodeError):
            return usable_cores()
    return min(len(cores) or usable_cores(), usable_cores())
