# SPDX-License-Identifier: GPL-3.0-or-later
"""Full-text search: words by their beginning, quoted phrases as they are, newest first."""

from __future__ import annotations

import re
import unicodedata

from desktop.domain.conversation import ChatId, MessageId, Role, SearchHit
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds
from desktop.storage.lookup import unknown_message
from desktop.storage.text import MARK_END, MARK_START, SEPARATOR, index_text, storable

SNIPPET_TOKENS = 24  # FTS5 allows 64
MAX_TERMS = 32  # a pasted page is no question
_NEWEST = 2**63 - 1
_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')


def search(
    conn: Connection, text: str, *, limit: int = 50, before: MessageId | None = None
) -> list[SearchHit]:
    """Finished messages that hold every word and phrase of ``text``, newest first.

    Nothing in ``text`` is an operator: a bare word matches words that begin with it, a phrase in double
    quotes matches those words in that order, punctuation only separates.

    Args:
        conn: a reader.
        text: what the person typed.
        limit: most hits returned.
        before: the last hit of the page before; only older ones are returned.

    Raises:
        UnknownMessageError: ``before`` is gone.
    """
    query = match_expression(text)
    if not query:
        return []
    upper = _NEWEST
    if before is not None:
        row = conn.execute("SELECT key FROM message WHERE id = ?", (storable(before),)).fetchone()
        if row is None:
            raise unknown_message()
        upper = row[0]
    # CROSS JOIN keeps the index outermost: it delivers rowids newest first, and LIMIT ends the walk.
    rows = conn.execute(
        """
        SELECT chat.id, message.id, message.role, snippet(message_index, 0, ?, ?, '…', ?), message.created_at
          FROM message_index
          CROSS JOIN message ON message.key = message_index.rowid
          CROSS JOIN chat ON chat.key = message.chat
         WHERE message_index MATCH ? AND message_index.rowid < ? AND chat.delete_due IS NULL
         ORDER BY message_index.rowid DESC LIMIT ?
        """,
        (MARK_START, MARK_END, SNIPPET_TOKENS, query, upper, limit),
    )
    return [
        SearchHit(
            chat_id=ChatId(chat_id),
            message_id=MessageId(message_id),
            role=Role(role),
            snippet=snippet.replace(SEPARATOR, ""),
            created_at=from_milliseconds(created_at),
        )
        for chat_id, message_id, role, snippet, created_at in rows
    ]


def index_message(conn: Connection, key: int, text: str) -> None:
    """Make a finished message findable."""
    conn.execute("INSERT INTO message_index (rowid, content) VALUES (?, ?)", (key, index_text(text)))


def unindex_message(conn: Connection, key: int) -> None:
    """Take a finished message out of the index; must come before its text changes."""
    conn.execute(
        "INSERT INTO message_index (message_index, rowid, content)"
        " SELECT 'delete', key, content FROM message_text WHERE key = ?",
        (key,),
    )


def match_expression(text: str) -> str:
    """``text`` as an FTS5 expression of quoted strings only; "" if there is nothing to look for."""
    terms = []
    for phrase, word in _PIECE.findall(storable(text)):
        prepared = index_text(phrase or word)
        if any(_is_token_character(character) for character in prepared):
            terms.append(f'"{prepared}"' + ("" if phrase else " *"))
    return " AND ".join(terms[:MAX_TERMS])


def _is_token_character(character: str) -> bool:
    """What unicode61 makes words of: letters, numbers, private use."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
