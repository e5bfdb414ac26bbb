# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the bytes of tokens into text to send: whole characters, nothing of a stop string, not too often."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable

MIN_GAP = 1 / 60
"""Seconds between frames at full speed: no screen shows more, and each frame wakes another process."""

BRISK = 0.014
"""Text is only held back while tokens come faster than this, so that it waits less than 30 ms."""


class TextStream:
    """Feeds on token bytes, calls ``send`` with text. One per reply."""

    def __init__(
        self,
        send: Callable[[str], None],
        stops: tuple[str, ...] = (),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._send = send
        self._stops = stops
        self._clock = clock
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._pending = ""
        self._last_sent = -1.0
        self._last_push = -1.0

    def push(self, piece: bytes) -> bool:
        """Take the bytes of one token; True when a stop string was completed (its text is not sent)."""
        text = self._decode(piece)
        now = self._clock()
        step, self._last_push = now - self._last_push, now
        if text:
            self._pending += text
            if self._stops and self._cut_at_stop():
                self.finish()
                return True
        if self._pending and (step > BRISK or now - self._last_sent >= MIN_GAP):
            self._flush(now)
        return False

    def finish(self) -> None:
        """Send what is held back; an incomplete character becomes U+FFFD."""
        self._pending += self._decode(b"", final=True)
        if self._pending:
            self._send(self._pending)
            self._pending = ""

    def _flush(self, now: float) -> None:
        ready = len(self._pending) - self._held_back()
        if ready:
            self._send(self._pending[:ready])
            self._pending = self._pending[ready:]
            self._last_sent = now

    def _cut_at_stop(self) -> bool:
        found = [at for stop in self._stops if (at := self._pending.find(stop)) >= 0]
        if not found:
            return False
        self._pending = self._pending[: min(found)]
        self._decode(b"", final=True)  # bytes after the stop are not text of the reply
        return True

    def _held_back(self) -> int:
        """Characters at the end that may be the beginning of a stop string."""
        longest = 0
        for stop in self._stops:
            for size in range(min(len(stop) - 1, len(self._pending)), longest, -1):
                if self._pending.endswith(stop[:size]):
                    longest = size
                    break
        return longest
