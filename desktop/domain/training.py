# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person thinks of an answer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.conversation import MessageId


class Rating(enum.IntEnum):
    """Thumbs."""

    DOWN = -1
    UP = 1


@dataclass(frozen=True, slots=True)
class Feedback:
    """On one answer.

    Attributes:
        reason: in the person's words; may be empty.
        correction: what the answer should have been.
    """

    message_id: MessageId
    rating: Rating
    at: datetime
    reason: str = ""
    correction: str | None = None
