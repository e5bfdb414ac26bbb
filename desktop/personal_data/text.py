# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in the form the detectors read."""

from __future__ import annotations

import re

_LOOK_ALIKES = re.compile(
    "[\u00a0\u2007\u2009\u202f\u3000\u2010-\u2013\u2212\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9]"
)
_TO_ASCII = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
    | dict.fromkeys([0xA0, 0x2007, 0x2009, 0x202F, 0x3000], ord(" "))
    | dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2212], ord("-"))
    | {first + digit: ord("0") + digit for first in (0x660, 0x6F0) for digit in range(10)}
)


def plain(text: str) -> str:
    """The same length, with look-alikes of ASCII digits, punctuation, spaces and hyphens as ASCII."""
    return text.translate(_TO_ASCII) if _LOOK_ALIKES.search(text) else text
