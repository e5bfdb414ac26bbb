# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and the child that looks at a model file, every field bounded."""

from __future__ import annotations

import enum
from typing import Annotated

from msgspec import Meta, Struct

from desktop.domain.model_card import ModelCard

MAX_FRAME = 1024 * 1024  # bytes

Size = Annotated[int, Meta(ge=0, le=2**60)]


class Verdict(enum.StrEnum):
    """What is wrong with a file, if anything; the app has the words."""

    GOOD = "good"
    NO_FILE = "no_file"  # not there, a pipe, a device, or not to be read
    NOT_GGUF = "not_gguf"
    DAMAGED = "damaged"  # cut off, or its header lies
    NOT_A_MODEL = "not_a_model"  # an adapter, an encoder of pictures
    SPLIT = "split"  # one part of several
    UNKNOWN_ARCHITECTURE = "unknown_architecture"


class Inspect(Struct, frozen=True, tag="inspect"):
    """Look at this file.

    Attributes:
        path: absolute; bytes, because not every name is text.
        hashed: also work out its SHA-256, which reads all of it.
    """

    path: Annotated[bytes, Meta(max_length=65_536)]
    hashed: bool = True


class Ready(Struct, frozen=True, tag="ready"):
    """Sent once, before confinement: the child takes a request."""


class Hashing(Struct, frozen=True, tag="hashing"):
    """So many bytes were read."""

    done: Size
    total: Size


class Inspected(Struct, frozen=True, tag="inspected"):
    """The last word.

    Attributes:
        sha256: 64 hexadecimal digits; "" if it was not asked for, or the file is no good.
    """

    verdict: Verdict
    card: ModelCard
    size: Size
    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


FromChild = Ready | Hashing | Inspected
