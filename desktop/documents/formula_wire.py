# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames between the app and the formula child, every field bounded."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from desktop.domain.formula import MAX_SOURCE

MAX_NUMBERS = 60_000
"""Coordinates of one outline: some three hundred letters."""

MAX_FRAME = 2 * 1024 * 1024

Length = Annotated[float, Meta(ge=-100_000, le=100_000)]


class Draw(Struct, frozen=True, tag="draw"):
    """Draw a formula; ``display`` for one that stands alone."""

    source: Annotated[str, Meta(max_length=MAX_SOURCE)]
    display: bool


class Ready(Struct, frozen=True, tag="ready"):
    """Sent once: the child is confined and takes requests."""


class Drawn(Struct, frozen=True, tag="drawn"):
    """An outline; see ``desktop.domain.formula.Drawing``."""

    width: Annotated[float, Meta(ge=0, le=100_000)]
    ascent: Length
    descent: Length
    steps: Annotated[str, Meta(max_length=MAX_NUMBERS, pattern="^[MLQCZ]*$")]
    numbers: Annotated[list[Length], Meta(max_length=MAX_NUMBERS)]


class Refused(Struct, frozen=True, tag="refused"):
    """It is no formula, or one that cannot be drawn."""


FromChild = Ready | Drawn | Refused
