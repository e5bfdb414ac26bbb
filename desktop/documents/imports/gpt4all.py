# SPDX-License-Identifier: GPL-3.0-or-later
"""GPT4All's ``gpt4all-*.chat``: a QDataStream (Qt 6.2, big-endian) of strings and counts.

Read after what GPT4All's chat.cpp, chatllm.cpp, chatmodel.cpp and tool.cpp write (versions 0 to 12). A part
whose length is not told ends the reading; the messages before it are kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from desktop.documents.imports.common import Draft, moment
from desktop.documents.imports.wire import Item, Skipped, Why
from desktop.domain.conversation import Role, Status

SOURCE = "gpt4all"
MAGIC = 0xF5D553CC
NEWEST = 12
_NONE = 0xFFFFFFFF
_MAX_MESSAGES = 1_000_000
_MOST = 10_000  # sources, attachments, parts of one message
_DEEPEST = 50  # parts within parts
_ROLES = {"Prompt: ": Role.USER, "Response: ": Role.ASSISTANT, "System: ": Role.SYSTEM}
_SAID = ("Text: ", "Response: ")  # parts of an answer that are its words
_QT_BOOL, _QT_INT, _QT_DOUBLE, _QT_STRING = 1, 2, 6, 10  # QMetaType's numbers


class _BrokenError(Exception):
    """The bytes are not what the format says."""


class _Stream:
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def skip(self, size: int) -> None:
        self.take(size)

    def take(self, size: int) -> memoryview:
        if size < 0 or self._at + size > len(self._data):
            raise _BrokenError
        part = self._data[self._at : self._at + size]
        self._at += size
        return part

    def number(self, form: str) -> int:
        (value,) = struct.unpack(">" + form, self.take(struct.calcsize(form)))
        return int(value)

    def string(self) -> str:
        size = self.number("I")
        return "" if size == _NONE else bytes(self.take(size)).decode("utf-16-be", "replace")

    def skip_octets(self) -> None:
        size = self.number("I")
        if size != _NONE:
            self.skip(size)

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
        stream.number("I")
        version = stream.number("i")
        if version > NEWEST:
            return iter([Skipped(what, Why.UNREADABLE)])
        if version < 0:
            raise _BrokenError
        _head(stream, draft, version)
        parent: str | None = None
        for number in range(stream.count("i", _MAX_MESSAGES)):
            at = _message(stream, version, draft, str(number), parent)
            parent = draft.head = at or parent
    except (_BrokenError, struct.error):
        draft.skip(Why.CUT_OFF)
    return draft.finished(what)


def _head(stream: _Stream, draft: Draft, version: int) -> None:
    draft.created_at = moment(stream.number("q"))
    draft.key = stream.string() or draft.key
    draft.title = stream.string()
    stream.string()  # the person's own name
    draft.model = stream.string()[:200] or None
    if version >= 3:
        for _ in range(stream.count("i", _MOST)):
            stream.string()  # collections
    if version < 11:
        _skip_model_state(stream, version)


def _skip_model_state(stream: _Stream, version: int) -> None:
    """What the model had in its memory; version 10 and before kept it in the file."""
    has_state = stream.number("B") != 0 if version >= 6 else True
    if version >= 2:
        stream.skip(8)  # which kind of model, and a version of its own
    stream.string()  # the last answer
    stream.string()  # the title it made
    stream.skip(4)  # tokens of the last answer
    if not has_state:
        return
    stream.skip(4 * (1 + (version <= 3) + (version >= 7)))  # logits, place, size of the window
    if version < 9:
        stream.skip(4 * stream.count("Q", _NONE))  # logits
    stream.skip(4 * stream.count("Q", _NONE))  # tokens
    stream.skip_octets()


def _message(stream: _Stream, version: int, draft: Draft, key: str, parent: str | None) -> str | None:
    """Take one message over; its key, or None if it has nothing to say."""
    if version < 12:
        stream.skip(4)
    name, words = stream.string(), stream.string()
    if version < 10:
        stream.string()
    stream.string()  # what the answer would have been
    _current, stopped, _up, _down = stream.take(4)
    failed = version >= 11 and name == "Response: " and stream.number("B") != 0
    _skip_sources(stream, version)
    attached = 0
    if version >= 10:
        attached = stream.count("q", _MOST)
        for _ in range(attached):
            stream.skip_octets()  # an address
            stream.skip_octets()  # the file
    problem: _BrokenError | None = None
    if version >= 12:
        parts: list[str] = []
        try:
            for _ in range(stream.count("q", _MOST)):
                _part(stream, parts, draft, 0)
        except _BrokenError as error:  # what was read of it is taken, and nothing after it
            problem = error
        words = "".join(parts) or words
    role = _ROLES.get(name)
    added = None
    if role is None:
        draft.skip(Why.NOT_TEXT)
    elif not words.strip():
        draft.skip(Why.EMPTY)
    else:
        if attached:
            draft.skip(Why.ATTACHED, attached)
        status = Status.FAILED if failed else Status.STOPPED if stopped else Status.COMPLETE
        added = draft.add(
            key,
            parent,
            role,
            words,
            at=draft.created_at,
            model=draft.model if role is Role.ASSISTANT else None,
            status=status if role is Role.ASSISTANT else Status.COMPLETE,
        )
        draft.head = added
    if problem is not None:
        raise problem
    return added


def _skip_sources(stream: _Stream, version: int) -> None:
    if version < 3:
        return
    if version < 8:
        stream.string()
        for _ in range(stream.count("i", _MOST)):
            stream.string()
        return
    for _ in range(stream.count("q", _MOST)):
        for _ in range(7):
            stream.string()
        stream.skip(12)


def _part(stream: _Stream, words: list[str], draft: Draft, depth: int) -> None:
    """One part of an answer, with the parts in it."""
    if depth > _DEEPEST:
        raise _BrokenError
    name, value = stream.string(), stream.string()
    if name in _SAID:
        words.append(value)
    elif name == "Think: ":
        words.append(f"<think>\n{value}\n</think>\n\n")
        stream.skip(4)  # how long it took
    elif name == "ToolCall: ":
        draft.skip(Why.NOT_TEXT)
        _skip_tool_call(stream)
    elif name == "ToolResponse: ":
        draft.skip(Why.NOT_TEXT)
    else:
        raise _BrokenError
    for _ in range(stream.count("q", _MOST)):
        _part(stream, words, draft, depth + 1)


def _skip_tool_call(stream: _Stream) -> None:
    stream.string()
    for _ in range(stream.count("q", _MOST)):
        stream.string()
        stream.skip(4)  # of what kind
        _skip_variant(stream)
    stream.string()  # what came of it
    stream.skip(4)
    stream.string()


def _skip_variant(stream: _Stream) -> None:
    kind = stream.number("I")
    stream.skip(1)  # whether it is null
    sizes = {_QT_BOOL: 1, _QT_INT: 4, _QT_DOUBLE: 8}
    if kind == _QT_STRING:
        stream.string()
    elif kind in sizes:
        stream.skip(sizes[kind])
    else:
        raise _BrokenError  # its length is not told
