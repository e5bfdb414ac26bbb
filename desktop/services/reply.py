# SPDX-License-Identifier: GPL-3.0-or-later
"""A question on its way, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from desktop.domain.conversation import Chat, Message
from desktop.domain.generation import PromptFitted, PromptProgress, TextDelta
from desktop.services.keeper import Ended


@dataclass(frozen=True, slots=True)
class Accepted:
    """The person's message is committed; ``reply`` is the answer to it: empty, or what it goes on from."""

    chat: Chat
    question: Message
    reply: Message


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was kept; the text is still the person's to send again."""

    error: Exception


@dataclass(frozen=True, slots=True)
class LoadingModel:
    """The model is being loaded first."""


ReplyEvent = Accepted | Rejected | LoadingModel | PromptFitted | PromptProgress | TextDelta | Ended
OnReplyEvent = Callable[[ReplyEvent], None]


class Reply:
    """A question on its way. Its events arrive in order on a service thread, never on the caller's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None  # what cancelling means at the stage it is in
        self._claimed = False
        self._cancelled = False
        self._done = threading.Event()

    def cancel(self) -> None:
        """Stop it; what came so far is kept. Safe from any thread and at any time."""
        with self._lock:
            self._cancelled = True
            stop = self._stop
        if stop is not None:
            stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the last event was delivered; False on time-out."""
        return self._done.wait(timeout)

    @property
    def cancelled(self) -> bool:
        """Whether cancel was called."""
        return self._cancelled

    def stop_with(self, stop: Callable[[], object]) -> None:
        """From now on cancelling means ``stop``, at once if it was cancelled already."""
        with self._lock:
            self._stop = stop
            cancelled = self._cancelled
        if cancelled:
            stop()

    def claim(self) -> bool:
        """True once: for its turn, or for whoever ends it before that."""
        with self._lock:
            first, self._claimed = not self._claimed, True
        return first

    def finish(self) -> None:
        """The last event was delivered."""
        with self._lock:
            self._stop = None
        self._done.set()
