# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vault holds, in counts and bytes. Functions over a connection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.storage.connection import Connection


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts and bytes, chats that wait to be erased included: they are still there.

    Attributes:
        chats: how many.
        messages: over all branches.
        text_bytes: of messages, titles and instructions, UTF-8.
        drafts: what was begun and not sent.
        draft_bytes: their text, UTF-8.
        layers: of instructions for every chat.
        layer_bytes: their text, UTF-8.
        index_bytes: of the search index.
        training_chats: chats that may be used for training.
        activities: entries of the record of what was done.
        activity_bytes: their text.
        settings: kept in the vault.
        setting_bytes: their text.
        feedback: answers that were rated.
        feedback_bytes: reasons and better answers, UTF-8.
        encrypted: whether the library says that it encrypts this very file.
    """

    chats: int
    messages: int
    text_bytes: int
    drafts: int
    draft_bytes: int
    layers: int
    layer_bytes: int
    index_bytes: int
    training_chats: int
    activities: int
    activity_bytes: int
    settings: int
    setting_bytes: int
    feedback: int
    feedback_bytes: int
    encrypted: bool


def holdings(conn: Connection) -> Holdings:
    """Count everything; texts are measured without being read."""

    def number(sql: str) -> int:
        row = conn.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0

    texts = number("SELECT sum(octet_length(content)) FROM message")
    titles = number("SELECT sum(octet_length(title) + coalesce(octet_length(system_prompt), 0)) FROM chat")
    return Holdings(
        chats=number("SELECT count(*) FROM chat WHERE key NOT IN (SELECT chat FROM removed_branch)"),
        messages=number("SELECT count(*) FROM message"),
        text_bytes=texts + titles,
        drafts=number("SELECT count(*) FROM draft")
        + number("SELECT count(*) FROM setting WHERE name = 'draft.new'"),
        draft_bytes=number("SELECT sum(octet_length(content)) FROM draft")
        + number("SELECT sum(octet_length(value ->> '$')) FROM setting WHERE name = 'draft.new'"),
        layers=number("SELECT count(*) FROM setting WHERE name LIKE 'spec.%'"),
        layer_bytes=number("SELECT sum(octet_length(value ->> '$')) FROM setting WHERE name LIKE 'spec.%'"),
        index_bytes=number("SELECT sum(octet_length(block)) FROM message_index_data"),
        training_chats=number("SELECT count(*) FROM chat WHERE training_consent = 1"),
        activities=number("SELECT count(*) FROM activity"),
        activity_bytes=number("SELECT sum(octet_length(details) + octet_length(kind)) FROM activity"),
        settings=number("SELECT count(*) FROM setting"),
        setting_bytes=number("SELECT sum(octet_length(name) + octet_length(value)) FROM setting"),
        feedback=number("SELECT count(*) FROM feedback"),
        feedback_bytes=number(
            "SELECT sum(octet_length(reason) + coalesce(octet_length(correction), 0)) FROM feedback"
        ),
        encrypted=number("PRAGMA cipher_status") == 1,
    )


def size_of(*paths: Path) -> int:
    """Bytes of files and of what lies in folders; what is not there counts nothing."""
    total = 0
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else (path,):
            try:
                total += file.lstat().st_size if not file.is_dir() else 0
            except FileNotFoundError:
                continue
    return total
