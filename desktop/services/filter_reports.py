# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents about what the personal-data filter does to what leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from desktop.services.export.exporter import Exported
    from desktop.services.redaction import FilteredChat, ReviewedMessage


class PassageReport(msgspec.Struct, frozen=True):
    """What the filter found in a message; ``stand_in`` is empty where the person lets it stand."""

    start: int
    end: int
    kind: str
    stand_in: str


class ReviewedMessageReport(msgspec.Struct, frozen=True):
    """A message of ``training review``: as it would leave."""

    role: str
    filtered: str
    passages: list[PassageReport]


class ExportReport(msgspec.Struct, frozen=True):
    """What ``export --json`` answers. ``removed`` counts replaced passages by kind; null if not filtered."""

    chats: int
    messages: int
    bytes: int
    sha256: str
    encrypted: bool
    removed: dict[str, int] | None


class LookedChatReport(msgspec.Struct, frozen=True):
    """A chat of ``export --look``: its texts as they would leave."""

    id: str
    title: str
    removed: dict[str, int]
    messages: list[ReviewedMessageReport]


class ExportLookReport(msgspec.Struct, frozen=True):
    """What ``export --look`` answers; ``removed`` counts what would be replaced, by kind."""

    removed: dict[str, int]
    chats: list[LookedChatReport]


def export_report(done: Exported) -> ExportReport:
    """What was written."""
    removed = None if done.removed is None else _by_name(done.removed)
    return ExportReport(done.chats, done.messages, done.bytes, done.sha256, done.encrypted, removed)


def export_look_report(chats: Sequence[FilteredChat], removed: Mapping[str, int]) -> ExportLookReport:
    """What would be hidden."""
    looked = [
        LookedChatReport(chat.id, chat.title, _by_name(chat.removed), reviewed_messages(chat.messages))
        for chat in chats
    ]
    return ExportLookReport(_by_name(removed), looked)


def _by_name(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(kind): count for kind, count in sorted(counts.items())}


def reviewed_messages(messages: Sequence[ReviewedMessage]) -> list[ReviewedMessageReport]:
    """Texts as they would leave."""
    return [
        ReviewedMessageReport(
            str(message.role),
            message.filtered,
            [PassageReport(one.start, one.end, str(one.kind), one.stand_in) for one in message.passages],
        )
        for message in messages
    ]
