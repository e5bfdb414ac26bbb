# SPDX-License-Identifier: GPL-3.0-or-later
"""A first title for a chat, from what was first said."""

from __future__ import annotations

LONGEST = 60  # characters; about what the chat list shows in one line


def title_from(text: str) -> str:
    """Return the first words of ``text`` on one line, cut at a word where there is one; "" for no words."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST - 1]
    space = cut.rfind(" ")
    if space >= LONGEST // 2:  # scripts without spaces, and very long words, are cut where they are
        cut = cut[:space]
    return cut.rstrip(" ,;:.-–—") + "…"
