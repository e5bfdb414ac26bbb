# SPDX-License-Identifier: GPL-3.0-or-later
"""The beginning of a word, said in words the search index can walk through newest first.

FTS5 answers ``"garden" *`` by gathering every place of every such word in memory before the first row: at a
million messages that is a tenth of a second and more for each key a person presses. What it walks through
lazily are whole words, and the beginnings of two and three letters that the index keeps (``prefix``).
"""

from __future__ import annotations

import re
import unicodedata

from desktop.storage.connection import Connection

KEPT = (2, 3)  # letters; as in the migration that makes the index
MOST = 48  # words; looking each up costs more than gathering where there are many
_ONE_WORD = re.compile(r"[^\W_]+\Z")


def beginnings(conn: Connection, word: str) -> str | None:
    """Words (and kept beginnings) joined by OR that match what begins with ``word``.

    Args:
        conn: a reader.
        word: prepared as the index is.

    Returns:
        None where FTS5 had better do it its own way: ``word`` is more than one word to the index, or the
        beginning is one the index keeps, or too many words begin so.
    """
    if not _ONE_WORD.match(word):
        return None
    folded = _as_indexed(word)
    size = len(folded)
    if size in KEPT or not folded:
        return None
    parts: list[str] = []
    after = folded
    while True:
        # char(1) stands in no word and comes before all that do: the next word after this one.
        row = conn.execute("SELECT term FROM message_words WHERE term >= ? LIMIT 1", (after,)).fetchone()
        if row is None or not str(row[0]).startswith(folded):
            break
        if len(parts) == MOST:
            return None
        found = str(row[0])
        if size == 1 and len(found) >= KEPT[0]:  # through the beginnings of two letters
            begin = found[: KEPT[0]]
            parts.append(f'"{begin}" *')
            after = begin + "\U0010ffff"
        else:
            parts.append(f'"{found}"')
            after = found + "\x01"
    return "(" + " OR ".join(parts) + ")" if parts else None


def _as_indexed(word: str) -> str:
    """What unicode61 makes of one word, no case and no accents; "" where that is not certain."""
    made = []
    for character in word:
        base = unicodedata.normalize("NFD", character)[0]
        if base != character and not base.isascii():
            return ""  # its tables take accents off letters of few scripts only
        folded = base.casefold()
        made.append(folded if len(folded) == 1 else base.lower())
    return "".join(made)
