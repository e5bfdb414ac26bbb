# SPDX-License-Identifier: GPL-3.0-or-later
"""What every parser needs: times, ids and trees out of values nobody vouches for."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from desktop.documents.imports.wire import Found, Item, Skipped, Why
from desktop.domain.archive import ArchivedChat, ArchivedMessage
from desktop.domain.conversation import Role, Status

_NAMESPACE = uuid.UUID("7a0c4b52-6f0e-4d0b-9a55-1c1f5b0a8d11")  # ours, of no meaning
_EARLIEST, _LATEST = 0, 4_102_444_800  # seconds: 1970 … 2100
_MILLISECONDS = 100_000_000_000  # a number beyond this counts thousandths
MAX_TITLE = 200  # characters

ROLES = {"user": Role.USER, "human": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}


@dataclass(slots=True)
class Draft:
    """A chat while it is being read.

    Attributes:
        source: the format; part of the ids, so that reading a file twice gives the same chats.
        key: what the other program calls the chat.
        skipped: how many messages were left out, by reason.
    """

    source: str
    key: str
    title: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    model: str | None = None
    system_prompt: str | None = None
    pinned: bool = False
    archived: bool = False
    head: str | None = None
    messages: list[ArchivedMessage] = field(default_factory=list)
    skipped: dict[Why, int] = field(default_factory=dict)

    def skip(self, why: Why) -> None:
        """Leave a message out."""
        self.skipped[why] = self.skipped.get(why, 0) + 1

    def add(
        self,
        key: str,
        parent: str | None,
        role: Role,
        text: str,
        *,
        at: datetime | None = None,
        model: str | None = None,
        status: Status = Status.COMPLETE,
    ) -> None:
        """Take a message over; keys are the other program's."""
        self.messages.append(
            ArchivedMessage(
                id=self._id(key),
                parent_id=None if parent is None else self._id(parent),
                role=role,
                content=text,
                status=status,
                created_at=at or self._last_moment(),
                model=model,
            )
        )

    def finished(self, what: str) -> Iterator[Item]:
        """The chat and what was left out of it; an empty one is only told of."""
        for why, count in self.skipped.items():
            yield Skipped(what, why, count)
        if not any(message.content.strip() for message in self.messages):
            yield Skipped(what, Why.EMPTY)
            return
        first = min(message.created_at for message in self.messages)
        last = max(message.created_at for message in self.messages)
        ids = {message.id for message in self.messages}
        head = None if self.head is None else self._id(self.head)
        yield Found(
            ArchivedChat(
                id=_uuid(f"{self.source}:{self.key}"),
                title=" ".join(self.title.split())[:MAX_TITLE],
                created_at=self.created_at or first,
                updated_at=max(last, self.updated_at or last),
                messages=self.messages,
                head_id=head if head in ids else self.messages[-1].id,
                model=self.model,
                system_prompt=self.system_prompt,
                pinned=self.pinned,
                archived=self.archived,
            )
        )

    def _id(self, key: str) -> str:
        return _uuid(f"{self.source}:{self.key}:{key}")

    def _last_moment(self) -> datetime:
        if self.messages:
            return self.messages[-1].created_at
        return self.created_at or self.updated_at or datetime.fromtimestamp(0, UTC)


def moment(value: object) -> datetime | None:
    """A time out of seconds or milliseconds since 1970, or ISO 8601; None if it is none."""
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            try:
                value = float(value)
            except ValueError:
                return None
        else:
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    seconds = value / 1000 if abs(value) > _MILLISECONDS else value
    if not _EARLIEST < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def text(value: object) -> str:
    """A string, or "" for anything else."""
    return value if isinstance(value, str) else ""


def name(value: object) -> str | None:
    """A short name, such as a model's; None for anything else."""
    return value[:MAX_TITLE] if isinstance(value, str) and value.strip() else None


def mapping(value: object) -> dict[str, Any]:
    """An object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def decoded(data: bytes | msgspec.Raw) -> Any:
    """JSON out of bytes in any of the usual encodings.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ValueError from None


def raw_list(data: bytes) -> list[msgspec.Raw] | None:
    """The elements of a JSON list, undecoded, so that a bad one spoils no other; None if it is no list."""
    try:
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def in_utf8(data: bytes) -> bytes:
    """Without a byte order mark; UTF-16, which Windows programs write, as UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def joined(parts: Sequence[str]) -> str:
    """Paragraphs out of the parts that say something."""
    return "\n\n".join(part for part in parts if part.strip())


def _uuid(words: str) -> str:
    """An id that the same words always give."""
    return str(uuid.uuid5(_NAMESPACE, words.encode("utf-8", "replace").decode()))
