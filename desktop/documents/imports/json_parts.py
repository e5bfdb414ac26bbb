# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as programs really write it: what no reader of the standard takes is mended where it can be.

Python writes NaN, programs cut texts in the middle of a surrogate pair, downloads break off. A list is taken
apart first, so that one element nobody can read spoils no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.S,
)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},"]', re.S)
_LIST = re.compile(rb"\s*+\[")
_WRAPPED = re.compile(rb'\s*+\{[^\[{]*?"(?:conversations|chats)"\s*+:\s*+\[')
_WRAPPER_BYTES = 64 * 1024  # in which the list of a wrapped file begins


class _Wrapper(msgspec.Struct):
    conversations: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    chats: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


def in_utf8(data: bytes) -> bytes:
    """Without a byte order mark; UTF-16, which Windows programs write, as UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def decoded(data: bytes | msgspec.Raw) -> Any:
    """A value out of JSON, half surrogates, NaN and wrong bytes mended.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass
    try:
        words = _ESCAPE.sub(_whole, _in_words(bytes(data)))
        return json.loads(words, strict=False, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise ValueError from None


def elements(data: bytes) -> Iterator[bytes | msgspec.Raw] | None:
    """What is in a list, or in the list of an object that wraps it, undecoded; None if there is none."""
    try:
        return iter(msgspec.json.decode(data, type=list[msgspec.Raw]))
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass
    try:
        wrapper = msgspec.json.decode(data, type=_Wrapper)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        start = _LIST.match(data) or _WRAPPED.match(data, 0, _WRAPPER_BYTES)
        return None if start is None else _parted(data, start.end())
    for inside in (wrapper.conversations, wrapper.chats):
        if isinstance(inside, list):
            return iter(inside)
    return None


def _parted(data: bytes, start: int) -> Iterator[bytes]:
    """The elements of a list that is damaged somewhere, by its brackets; the last may be broken off."""
    depth, begin = 0, start
    for token in _TOKEN.finditer(data, start):
        sign = token.group()
        if sign == b'"':  # a text without an end
            break
        if sign in (b"[", b"{"):
            depth += 1
        elif sign == b"," and depth == 0:
            yield data[begin : token.start()]
            begin = token.end()
        elif sign in (b"]", b"}"):
            depth -= 1
            if depth < 0:
                if data[begin : token.start()].strip():
                    yield data[begin : token.start()]
                return
    yield data[begin:]  # broken off, so that it is told of


def _in_words(data: bytes) -> str:
    """As UTF-8 with some wrong bytes in it or, where nothing else in it is UTF-8, as Windows wrote it."""
    words = data.decode("utf-8", "replace")
    if "\ufffd" in words and words.translate({0xFFFD: None}).isascii():
        return data.decode("cp1252", "replace")
    return words


def _whole(found: re.Match[str]) -> str:
    """An escape as it is, unless it is half a surrogate pair."""
    return "\\ufffd" if found[2] else found[0]
