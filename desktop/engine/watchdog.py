# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells a hung child from a slow one. Pure: time comes in as an argument."""

from __future__ import annotations

PING_EVERY = 0.25
PATIENCE = 1.7
"""Seconds without a sign of life, or without progress: with a restart of about half a second, a hang is over
within three."""

SLOWNESS = 10
"""A child may take this many times as long as its slowest recent step before it counts as hung."""

LONGEST_TURN = 0.5
"""Most seconds one look counts for: if this process did not run for long, the child is not to blame."""


class Watchdog:
    """Follows one piece of work. Feed it every frame's arrival and every pong's counter."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._silent = 0.0
        self._stuck = 0.0
        self._since_ping = PING_EVERY
        self._progress: int | None = None
        self._slowest_step = 0.0

    def pass_time(self, now: float) -> None:
        """Let time pass until ``now``."""
        step = min(max(now - self._now, 0.0), LONGEST_TURN)
        self._now = now
        self._silent += step
        self._stuck += step
        self._since_ping += step

    def ping_due(self) -> bool:
        """Whether to ask now; asking starts the next interval."""
        due = self._since_ping >= PING_EVERY
        if due:
            self._since_ping = 0.0
        return due

    def sign_of_life(self) -> None:
        """Some frame arrived that is work done."""
        self._silent = 0.0
        self._stuck = 0.0

    def pong(self, progress: int) -> None:
        """The child answered, having got as far as ``progress``."""
        self._silent = 0.0
        if self._progress is not None and progress > self._progress:
            step = self._stuck / (progress - self._progress)
            # Decays, so that one slow moment does not blunt it for good.
            self._slowest_step = max(step, self._slowest_step * 0.9)
        if progress != self._progress:
            self._stuck = 0.0
            self._progress = progress

    @property
    def hung(self) -> bool:
        """Whether it is time to give up on the child."""
        return self._silent > PATIENCE or self._stuck > max(PATIENCE, SLOWNESS * self._slowest_step)
