# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and the import child, every field bounded."""

from __future__ import annotations

import enum
from typing import Annotated

from msgspec import Meta, Struct

from desktop.domain.archive import ArchivedChat, ArchivedInstructions, ArchivedSettings

MAX_FRAME = 128 * 1024 * 1024  # bytes; one chat has to fit
MAX_SKIPPED = 10_000  # more are only counted

Name = Annotated[str, Meta(max_length=1024)]


class Why(enum.StrEnum):
    """Why something was left out; the app has the words."""

    BAD_CHAT = "bad_chat"  # it is not what its format says
    EMPTY = "empty"
    HIDDEN = "hidden"  # messages the other program did not show
    NOT_TEXT = "not_text"  # pictures, sounds, calls of tools
    TOO_LARGE = "too_large"
    BAD_NAME = "bad_name"  # a path that leads out of the archive
    LINK = "link"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"  # no format we know
    CUT_OFF = "cut_off"
    TANGLED = "tangled"  # messages that were said to be their own ancestors; they begin a branch
    TOO_DEEP = "too_deep"
    NO_FILE = "no_file"  # a pipe, a device
    NEWER = "newer"  # an archive of a later Inglenook
    FROM_JOURNAL = "from_journal"  # a database whose last changes lie in a file beside it
    ATTACHED = "attached"  # files and pictures that hang on messages


class Parse(Struct, frozen=True, tag="parse"):
    """Read this file or folder.

    Attributes:
        path: absolute; bytes, because not every name is text.
        passphrase: opens it, if it is encrypted (age).
    """

    path: Annotated[bytes, Meta(max_length=65_536)]
    passphrase: str | None = None


class Ready(Struct, frozen=True, tag="ready"):
    """Sent once, before confinement: the child takes a request."""


class Found(Struct, frozen=True, tag="found"):
    """A chat."""

    chat: ArchivedChat


class Skipped(Struct, frozen=True, tag="skipped"):
    """Something that is left out.

    Attributes:
        what: a file's name, or a chat's number in it.
        count: how many of the kind.
    """

    what: Name
    why: Why
    count: Annotated[int, Meta(ge=1)] = 1


class Archive(Struct, frozen=True, tag="archive"):
    """An archive of ours ends here.

    Attributes:
        is_whole: its last line is there, and what came before is what it says.
        complete: these were all chats there were.
        content_sha256: of the chats, as whoever wrote it saw them; None in archives of version 1.
    """

    is_whole: bool
    complete: bool
    chats: Annotated[int, Meta(ge=0)] = 0
    messages: Annotated[int, Meta(ge=0)] = 0
    content_sha256: Annotated[str, Meta(max_length=64)] | None = None
    settings: ArchivedSettings | None = None
    instructions: ArchivedInstructions | None = None


class Locked(Struct, frozen=True, tag="locked"):
    """It is encrypted, and the passphrase is missing or wrong."""


class Done(Struct, frozen=True, tag="done"):
    """All was read."""


FromChild = Ready | Found | Skipped | Archive | Locked | Done
Item = Found | Skipped | Archive
