# SPDX-License-Identifier: GPL-3.0-or-later
"""Full-text search: words by their beginning, quoted phrases as they are, newest first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from desktop.domain.conversation import ChatId, MessageId, SearchHit
from desktop.domain.question import Filters
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds
from desktop.storage.lookup import ROLES, unknown_message
from desktop.storage.text import MARK_END, MARK_START, SEPARATOR, index_text, storable
from desktop.storage.words import beginnings

SNIPPET_TOKENS = 24  # FTS5 allows 64
MAX_TERMS = 32  # a pasted page is no question
WINDOW = 2000  # messages with the words that are looked at in one go when more is asked of them
_NEWEST = 2**63 - 1
_NO_WORDS = 160  # characters shown of a message that no words were looked for in
_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')
_EVERYTHING = Filters()

_FOUND = """
SELECT chat.id, message.id, message.role, snippet(message_index, 0, ?, ?, '…', ?), message.created_at,
       message.key
  FROM message_index
  CROSS JOIN message ON message.key = message_index.rowid
  CROSS JOIN chat ON chat.key = message.chat
 WHERE message_index MATCH ? AND message_index.rowid < ? AND message_index.rowid >= ?
   AND chat.delete_due IS NULL
 ORDER BY message_index.rowid DESC LIMIT ?
"""
_CANDIDATES = """
SELECT rowid FROM message_index WHERE message_index MATCH ? AND rowid < ? AND rowid >= ?
 ORDER BY rowid DESC LIMIT ?
"""
_WRITTEN = """
SELECT key FROM message WHERE key < ? AND key >= ? AND status <> 'streaming' ORDER BY key DESC LIMIT ?
"""
_NARROWED = """
SELECT chat.id, message.id, message.role, message.created_at, message.key
  FROM ({candidates}) AS found
  CROSS JOIN message ON message.key = found.{key}
  CROSS JOIN chat ON chat.key = message.chat
 WHERE chat.delete_due IS NULL {conditions}
 ORDER BY message.key DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a search goes on: below this key."""

    below: int = _NEWEST


@dataclass(frozen=True, slots=True)
class Page:
    """What one go found.

    Attributes:
        hits: newest first; fewer than asked for, even none, while there may be more.
        more: where to go on; None at the end.
    """

    hits: tuple[SearchHit, ...] = ()
    more: Cursor | None = None


def search(
    conn: Connection,
    text: str,
    *,
    filters: Filters = _EVERYTHING,
    limit: int = 50,
    before: MessageId | None = None,
) -> list[SearchHit]:
    """Finished messages that hold every word and phrase of ``text``, newest first.

    Nothing in ``text`` is an operator: a bare word matches words that begin with it, a phrase in double
    quotes matches those words in that order, punctuation only separates.

    Args:
        conn: a reader.
        text: what the person typed, without what narrows it down.
        filters: what else a message must be.
        limit: most hits returned.
        before: the last hit of the page before; only older ones are returned.

    Raises:
        UnknownMessageError: ``before`` is gone.
    """
    at: Cursor | None = Cursor()
    if before is not None:
        row = conn.execute("SELECT key FROM message WHERE id = ?", (storable(before),)).fetchone()
        if row is None:
            raise unknown_message()
        at = Cursor(row[0])
    hits: list[SearchHit] = []
    while at is not None and len(hits) < limit:
        page = search_page(conn, text, filters=filters, limit=limit - len(hits), at=at)
        hits += page.hits
        at = page.more
    return hits


def search_page(
    conn: Connection,
    text: str,
    *,
    filters: Filters = _EVERYTHING,
    limit: int = 50,
    at: Cursor = Cursor(),
) -> Page:
    """One go of a search, bounded in what it looks at: the caller goes on until there is no more.

    Args:
        conn: a reader.
        text: what the person typed, without what narrows it down.
        filters: what else a message must be.
        limit: most hits.
        at: where to go on.
    """
    query = match_expression(text, conn)
    if not query and (text.strip() or filters == _EVERYTHING):
        return Page()
    upper = at.below if filters.before is None else min(at.below, to_milliseconds(filters.before))
    lower = 0 if filters.after is None else to_milliseconds(filters.after)
    if query and not filters.is_narrow:
        rows = conn.execute(
            _FOUND, (MARK_START, MARK_END, SNIPPET_TOKENS, query, upper, lower, limit)
        ).fetchall()
        more = Cursor(rows[-1][5]) if len(rows) == limit else None
        return Page(tuple(_hit(*row[:5]) for row in rows), more)
    return _narrowed(conn, query, filters, (upper, lower), limit)


def _narrowed(conn: Connection, query: str, filters: Filters, bounds: tuple[int, int], limit: int) -> Page:
    upper, lower = bounds
    candidates, key = (_CANDIDATES, "rowid") if query else (_WRITTEN, "key")
    given: tuple[object, ...] = (*((query,) if query else ()), upper, lower)
    conditions, values = _conditions(filters)
    rows = conn.execute(
        _NARROWED.format(candidates=candidates, key=key, conditions=conditions),
        (*given, WINDOW, *values, limit),
    ).fetchall()
    hits = tuple(
        _hit(chat_id, message_id, role, _snippet(conn, query, place), at)
        for chat_id, message_id, role, at, place in rows
    )
    if len(rows) == limit:
        return Page(hits, Cursor(rows[-1][4]))
    last = conn.execute(f"{candidates} OFFSET ?", (*given, 1, WINDOW - 1)).fetchone()
    return Page(hits, None if last is None else Cursor(last[0]))


def _conditions(filters: Filters) -> tuple[str, list[object]]:
    conditions, values = [""], list[object]()
    if filters.role is not None:
        conditions.append("message.role = ?")
        values.append(filters.role)
    if filters.model:
        conditions.append("instr(lower(message.model), lower(?)) > 0")
        values.append(storable(filters.model))
    if filters.pinned:
        conditions.append("chat.pinned = 1")
    if filters.archived:
        conditions.append("chat.archived = 1")
    return " AND ".join(conditions), values


def _snippet(conn: Connection, query: str, key: int) -> str:
    if query:
        row = conn.execute(
            "SELECT snippet(message_index, 0, ?, ?, '…', ?) FROM message_index"
            " WHERE message_index MATCH ? AND rowid = ?",
            (MARK_START, MARK_END, SNIPPET_TOKENS, query, key),
        ).fetchone()
    else:
        row = conn.execute(
            "SELECT substr(content, 1, ?) FROM message WHERE key = ?", (_NO_WORDS, key)
        ).fetchone()
    return "" if row is None else str(row[0])


def _hit(chat_id: str, message_id: str, role: str, snippet: str, created_at: int) -> SearchHit:
    return SearchHit(
        chat_id=ChatId(chat_id),
        message_id=MessageId(message_id),
        role=ROLES[role],
        snippet=snippet.replace(SEPARATOR, ""),
        created_at=from_milliseconds(created_at),
    )


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


def match_expression(text: str, conn: Connection | None = None) -> str:
    """``text`` as an FTS5 expression of quoted strings only; "" if there is nothing to look for.

    With a connection, the beginning of a word is said as what the index can walk through lazily, newest
    first: without, SQLite gathers every place of every word that begins so, before the first hit.
    """
    terms = []
    for phrase, word in _PIECE.findall(storable(text))[:MAX_TERMS]:
        prepared = index_text(phrase or word)
        if not any(_is_token_character(character) for character in prepared):
            continue
        if phrase or prepared.endswith(SEPARATOR):  # a CJK character is a word to the index: none is longer
            terms.append(f'"{prepared}"')
        else:
            terms.append((conn and beginnings(conn, prepared)) or f'"{prepared}" *')
    return " AND ".join(terms)


def _is_token_character(character: str) -> bool:
    """What unicode61 makes words of: letters, numbers, private use."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
