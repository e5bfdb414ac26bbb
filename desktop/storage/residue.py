# SPDX-License-Identifier: GPL-3.0-or-later
"""Which byte strings betray a deleted text, and which of them live on elsewhere for good reason."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.storage.connection import Connection, open_memory
from desktop.storage.pagescan import MIN_NEEDLE_BYTES
from desktop.storage.text import index_text

SHINGLE_WORDS = 4
LONGEST_WORD = 24  # characters; longer runs (CJK, links, base64) are cut into pieces that fit
_TOKENIZER = "tokenize = 'unicode61 remove_diacritics 2'"  # the same as message_index's


def shingles(text: str) -> set[bytes]:
    """Runs of four words that cover ``text`` without gaps, as they lie in the file.

    They do not overlap, so that a long text gives few; what spills over a page's end loses one of them only.
    """
    pieces: list[tuple[int, int]] = []
    at = 0
    for word in text.split():
        at = text.index(word, at)
        pieces += [
            (start, min(start + LONGEST_WORD, at + len(word)))
            for start in range(at, at + len(word), LONGEST_WORD)
        ]
        at += len(word)
    runs = (pieces[first : first + SHINGLE_WORDS] for first in range(0, len(pieces), SHINGLE_WORDS))
    needles = {text[run[0][0] : run[-1][1]].encode() for run in runs}
    return {needle for needle in needles if len(needle) >= MIN_NEEDLE_BYTES}


def index_terms(texts: Iterable[str]) -> set[str]:
    """The words the search index makes of these texts."""
    memory = open_memory()
    try:
        memory.execute(f"CREATE VIRTUAL TABLE words USING fts5 (content, content = '', {_TOKENIZER})")
        memory.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (words, row)")
        for text in texts:
            memory.execute("INSERT INTO words (content) VALUES (?)", (index_text(text),))
        return {row[0] for row in memory.execute("SELECT term FROM terms")}
    finally:
        memory.close()


def dead_terms(conn: Connection, terms: Iterable[str]) -> tuple[set[str], int]:
    """Of these index terms, those no remaining message holds.

    Returns:
        The dead terms, and how many of them the index still knows (residue).
    """
    dead, still_indexed = set(), 0
    for term in terms:
        hit = conn.execute(
            "SELECT message.key FROM message_index LEFT JOIN message ON message.key = message_index.rowid"
            " WHERE message_index MATCH ? LIMIT 1",
            (f'"{term}"',),
        ).fetchone()
        if hit is None or hit[0] is None:
            dead.add(term)
            still_indexed += int(hit is not None)
    return dead, still_indexed


def without_explained(conn: Connection, needles: set[bytes]) -> set[bytes]:
    """The needles that no row, index term or part of the schema holds: finding them in a page is residue."""
    left = set(needles)
    for value in _living_texts(conn):
        if not left:
            break
        data = value.encode()
        left = {needle for needle in left if needle not in data}
    return left


def _living_texts(conn: Connection) -> Iterable[str]:
    tables = conn.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_index_%'"
        " AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    for (sql,) in conn.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"):
        yield sql
    for (name,) in conn.execute("SELECT k FROM message_index_config"):
        yield str(name)
    for name, _sql in tables:
        for row in conn.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name out of the schema
            yield from (value for value in row if isinstance(value, str))
    for (term,) in conn.execute("SELECT term FROM message_terms"):
        yield term
