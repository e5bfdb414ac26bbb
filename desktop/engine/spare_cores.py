# SPDX-License-Identifier: GPL-3.0-or-later
"""How many cores nobody uses, by the system's own account (Linux; elsewhere it is not known)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from pathlib import Path

SHORTEST_S = 0.1
"""Seconds between two looks: idle time is counted in hundredths of a second (proc(5), /proc/stat)."""

LONGEST_S = 1.0
"""What is older tells nothing of now: between two replies, say."""

_IDLE_FIELD = 4  # "cpuN user nice system idle …"
_MOST_BYTES = 128 * 1024  # enough for a thousand cores


class SpareCores:
    """Reads /proc/stat through a descriptor opened when it is made, so that it works in a confined process.

    Args:
        cores: numbers of the logical processors that count.
        stat: the file.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        cores: Collection[int],
        stat: Path = Path("/proc/stat"),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._names = {f"cpu{number}".encode() for number in cores}
        self._clock = clock
        self._tick = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.0
        self._since, self._idle = -LONGEST_S, 0.0
        try:
            self._file: int | None = os.open(stat, os.O_RDONLY)
        except OSError:
            self._file = None

    def look(self) -> float | None:
        """Idle cores on average since the last look; None if unknown, or too short or too long after it."""
        if self._file is None or self._clock() - self._since < SHORTEST_S:
            return None
        before, idle = self._since, self._idle
        self._since, self._idle = self._clock(), self._idle_seconds()
        passed = self._since - before
        return max(0.0, (self._idle - idle) / passed) if passed <= LONGEST_S else None

    def _idle_seconds(self) -> float:
        assert self._file is not None  # noqa: S101 - narrows the type
        ticks = 0
        for line in os.pread(self._file, _MOST_BYTES, 0).splitlines():
            if not line.startswith(b"cpu"):
                break
            fields = line.split()
            if fields[0] in self._names:
                ticks += int(fields[_IDLE_FIELD])
        return ticks * self._tick
