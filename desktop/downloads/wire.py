# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and the downloader, every field bounded."""

from __future__ import annotations

import enum
from typing import Annotated

from msgspec import Meta, Struct

MAX_FRAME = 256 * 1024  # bytes

Size = Annotated[int, Meta(ge=0, le=2**60)]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$")]
Digest = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]


class Why(enum.StrEnum):
    """Why nothing came of it; the app has the words."""

    NO_ANSWER = "no_answer"  # no network, or the host does not answer
    CERTIFICATE = "certificate"  # it could not prove who it is
    REFUSED = "refused"  # the host says no
    ELSEWHERE = "elsewhere"  # it sends us to a host nobody agreed to
    CUT_OFF = "cut_off"  # again and again; what came is kept, to go on from
    NO_ROOM = "no_room"
    TOO_LARGE = "too_large"  # much more than was announced
    NO_HASH = "no_hash"  # nothing to compare the file with
    WRONG_HASH = "wrong_hash"


class Fetch(Struct, frozen=True, tag="fetch"):
    """Get this file.

    Attributes:
        folder: where it is written; bytes, because not every name is text.
        name: what it is called once it is whole; before that it ends in .part.
        hosts: these, and names below them, may be asked; all were shown to the person.
        sha256: what it must have; "" takes what the first host says.
        size: what was announced, in bytes; 0 if it is not known.
    """

    url: Annotated[str, Meta(max_length=2048)]
    folder: Annotated[bytes, Meta(max_length=65_536)]
    name: Name
    hosts: Annotated[list[Host], Meta(min_length=1, max_length=8)]
    sha256: Digest = ""
    size: Size = 0


class Began(Struct, frozen=True, tag="began"):
    """Bytes arrive: from which host, how many there are in all, and how many were there already."""

    host: Host
    total: Size
    kept: Size


class Arrived(Struct, frozen=True, tag="arrived"):
    """So many bytes of the file are there."""

    done: Size
    total: Size


class Used(Struct, frozen=True, tag="used"):
    """A host was spoken with: for the record of each use of the network."""

    host: Host
    received: Size
    sent: Size


class Ended(Struct, frozen=True, tag="ended"):
    """The last word; ``why`` is null if the file is whole and in its place."""

    why: Why | None
    sha256: Digest = ""


FromChild = Began | Arrived | Used | Ended
