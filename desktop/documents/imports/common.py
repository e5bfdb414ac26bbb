# SPDX-License-Identifier: GPL-3.0-or-later
"""What every parser needs: times, ids and trees out of values nobody vouches for."""

from __future__ import annotations

import contextlib
import hashlib
import uuid
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from desktop.documents.imports.wire import Found, Item, Skipped, Why
from desktop.domain.archive import ArchivedChat, ArchivedMessage, untangled
from desktop.domain.conversation import Role, Status

_NAMESPACE = uuid.UUID("7a0c4b52-6f0e-4d0b-9a55-1c1f5b0a8d11")  # ours, of no meaning
_EARLIEST, _LATEST = 0, 4_102_444_800  # seconds: 1970 … 2100
_MILLISECONDS = 100_000_000_000  # a number beyond this counts thousandths
_BASIC_DATE = 8  # characters
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
    _keys: set[str] = field(default_factory=set)

    def skip(self, why: Why, count: int = 1) -> None:
        """Leave a message out."""
        self.skipped[why] = self.skipped.get(why, 0) + count

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
    ) -> str:
        """Take a message over; keys are the other program's.

        Returns:
            Its key: another one if a message before it has the same, so that neither is lost.
        """
        while key in self._keys:
            key = f"{key}#{len(self.messages)}"
        self._keys.add(key)
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
        return key

    def finished(self, what: str) -> Iterator[Item]:
        """The chat and what was left out of it; an empty one is only told of."""
        title = " ".join(self.title.split())[:MAX_TITLE]
        messages, cut = untangled(self.messages)
        if cut:
            self.skip(Why.TANGLED, cut)
        for why, count in self.skipped.items():
            yield Skipped(title or what, why, count)
        if not any(message.content.strip() for message in messages):
            yield Skipped(title or what, Why.EMPTY)
            return
        first = min(message.created_at for message in self.messages)
        last = max(message.created_at for message in self.messages)
        ids = {message.id for message in self.messages}
        head = None if self.head is None else self._id(self.head)
        yield Found(
            ArchivedChat(
                id=_uuid(f"{self.source}:{self.key}"),
                title=title,
                created_at=self.created_at or first,
                updated_at=max(last, self.updated_at or last),
                messages=messages,
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
        # Told nowhere: now, rather than a year that would have it let go at once by a rule about old chats.
        return self.created_at or self.updated_at or datetime.now(UTC)


class NearestKept:
    """Finds the nearest node that is kept above another, in one walk for all that lie on it."""

    def __init__(self, nodes: Mapping[str, Mapping[str, Any]], kept: Container[str]) -> None:
        """Over ``nodes`` that each name a ``parent``."""
        self._nodes = nodes
        self._kept = kept
        self._known: dict[str, str | None] = {}

    def of(self, key: str) -> str | None:
        """Its key; None if there is none above, or only a circle."""
        walked = {key: None}  # in order
        at = self._nodes.get(key, {}).get("parent")
        while isinstance(at, str) and at not in self._kept and at not in self._known and at not in walked:
            walked[at] = None
            at = self._nodes.get(at, {}).get("parent")
        found = self._known.get(at) if isinstance(at, str) and at not in self._kept else at
        found = found if isinstance(found, str) else None
        self._known.update(dict.fromkeys(walked, found))
        return found


def moment(value: object) -> datetime | None:
    """A time out of seconds or milliseconds since 1970, or ISO 8601; None if it is none, or an absurd one."""
    if isinstance(value, str):
        value = _of_words(value.strip())
    elif isinstance(value, int | float) and not isinstance(value, bool):
        try:
            value = _in_seconds(float(value))
        except OverflowError:  # an integer beyond all floats
            return None
    else:
        return None
    if value is None or not _EARLIEST < value < _LATEST:  # "not a number" is neither
        return None
    return datetime.fromtimestamp(round(value, 3), UTC)


def _of_words(words: str) -> float | None:
    with contextlib.suppress(ValueError):
        if len(words) != _BASIC_DATE:  # else the date 20240501 would be a number
            return _in_seconds(float(words))
    try:
        parsed = datetime.fromisoformat(words)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _in_seconds(value: float) -> float:
    return value / 1000 if abs(value) > _MILLISECONDS else value


def text(value: object) -> str:
    """A string, or "" for anything else."""
    return value if isinstance(value, str) else ""


def name(value: object) -> str | None:
    """A short name, such as a model's, cut if it is long; None for anything else."""
    return value[:MAX_TITLE] if isinstance(value, str) and value.strip() else None


def mapping(value: object) -> dict[str, Any]:
    """An object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def joined(parts: Sequence[str]) -> str:
    """Paragraphs out of the parts that say something."""
    return "\n\n".join(part for part in parts if part.strip())


def fingerprint(value: object) -> str:
    """What stands for a chat that has no name of its own: the same for the same contents."""
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()


def _uuid(words: str) -> str:
    """An id that the same words always give."""
    return str(uuid.uuid5(_NAMESPACE, words.encode("utf-8", "replace").decode()))
