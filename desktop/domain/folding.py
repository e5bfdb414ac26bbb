# SPDX-License-Identifier: GPL-3.0-or-later
"""Text as it is compared when something is looked for: no case, no accents."""

from __future__ import annotations

import functools
import unicodedata


def fold(text: str) -> str:
    """``text`` without case and accents; what was one character may become several or none."""
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


def places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where ``wanted`` stands in ``text``, case and accents aside: beginnings and ends, in ``text``."""
    sought = fold(wanted)
    if not sought:
        return []
    folded = fold(text)
    found = []
    at = folded.find(sought)
    if at >= 0 and len(folded) != len(text):
        return _mapped(text, sought)
    while at >= 0:
        found.append((at, at + len(sought)))
        at = folded.find(sought, at + len(sought))
    return [(begin, _past_accents(text, end)) for begin, end in found]


def _mapped(text: str, sought: str) -> list[tuple[int, int]]:
    """The same where folding moves characters."""
    pieces = [_fold_character(character) for character in text]
    origin = [place for place, piece in enumerate(pieces) for _each in piece]
    folded = "".join(pieces)
    found = []
    at = folded.find(sought)
    while at >= 0:
        last = at + len(sought) - 1
        found.append((origin[at], _past_accents(text, origin[last] + 1)))
        at = folded.find(sought, last + 1)
    return found


def _past_accents(text: str, end: int) -> int:
    """An accent that stands apart belongs to the letter before it."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


@functools.lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character)
    kept = "".join(each for each in apart if not unicodedata.combining(each))
    # Hangul would fall into letters that are no words of a person's; a lone accent would be gone.
    if "\uac00" <= character <= "\ud7a3":
        return character
    return kept.casefold()
