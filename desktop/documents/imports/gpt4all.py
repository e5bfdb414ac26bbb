# SPDX-License-Identifier: GPL-3.0-or-later
"""GPT4All's ``gpt4all-*.chat``: a QDataStream (Qt 6.2, big-endian) of strings and counts.

Read after GPT4All's chat.cpp and chatmodel.h (versions 3 to 12). A part whose length is not told ends the
reading; the messages before it are kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from desktop.documents.imports.common import Draft, moment
from desktop.documents.imports.wire import Item, Why
from desktop.domain.conversation import Role

SOURCE = "gpt4all"
MAGIC = 0xF5D553CC
_NEWEST, _OLDEST = 12, 3
_NONE = 0xFFFFFFFF
_MAX_MESSAGES = 1_000_000
_ROLES = {"Prompt: ": Role.USER, "Response: ": Role.ASSISTANT, "System: ": Role.SYSTEM}


class _BrokenError(Exception):
    """The bytes are not what the format says."""


class _Stream:
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise _BrokenError
        part = bytes(self._data[self._at : self._at + size])
        self._at += size
        return part

    def number(self, form: str) -> int:
        (value,) = struct.unpack(">" + form, self.take(struct.calcsize(form)))
        return int(value)

    def string(self) -> str:
        size = self.number("I")
        return "" if size == _NONE else self.take(size).decode("utf-16-be", "replace")

    def octets(self) -> bytes:
        size = self.number("I")
        return b"" if size == _NONE else self.take(size)

    def count(self, form: str, most: int) -> int:
        value = self.number(form)
        if not 0 <= value <= most:
            raise _BrokenError
        return value


def is_chat(data: bytes) -> bool:
    """Whether the file begins as such a chat does."""
    return data[:4] == MAGIC.to_bytes(4, "big")


def parse(data: bytes, what: str) -> Iterator[Item]:
    """One chat, in a row; it may break off before its end."""
    stream = _Stream(data)
    draft = Draft(SOURCE, what)
    try:
        version = _head(stream, draft)
        parent: str | None = None
        for number in range(stream.count("i", _MAX_MESSAGES)):
            role, words = _message(stream, version)
            if role is None or not words.strip():
                draft.skip(Why.EMPTY if role is not None else Why.NOT_TEXT)
                continue
            key = str(number)
            draft.add(key, parent, role, words, at=draft.created_at, model=draft.model)
            parent = draft.head = key
    except (_BrokenError, struct.error):
        draft.skip(Why.CUT_OFF)
    return draft.finished(what)


def _head(stream: _Stream, draft: Draft) -> int:
    if stream.number("I") != MAGIC:
        raise _BrokenError
    version = stream.number("i")
    if not _OLDEST <= version <= _NEWEST:
        raise _BrokenError
    draft.created_at = moment(stream.number("q"))
    draft.key = stream.string() or draft.key
    draft.title = stream.string()
    stream.string()  # the person's own name
    draft.model = stream.string()[:200] or None
    for _ in range(stream.count("i", 10_000)):
        stream.string()  # collections
    if version < 11:
        _skip_model_state(stream, version)
    return version


def _skip_model_state(stream: _Stream, version: int) -> None:
    """What the model had in its memory; version 10 and before kept it in the file."""
    stream.number("i")  # model type
    stream.number("i")  # state version
    for _ in range(4 if version < 7 else 3):
        stream.octets()


def _message(stream: _Stream, version: int) -> tuple[Role | None, str]:
    if version < 12:
        stream.number("i")
    name, value = stream.string(), stream.string()
    if version < 10:
        stream.string()
    stream.string()  # what the answer would have been
    stream.take(4)  # current, stopped, up, down
    if version >= 11 and name == "Response: ":
        stream.take(1)
    _skip_sources(stream, version)
    if version >= 10:
        for _ in range(stream.count("q", 10_000)):
            stream.octets()  # an address
            stream.octets()  # an attached file
    if version >= 12:
        value = _sub_items(stream) or value
    return _ROLES.get(name), value


def _skip_sources(stream: _Stream, version: int) -> None:
    if version < 8:
        stream.string()
        for _ in range(stream.count("i", 10_000)):
            stream.string()
        return
    for _ in range(stream.count("q", 10_000)):
        for _ in range(7):
            stream.string()
        stream.take(12)


def _sub_items(stream: _Stream) -> str:
    words = []
    for _ in range(stream.count("q", 10_000)):
        name, value = stream.string(), stream.string()
        if name not in ("Text: ", "Content: ", "Response: "):
            raise _BrokenError  # a call of a tool or thoughts: their length is not told
        words.append(value)
        stream.take(8)
    return "".join(words)
