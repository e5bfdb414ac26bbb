# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of messages and nothing else of them, for whoever looks through many."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import MessageId
from desktop.storage.connection import Connection
from desktop.storage.text import storable


def texts(conn: Connection, ids: Sequence[MessageId]) -> dict[MessageId, str]:
    """The texts of these messages, at most some hundreds; ids that no longer exist are left out."""
    marks = ", ".join("?" * len(ids))
    rows = conn.execute(
        f"SELECT id, content FROM message WHERE id IN ({marks})",  # noqa: S608 - question marks
        [storable(one) for one in ids],
    )
    return {MessageId(message_id): content for message_id, content in rows}
