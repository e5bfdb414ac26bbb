# SPDX-License-Identifier: GPL-3.0-or-later
"""Length-prefixed, typed frames over a pipe: four bytes of length (big-endian), then MessagePack.

The other end is untrusted: a frame is bounded before it is read, memory is taken only as bytes arrive,
and what does not decode to the expected type never becomes a value.
"""

from __future__ import annotations

import struct
import threading
from typing import Any, Generic, Protocol, TypeVar

import msgspec

DEFAULT_LIMIT = 16 * 1024 * 1024
"""Bytes of one frame's payload, unless told otherwise."""

_HEADER = struct.Struct(">I")
_CHUNK = 256 * 1024  # a length that lies costs no more than this

T = TypeVar("T")


class FrameError(Exception):
    """The other end broke the frame format or sent something else than agreed. Carries no content."""


class PipeClosedError(FrameError):
    """The other end is gone; nothing can be sent any more."""


class ByteSource(Protocol):
    """What frames are read from; a short read is allowed, no bytes mean the end."""

    def read(self, size: int, /) -> bytes | None:
        """Read up to ``size`` bytes."""


class ByteSink(Protocol):
    """What frames are written to; a short write is allowed."""

    def write(self, data: Any, /) -> int | None:
        """Write some of ``data`` and say how many bytes were taken."""

    def flush(self) -> None:
        """Pass on what is buffered."""


class FrameWriter:
    """Sends messages, whole ones only, from any thread."""

    def __init__(self, stream: ByteSink, *, limit: int = DEFAULT_LIMIT) -> None:
        self._stream = stream
        self._limit = limit
        self._lock = threading.Lock()

    def send(self, message: msgspec.Struct) -> None:
        """Encode and write ``message``; blocks while the pipe is full.

        Raises:
            FrameError: the message is larger than the limit or holds half a surrogate; nothing was written.
            PipeClosedError: the other end is gone, or the stream was closed here.
        """
        try:
            payload = msgspec.msgpack.encode(message)
        except UnicodeError:  # from None: it quotes the text
            raise FrameError("text cannot be encoded") from None
        if len(payload) > self._limit:
            raise FrameError("frame too large to send")
        rest = memoryview(_HEADER.pack(len(payload)) + payload)
        with self._lock:
            try:
                while rest:
                    rest = rest[self._stream.write(rest) or 0 :]
                self._stream.flush()
            except (OSError, ValueError):  # ValueError: closed here by another thread
                raise PipeClosedError("pipe closed") from None


class FrameReader(Generic[T]):
    """Receives messages of one type (a union of tagged Structs) on one thread."""

    def __init__(self, stream: ByteSource, message_type: Any, *, limit: int = DEFAULT_LIMIT) -> None:
        self._stream = stream
        self._limit = limit
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(message_type)

    def receive(self) -> T | None:
        """Wait for the next message; None once the other end closed the pipe between frames.

        Raises:
            FrameError: the frame is too large, cut off, or not of the agreed type.
        """
        header = self._read(_HEADER.size)
        if not header:
            return None
        if len(header) < _HEADER.size:
            raise FrameError("frame cut off")
        (size,) = _HEADER.unpack(header)
        if size > self._limit:
            raise FrameError("frame too large")
        payload = self._read(size)
        if len(payload) < size:
            raise FrameError("frame cut off")
        try:
            return self._decoder.decode(payload)
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError, MemoryError):
            # From None: a decoding error may quote what was sent.
            raise FrameError("frame not understood") from None

    def _read(self, size: int) -> bytes | bytearray:
        """Read ``size`` bytes, fewer only at the end of the stream."""
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._stream.read(min(size - len(parts), _CHUNK))
            except (OSError, ValueError):  # closed here, or reset: the end either way
                break
            if not part:
                break
            if len(part) == size:
                return part
            parts += part
        return parts
