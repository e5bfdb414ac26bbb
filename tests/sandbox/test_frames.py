# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire format: round trips, and whatever arrives, nothing but a value, an end or a FrameError."""

from __future__ import annotations

import io
import struct
import threading
import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.frames import DEFAULT_LIMIT, FrameError, FrameReader, FrameWriter, PipeClosedError


class Text(msgspec.Struct, frozen=True, tag="text"):
    text: str


class Numbers(msgspec.Struct, frozen=True, tag="numbers"):
    values: list[int]
    named: dict[str, float] = {}


Message = Text | Numbers

plain_text = st.text(st.characters(exclude_categories=["Cs"]))
messages = st.one_of(
    st.builds(Text, plain_text),
    st.builds(
        Numbers,
        st.lists(st.integers(-(2**63), 2**64 - 1)),
        st.dictionaries(plain_text, st.floats(allow_nan=False)),
    ),
)


class Dribble(io.RawIOBase):
    """A stream that gives and takes a few bytes at a time, as pipes may."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    def read(self, size: int = -1) -> bytes:
        part = bytes(self.data[: min(size, 3)])
        del self.data[: len(part)]
        return part

    def write(self, data: object) -> int:
        part = bytes(memoryview(data)[:3])  # type: ignore[call-overload]
        self.data += part
        return len(part)


def reader(data: bytes, limit: int = DEFAULT_LIMIT) -> FrameReader[Message]:
    return FrameReader(io.BytesIO(data), Message, limit=limit)


def frame(payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + payload


@given(st.lists(messages, max_size=5))
def test_what_is_sent_is_received(sent: list[Message]) -> None:
    stream = Dribble()
    writer = FrameWriter(stream)
    for message in sent:
        writer.send(message)
    receiver: FrameReader[Message] = FrameReader(stream, Message)
    assert [receiver.receive() for _ in sent] == sent
    assert receiver.receive() is None


@given(st.one_of(st.binary(), st.binary().map(frame), st.binary().map(lambda b: frame(b"\x82\xa4type" + b))))
def test_no_bytes_raise_anything_but_a_frame_error(data: bytes) -> None:
    receiver = reader(data)
    fault: FrameError | None = None
    try:
        while receiver.receive() is not None:
            pass
    except FrameError as error:
        fault = error
    # A decoder's words can quote what was sent: they must not ride along.
    assert fault is None or fault.__suppress_context__ or fault.__context__ is None


@given(st.builds(Text, plain_text), st.integers(min_value=1))
def test_a_frame_cut_off_is_an_error_not_an_end(message: Text, cut: int) -> None:
    whole = frame(msgspec.msgpack.encode(message))
    shortened = whole[: 1 + cut % (len(whole) - 1)]
    with pytest.raises(FrameError):
        reader(shortened).receive()


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read() -> None:
    stream = io.BytesIO(struct.pack(">I", 1001) + b"x" * 1001)
    with pytest.raises(FrameError):
        FrameReader(stream, Message, limit=1000).receive()
    assert stream.tell() == 4


def test_a_length_that_lies_takes_no_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            reader(struct.pack(">I", 2**31) + b"few", limit=2**32 - 1).receive()
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "header", [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"]
)
def test_a_count_that_lies_takes_no_memory(header: bytes) -> None:
    payload = b"\x82\xa4type\xa7numbers\xa6values" + header
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            reader(frame(payload)).receive()
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_nesting_without_end_is_a_frame_error() -> None:
    with pytest.raises(FrameError):
        reader(frame(b"\x82\xa4type\xa4text\xa5other" + b"\x91" * 200_000)).receive()


def test_a_message_too_large_is_not_sent_in_part() -> None:
    stream = io.BytesIO()
    with pytest.raises(FrameError):
        FrameWriter(stream, limit=100).send(Text("x" * 200))
    assert stream.getvalue() == b""


def test_text_that_cannot_be_encoded_is_not_quoted() -> None:
    with pytest.raises(FrameError) as caught:
        FrameWriter(io.BytesIO()).send(Text("secret \ud800"))
    assert "secret" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_sending_to_nobody_says_so() -> None:
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(PipeClosedError):
        FrameWriter(stream).send(Text("x"))


def test_threads_do_not_interleave() -> None:
    stream = Dribble()
    writer = FrameWriter(stream)
    threads = [
        threading.Thread(target=lambda n=n: [writer.send(Text(str(n) * 50)) for _ in range(20)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receiver: FrameReader[Message] = FrameReader(stream, Message)
    received = [receiver.receive() for _ in range(80)]
    assert all(isinstance(m, Text) and m.text in {str(n) * 50 for n in range(4)} for m in received)
    assert receiver.receive() is None
