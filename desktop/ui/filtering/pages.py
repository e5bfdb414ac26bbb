# SPDX-License-Identifier: GPL-3.0-or-later
"""A filtered chat in pages that a window shows without stopping, however long the chat. Free of Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from desktop.domain.archive import Piece
from desktop.domain.conversation import Role

if TYPE_CHECKING:  # the filter loads libraries that only those wait for who use it
    from desktop.services.redaction import FilteredChat, Passage, ReviewedMessage

PAGE = 8_000  # characters; laid out and marked within a frame


@dataclass(frozen=True, slots=True)
class Slice:
    """A text, or a part of a long one.

    Attributes:
        goes_on: it is the rest of what stood before.
        passages: with their places in ``text``.
    """

    role: Role | Piece
    goes_on: bool
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """Something the filter found.

    Attributes:
        stand_in: "" where it stays.
        page: where it is met first.
    """

    text: str
    stand_in: str
    page: int


@dataclass(frozen=True, slots=True)
class PagedChat:
    """A chat ready to be shown."""

    chat: FilteredChat
    pages: tuple[tuple[Slice, ...], ...]
    values: tuple[Value, ...]


def paged(chat: FilteredChat) -> PagedChat:
    """Put a chat into pages; nothing of it is left out."""
    pages: list[tuple[Slice, ...]] = []
    page: list[Slice] = []
    room = PAGE
    for one in _slices(chat.messages):
        if page and len(one.text) > room:
            pages.append(tuple(page))
            page, room = [], PAGE
        page.append(one)
        room -= len(one.text)
    pages.append(tuple(page))
    values: dict[str, Value] = {}
    for number, slices in enumerate(pages):
        for passage in (passage for one in slices for passage in one.passages):
            values.setdefault(passage.value, Value(passage.value, passage.stand_in, number))
    return PagedChat(chat, tuple(pages), tuple(values.values()))


def _slices(messages: Sequence[ReviewedMessage]) -> Iterator[Slice]:
    for message in messages:
        start = 0
        for end in _ends(message):
            inside = tuple(
                replace(one, start=one.start - start, end=one.end - start)
                for one in message.passages
                if start <= one.start < end
            )
            yield Slice(message.role, start > 0, message.text[start:end], inside)
            start = end


def _ends(message: ReviewedMessage) -> Iterator[int]:
    """Where the parts of a text end: behind a word, never within a passage."""
    at, length = 0, len(message.text)
    while length - at > PAGE:
        end = max(message.text.rfind(sign, at + PAGE // 2, at + PAGE) for sign in "\n ") + 1 or at + PAGE
        for passage in message.passages:
            if passage.start < end < passage.end:
                end = passage.end
        yield end
        at = end
    if at < length or not length:
        yield length
