# SPDX-License-Identifier: GPL-3.0-or-later
"""How text is prepared for the search index, and stored so that every part of it comes back."""

from __future__ import annotations

import re

SEPARATOR = "\u200b"  # zero-width space: to unicode61 a separator, to a reader nothing
MARK_START = "\ue000"
MARK_END = "\ue001"

# Scripts written without spaces between words (and Hangul, whose particles join the word): kana, bopomofo,
# Han with its extensions and compatibility forms, Hangul, half-width kana. unicode61 would index a whole
# sentence of them as one word; one character per token plus phrase queries finds every word.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u30ff"
    "\u3105-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_CJK_CHARACTER = re.compile(f"([{_CJK}])")
_UNWANTED = re.compile(f"[\x00{MARK_START}{MARK_END}]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def index_text(content: str) -> str:
    """What the index is given for ``content``: CJK characters set apart, our own marks and NULs left out.

    A change here needs a migration that rebuilds the index: deleting an entry must repeat what was added.
    """
    return _CJK_CHARACTER.sub(rf"{SEPARATOR}\1{SEPARATOR}", _UNWANTED.sub(" ", content))


def storable(text: str) -> str:
    """``text`` as UTF-8 can hold it: lone surrogates become U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)
