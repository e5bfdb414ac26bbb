# SPDX-License-Identifier: GPL-3.0-or-later
"""The person's own list: names and addresses that are to be found wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, count, repeat

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import folded

_SHORTEST = 2  # characters; one letter would be found in every word
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)
_FIRST_IDEOGRAPH = 0x2E80  # from here on, writing without spaces between words


class OwnTerms:
    """Finds terms whole, whatever their case, accents and spacing; ``ü`` may be written ``ue``."""

    def __init__(self, terms: Iterable[str]) -> None:
        spellings = {
            " ".join(folded(spelling).split())
            for term in terms
            for spelling in (term, term.translate(_UMLAUTS))
        }
        self._patterns = [
            re.compile(r"\s{1,4}".join(map(re.escape, spelling.split())))
            for spelling in sorted(spellings)
            if len(spelling) >= _SHORTEST
        ]

    def find(self, text: str) -> Iterator[Finding]:
        """Each place of each term. They may overlap."""
        if not self._patterns:
            return
        comparable, origins = _fold(text)
        for pattern in self._patterns:
            for match in pattern.finditer(comparable):
                start, end = match.span()
                if _is_apart(comparable, start - 1, start) and _ends_word(comparable, end):
                    yield Finding(origins[start], _with_marks(text, origins[end - 1] + 1), Kind.NAME)


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """The text without case and accents, and where in ``text`` each of its characters comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts = [_fold_character(char) for char in text]
    return "".join(parts), list(chain.from_iterable(map(repeat, count(), map(len, parts))))


@lru_cache(maxsize=1 << 16)
def _fold_character(char: str) -> str:
    return folded(char)


def _is_apart(text: str, first: int, second: int) -> bool:
    """Whether a word may end between two neighbouring places."""
    return not all(
        0 <= place < len(text) and text[place].isalnum() and ord(text[place]) < _FIRST_IDEOGRAPH
        for place in (first, second)
    )


def _ends_word(text: str, end: int) -> bool:
    """Whether a term may end here, perhaps in the genitive: Anna's, Annas."""
    if _is_apart(text, end - 1, end):
        return True
    return text[end] == "s" and _is_apart(text, end, end + 1)


def _with_marks(text: str, end: int) -> int:
    """The end moved behind combining marks, which folding dropped."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
