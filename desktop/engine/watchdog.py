# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells a hung child from a slow one. Pure: time comes in as an argument."""

from __future__ import annotations

PING_EVERY = 0.25
"""Seconds between questions."""

PATIENCE = 1.5
"""Seconds without an answer, or without progress, that are never too many: with the restart, which takes
about half a second, a hang is over within three."""

SLOWNESS = 10
"""A child may take this many times as long as its slowest recent step or answer before it counts as hung."""

FORGETTING = 0.9
"""What is left of the slowest step with each new one, so that one slow moment does not blunt it for good."""

LONGEST_TURN = 0.5
"""Most seconds one look counts for: if this process did not run for long, the child is not to blame."""


class _Slowest:
    """The slowest of recent durations, fading."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def note(self, seconds: float) -> None:
        self.seconds = max(seconds, self.seconds * FORGETTING)

    @property
    def tolerance(self) -> float:
        return max(PATIENCE, SLOWNESS * self.seconds)


class Watchdog:
    """Follows one piece of work. Feed it the time, every frame's arrival and every pong's counter."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._silent = 0.0
        self._stuck = 0.0
        self._since_ping = PING_EVERY
        self._progress: int | None = None
        self._steps = _Slowest()
        self._answers = _Slowest()

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
        """A frame arrived that is work done."""
        self._silent = 0.0
        self._stuck = 0.0

    def pong(self, progress: int) -> None:
        """The child answered, having got as far as ``progress``."""
        self._answers.note(self._since_ping)
        self._silent = 0.0
        if self._progress is None or progress > self._progress:
            if self._progress is not None:
                self._steps.note(self._stuck / (progress - self._progress))
            self._progress = progress
            self._stuck = 0.0

    @property
    def hung(self) -> bool:
        """Whether it is time to give up on the child."""
        return self._silent > self._answers.tolerance or self._stuck > self._steps.tolerance
