# SPDX-License-Identifier: GPL-3.0-or-later
"""The handle on a reply that waits or runs: what callers hold, and where its events go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from desktop.domain.generation import EngineEvent, Failed, Finished, GenerationRequest, OnEvent

_log = logging.getLogger(__name__)


class RunningReply:
    """A request in the queue or being answered; the ``Generation`` callers hold."""

    def __init__(self, request: GenerationRequest, on_event: OnEvent, wake: Callable[[], None]) -> None:
        self.request = request
        self.asked_at = time.monotonic()
        self._on_event = on_event
        self._wake = wake
        self._cancelled = threading.Event()
        self._ended = threading.Event()
        self.has_begun = False  # an event was delivered

    @property
    def is_cancelled(self) -> bool:
        """Whether it should stop."""
        return self._cancelled.is_set()

    @property
    def is_ended(self) -> bool:
        """Whether its last event was delivered."""
        return self._ended.is_set()

    def cancel(self) -> None:
        """Ask it to stop; a Finished(CANCELLED) follows within 200 ms. Safe from any thread, twice too."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            self._wake()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until its last event was delivered; False on time-out."""
        return self._ended.wait(timeout)

    def emit(self, event: EngineEvent) -> None:
        """Deliver ``event``; engine thread only. A listener that raises loses its reply, not the engine."""
        self.has_begun = True
        try:
            self._on_event(event)
        except Exception as error:
            # The listener's bug must not end the engine thread.
            _log.error("a listener failed with %s", type(error).__name__)
            self._cancelled.set()
        if isinstance(event, Finished | Failed):
            self._ended.set()
