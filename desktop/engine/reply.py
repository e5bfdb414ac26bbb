# SPDX-License-Identifier: GPL-3.0-or-later
"""One reply as the app sees it: checks what the child claims and turns it into events."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.domain.conversation import ReplyStats, StopReason, UsedSampling
from desktop.domain.generation import (
    Failed,
    FaultKind,
    Finished,
    OnEvent,
    PromptFitted,
    PromptProgress,
    TextDelta,
)
from desktop.engine import wire
from desktop.engine.connection import ConnectionLostError

MOST_CHARACTERS_PER_TOKEN = 1024
"""Far above any vocabulary's longest token; a child that sends more is not decoding."""


class Reply:
    """Follows the frames of one request, from ``Fitted`` to ``Done``.

    Attributes:
        too_long: the child refused the prompt instead; nothing was emitted.
    """

    def __init__(
        self,
        *,
        max_tokens: int,
        context_size: int,
        dropped: int,
        asked_at: float,
        on_event: OnEvent,
        system_tokens: int = 0,
        sampling: UsedSampling | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = min(max_tokens, context_size + 1)
        self._context = context_size
        self._dropped = dropped
        self._system_tokens = system_tokens
        self._sampling = sampling
        self._asked_at = asked_at
        self._emit = on_event
        self._clock = clock
        self._fitted: wire.Fitted | None = None
        self._first_text: float | None = None
        self._characters = 0
        self.too_long = False

    def handle(self, frame: wire.FromChild) -> bool:
        """Take one frame of this reply; True when it has ended.

        Raises:
            ConnectionLostError: the child reported a fault, or said what cannot be.
        """
        match frame:
            case wire.Fitted():
                self._begin(frame)
            case wire.Progress():
                fitted = self._require_fitted()
                if frame.total != fitted.prompt_tokens or frame.done > frame.total:
                    raise ConnectionLostError(FaultKind.PROTOCOL)
                self._emit(PromptProgress(frame.done, frame.total))
            case wire.Delta():
                self._text(frame.text)
            case wire.Done():
                self._end(frame)
                return True
            case wire.TooLong() if self._fitted is None:
                self.too_long = True
                return True
            case wire.Refused() if self._fitted is None:
                self._emit(Failed(FaultKind.SCHEMA))
                return True
            case wire.Fault():
                raise ConnectionLostError(frame.kind)
            case _:
                raise ConnectionLostError(FaultKind.PROTOCOL)
        return False

    def cancelled(self) -> None:
        """End it without the child, which has not answered in time."""
        self._emit(Finished(StopReason.CANCELLED, self._stats(0, 0.0)))

    def _begin(self, frame: wire.Fitted) -> None:
        possible = frame.cached_tokens <= frame.prompt_tokens <= self._context
        if self._fitted is not None or not possible:
            raise ConnectionLostError(FaultKind.PROTOCOL)
        self._fitted = frame
        self._emit(
            PromptFitted(frame.prompt_tokens, frame.cached_tokens, self._dropped, context_size=self._context)
        )

    def _text(self, text: str) -> None:
        self._require_fitted()
        self._characters += len(text)
        if self._characters > self._limit * MOST_CHARACTERS_PER_TOKEN:
            raise ConnectionLostError(FaultKind.PROTOCOL)
        if self._first_text is None:
            self._first_text = self._clock()
        if text:
            self._emit(TextDelta(text))

    def _end(self, frame: wire.Done) -> None:
        self._require_fitted()
        if frame.completion_tokens > self._limit or frame.reason is StopReason.ERROR:
            raise ConnectionLostError(FaultKind.PROTOCOL)
        self._emit(Finished(frame.reason, self._stats(frame.completion_tokens, frame.tokens_per_second)))

    def _stats(self, made: int, speed: float) -> ReplyStats:
        fitted = self._fitted
        return ReplyStats(
            prompt_tokens=fitted.prompt_tokens if fitted else 0,
            cached_tokens=fitted.cached_tokens if fitted else 0,
            completion_tokens=made,
            time_to_first_token_s=max(0.0, (self._first_text or self._clock()) - self._asked_at),
            tokens_per_second=speed,
            dropped_messages=self._dropped,
            context_size=self._context,
            system_tokens=self._system_tokens,
            sampling=self._sampling,
        )

    def _require_fitted(self) -> wire.Fitted:
        if self._fitted is None:
            raise ConnectionLostError(FaultKind.PROTOCOL)
        return self._fitted
