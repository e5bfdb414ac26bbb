# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames: what goes in comes out, and nothing else ever becomes a value."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.conversation import StopReason
from desktop.domain.generation import FaultKind, SamplingOptions
from desktop.engine import wire
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter

IDS = st.integers(0, 2**53)
TOKENS = st.integers(0, wire.MAX_CONTEXT)
TEXT = st.text(max_size=200)
LABEL = st.text(max_size=256)
UNIT = st.floats(0, 1)

SAMPLING = st.builds(
    wire.Sampling,
    temperature=st.floats(0, 10),
    top_p=UNIT,
    top_k=st.integers(0, 1_000_000),
    min_p=UNIT,
    repeat_penalty=st.floats(0.01, 10),
    repeat_last_n=st.integers(0, 65_536),
    seed=st.integers(0, 2**32 - 1),
    max_tokens=st.integers(1, wire.MAX_CONTEXT),
    stop=st.lists(st.text(min_size=1, max_size=20), max_size=16).map(tuple),
    presence_penalty=st.floats(-2, 2),
    frequency_penalty=st.floats(-2, 2),
    json_schema=st.none() | TEXT,
)
TO_CHILD = st.one_of(
    st.builds(wire.Load, st.binary(min_size=1, max_size=100), TOKENS, st.integers(0, 1024)),
    st.builds(wire.Count, IDS, st.lists(TEXT, max_size=5)),
    st.builds(wire.Generate, IDS, TEXT, TOKENS, SAMPLING),
    st.builds(wire.Cancel, IDS),
    st.builds(wire.Ping, IDS),
    st.builds(wire.Exit),
)
FROM_CHILD = st.one_of(
    st.builds(wire.Loading, UNIT),
    st.builds(
        wire.Loaded,
        LABEL,
        IDS,
        IDS,
        st.integers(1, wire.MAX_CONTEXT),
        TOKENS,
        TEXT,
        LABEL,
        LABEL,
        st.floats(0, 1e9),
    ),
    st.builds(wire.Counted, IDS, st.lists(TOKENS, max_size=5)),
    st.builds(wire.TooLong, IDS, TOKENS),
    st.builds(wire.Refused, IDS),
    st.builds(wire.Fitted, IDS, TOKENS, TOKENS),
    st.builds(wire.Progress, IDS, TOKENS, TOKENS),
    st.builds(wire.Delta, IDS, TEXT),
    st.builds(wire.Done, IDS, st.sampled_from(StopReason), TOKENS, st.floats(0, 1e7)),
    st.builds(wire.Fault, st.sampled_from(FaultKind)),
    st.builds(wire.Pong, IDS, st.integers(0, 2**62)),
)


def sent(*frames: msgspec.Struct) -> bytes:
    stream = io.BytesIO()
    writer = FrameWriter(stream)
    for frame in frames:
        writer.send(frame)
    return stream.getvalue()


def received(data: bytes, union: Any) -> list[Any]:
    reader: FrameReader[Any] = FrameReader(io.BytesIO(data), union)
    frames = []
    while (frame := reader.receive()) is not None:
        frames.append(frame)
    return frames


@given(st.lists(TO_CHILD, max_size=4))
def test_orders_arrive_as_sent(frames: list[Any]) -> None:
    assert received(sent(*frames), wire.ToChild) == frames


@given(st.lists(FROM_CHILD, max_size=4))
def test_answers_arrive_as_sent(frames: list[Any]) -> None:
    assert received(sent(*frames), wire.FromChild) == frames


@given(st.binary(max_size=300))
def test_noise_is_an_error_or_nothing(data: bytes) -> None:
    with contextlib.suppress(FrameError):
        received(data, wire.FromChild)


@given(FROM_CHILD, st.data())
def test_a_flipped_byte_never_breaks_a_bound(frame: Any, data: st.DataObject) -> None:
    raw = bytearray(sent(frame))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        frames = received(bytes(raw), wire.FromChild)
    except FrameError:
        return
    for other in frames:
        # Encoding and decoding checks every bound again.
        assert received(sent(other), wire.FromChild) == [other]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "fitted", "id": 1, "prompt_tokens": -1, "cached_tokens": 0},
        {"type": "done", "id": 1, "reason": "end", "completion_tokens": 1, "tokens_per_second": math.inf},
        {"type": "done", "id": 1, "reason": "because", "completion_tokens": 1, "tokens_per_second": 1.0},
        {"type": "delta", "id": 1, "text": "x" * (wire.MAX_DELTA + 1)},
        {"type": "loading", "fraction": 1.5},
        {"type": "loading", "fraction": math.nan},
        {"type": "pong", "id": 1, "progress": "many"},
        {"type": "unknown"},
        {"type": "load", "path": b"/etc/passwd"},
        ["delta", 1, "x"],
    ],
)
def test_what_breaks_a_bound_is_refused(frame: Any) -> None:
    payload = msgspec.msgpack.encode(frame)
    with pytest.raises(FrameError):
        received(len(payload).to_bytes(4, "big") + payload, wire.FromChild)


@given(
    st.builds(
        SamplingOptions,
        temperature=st.floats(-5, 100),
        top_p=st.floats(-1, 2),
        top_k=st.integers(-5, 10**9),
        min_p=st.floats(-1, 2),
        repeat_penalty=st.floats(-1, 100),
        repeat_last_n=st.integers(-1, 10**6),
        seed=st.none(),
        max_tokens=st.integers(-1, 10**9),
        stop=st.lists(st.text(max_size=400), max_size=30).map(tuple),
    ),
    st.integers(-(2**70), 2**70),
)
def test_any_choice_becomes_one_the_child_accepts(options: SamplingOptions, seed: int) -> None:
    frame = wire.Generate(1, "", 0, wire.sampling_frame(options, seed, ("\nUser:",)))
    assert received(sent(frame), wire.ToChild) == [frame]
    assert frame.sampling.stop[0] == "\nUser:"
