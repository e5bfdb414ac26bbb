# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-ordered identifiers and times as the vault keeps them."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def new_id(milliseconds: int) -> str:
    """A UUID version 7 (RFC 9562 §5.7): 48 bits of Unix time, the rest random.

    Args:
        milliseconds: since 1970, UTC.
    """
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return str(uuid.UUID(int=value))


def to_milliseconds(moment: datetime | None) -> int:
    """Milliseconds since 1970, UTC; None is now. ``moment`` must be aware."""
    return ((moment or datetime.now(UTC)) - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The aware UTC time."""
    return _EPOCH + milliseconds * _MILLISECOND
