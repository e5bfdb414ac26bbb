# SPDX-License-Identifier: GPL-3.0-or-later
"""What a child claims about a reply is checked before it is passed on."""

from __future__ import annotations

import pytest

from desktop.domain.conversation import StopReason
from desktop.domain.generation import (
    EngineEvent,
    FaultKind,
    Finished,
    PromptFitted,
    PromptProgress,
    TextDelta,
)
from desktop.engine import wire
from desktop.engine.connection import ConnectionLostError
from desktop.engine.reply import Reply

FITTED = wire.Fitted(1, 50, 10)
DONE = wire.Done(1, StopReason.END, 2, 30.0)


def reply(events: list[EngineEvent], now: list[float] | None = None) -> Reply:
    times = iter(now or [])
    return Reply(
        max_tokens=10,
        context_size=100,
        dropped=4,
        asked_at=1.0,
        on_event=events.append,
        clock=lambda: next(times, 2.0),
    )


def test_a_good_reply_becomes_events() -> None:
    events: list[EngineEvent] = []
    following = reply(events, [1.5, 9.0])
    frames = [FITTED, wire.Progress(1, 50, 50), wire.Delta(1, "Hi"), wire.Delta(1, "!"), DONE]
    assert [following.handle(frame) for frame in frames] == [False, False, False, False, True]
    assert events[:4] == [
        PromptFitted(50, 10, 4, 100),
        PromptProgress(50, 50),
        TextDelta("Hi"),
        TextDelta("!"),
    ]
    last = events[4]
    assert isinstance(last, Finished)
    assert last.stats.time_to_first_token_s == 0.5
    assert (last.stats.completion_tokens, last.stats.tokens_per_second) == (2, 30.0)
    assert (last.stats.dropped_messages, last.stats.context_size) == (4, 100)


@pytest.mark.parametrize(
    "frames",
    [
        [wire.Delta(1, "text before the prompt")],
        [DONE],
        [wire.Progress(1, 1, 50)],
        [FITTED, FITTED],
        [wire.Fitted(1, 50, 51)],
        [wire.Fitted(1, 101, 0)],
        [FITTED, wire.Progress(1, 51, 50)],
        [FITTED, wire.Progress(1, 1, 49)],
        [FITTED, wire.Done(1, StopReason.END, 11, 1.0)],
        [FITTED, wire.Done(1, StopReason.ERROR, 1, 1.0)],
        [FITTED, wire.Delta(1, "x" * 5000), wire.Delta(1, "x" * 6000)],
        [FITTED, wire.TooLong(1, 5000)],
        [wire.Loading(0.5)],
        [wire.Counted(1, [1])],
    ],
)
def test_what_cannot_be_ends_the_child(frames: list[wire.FromChild]) -> None:
    following = reply([])
    *before, last = frames
    for frame in before:
        following.handle(frame)
    with pytest.raises(ConnectionLostError) as lost:
        following.handle(last)
    assert lost.value.kind is FaultKind.PROTOCOL


def test_a_reported_fault_keeps_its_kind() -> None:
    with pytest.raises(ConnectionLostError) as lost:
        reply([]).handle(wire.Fault(FaultKind.OUT_OF_MEMORY))
    assert lost.value.kind is FaultKind.OUT_OF_MEMORY


def test_too_long_is_no_event() -> None:
    events: list[EngineEvent] = []
    following = reply(events)
    assert following.handle(wire.TooLong(1, 5000))
    assert following.too_long
    assert not events


def test_ended_without_the_child_it_counts_what_it_saw() -> None:
    events: list[EngineEvent] = []
    following = reply(events)
    following.handle(FITTED)
    following.cancelled()
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.reason is StopReason.CANCELLED
    assert (last.stats.prompt_tokens, last.stats.cached_tokens) == (50, 10)
