# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive: a person's chats as JSON Lines, readable by any tool and importable without loss.

Described for everyone in storage/FORMAT.md. Texts are UTF-8, times RFC 3339 in UTC. Version 2 added settings
and ``content_sha256``; a reader takes version 1, too.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import NEVER, ReplyStats, Role, Status, StopReason

ARCHIVE_FORMAT = "inglenook-archive"
ARCHIVE_VERSION = 2
ARCHIVE_SUFFIX = ".inglenook"

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ArchivedFeedback(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the person thinks of an answer.

    Attributes:
        rating: 1 or -1.
        correction: what the answer should have been.
    """

    at: Moment
    rating: Literal[-1, 1]
    reason: str = ""
    correction: str | None = None


class FilterChoice(msgspec.Struct, frozen=True):
    """The person's word on one value that the personal-data filter found, or did not find, in a chat."""

    value: str
    hidden: bool


class Piece(enum.StrEnum):
    """What leaves of a chat besides its messages."""

    TITLE = "title"
    DRAFT = "draft"
    REASON = "reason"  # given for a rating
    BETTER_ANSWER = "better-answer"


class ArchivedMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node of a conversation tree; ``parent_id`` is null for a root and may come later in the list.

    Attributes:
        edited: an answer in the person's words, not the model's.
    """

    id: Id
    parent_id: Id | None
    role: Role
    content: str
    status: Status
    created_at: Moment
    model: str | None = None
    stop_reason: StopReason | None = None
    stats: ReplyStats | None = None
    feedback: ArchivedFeedback | None = None
    edited: bool = False


class ConsentChange(msgspec.Struct, frozen=True):
    """When a chat was opened to training, or closed to it."""

    at: Moment
    given: bool


class ArchivedChat(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="record", tag="chat"):
    """A chat with every branch.

    Attributes:
        head_id: the leaf of the shown path.
        folder: the name of the folder it is in.
        draft: what was begun and not sent.
        consent: what was said about training, oldest first; told, never taken over by an import.
        filter_choices: what the person said about the personal-data filter.
        settings: how it is answered, where that is not as the model's default.
    """

    id: Id
    title: str
    created_at: Moment
    updated_at: Moment
    messages: list[ArchivedMessage]
    head_id: Id | None = None
    model: str | None = None
    system_prompt: str | None = None
    pinned: bool = False
    archived: bool = False
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=NEVER)] | None = None
    folder: str | None = None
    draft: str | None = None
    consent: list[ConsentChange] = []
    filter_choices: list[FilterChoice] = []
    settings: ChatSettings | None = None


class ChatsDocument(msgspec.Struct, frozen=True):
    """The JSON export: one document."""

    format: Literal["inglenook-chats"]
    version: Literal[1]
    exported_at: Moment
    chats: list[ArchivedChat]


class ArchiveHeader(msgspec.Struct, frozen=True, tag_field="record", tag="header"):
    """The first line.

    Attributes:
        complete: whether these are all chats there were.
    """

    format: str
    version: int
    created_at: Moment
    app_version: str
    complete: bool


class ArchivedActivity(msgspec.Struct, frozen=True, tag_field="record", tag="activity"):
    """One entry of the record of what was done."""

    at: Moment
    kind: str
    counts: dict[str, int | bool | str]


class ArchivedSettings(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="record", tag="settings"):
    """What a person said about all chats; only in complete archives, taken over only when moving.

    Attributes:
        retention_days: how long chats are kept; it has to be agreed to anew before it acts.
        terms: names and the like that the filter hides.
        draft: what was begun of a new chat.
    """

    retention_days: Annotated[int, msgspec.Meta(ge=1, le=366)] | None = None
    terms: list[str] = []
    draft: str | None = None


class ArchivedInstructions(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="record", tag="instructions"
):
    """What the person told the model in every chat: taken over only when moving, where nothing was said.

    Attributes:
        app: shipped, own or off.
        own: what stands instead of the app's words, if anything does.
    """

    app: str
    own: str = ""
    person: str = ""


class ArchiveEnd(msgspec.Struct, frozen=True, tag_field="record", tag="end"):
    """The last line: without it the archive was cut off.

    Attributes:
        sha256: of all bytes before this line, in hexadecimal.
        content_sha256: of the chats themselves (``content_digest``), to compare databases by.
    """

    chats: int
    messages: int
    sha256: str
    content_sha256: str | None = None


ArchiveRecord = (
    ArchiveHeader | ArchivedChat | ArchivedActivity | ArchivedSettings | ArchivedInstructions | ArchiveEnd
)

_FINGERPRINT = 16  # hexadecimal digits, in groups of four


def chat_digest(chat: ArchivedChat) -> str:
    """SHA-256 of a chat with every branch: the same for the same chat, in whichever database it lies.

    Consent is left out, because it does not travel, and so is the order of the lists.
    """
    same = msgspec.structs.replace(
        chat,
        consent=[],
        messages=sorted(chat.messages, key=lambda one: one.id),
        filter_choices=sorted(chat.filter_choices, key=lambda one: one.value),
    )
    return hashlib.sha256(msgspec.json.encode(same, order="deterministic")).hexdigest()


def content_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 of many chats, from the digest of each by its id."""
    lines = (f"{chat_id} {digest}\n" for chat_id, digest in sorted(digests.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "replace")).hexdigest()


def fingerprint(digest: str) -> str:
    """The beginning of a digest, for people to compare: 3f2a 91c0 77de 04b1."""
    return " ".join(digest[at : at + 4] for at in range(0, _FINGERPRINT, 4))


def untangled(messages: list[ArchivedMessage]) -> tuple[list[ArchivedMessage], int]:
    """The messages without circles, each of which is cut open: and how many there were.

    One message of a circle becomes the beginning of a branch, so that none is lost.
    """
    above = {message.id: message.parent_id for message in messages}
    sound: set[str] = set()
    cut: set[str] = set()
    for start in above:
        walked: set[str] = set()
        at: str | None = start
        while at in above and at not in sound:
            if at in walked:
                cut.add(at)
                break
            walked.add(at)
            at = above[at]
        sound |= walked
    if not cut:
        return messages, 0
    opened = [msgspec.structs.replace(one, parent_id=None) if one.id in cut else one for one in messages]
    return opened, len(cut)
