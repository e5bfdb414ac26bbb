# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the text of a message lies, in its bubble or on the page."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ui.transcript.style import BUBBLE, TranscriptStyle

BUBBLE_SIDE = 14
_BUBBLE_ENDS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """Where a message's text lies.

    Attributes:
        column: width of the reading column, pixels.
        lead: space above the text: the gap to the message before, and a bubble's padding.
        trail: space under it: a bubble's padding, or the footer.
    """

    column: int
    lead: int
    trail: int

    @staticmethod
    def text_width(style: TranscriptStyle, column: int, own: bool) -> int:
        """The width that lines wrap at."""
        return min(style.px(BUBBLE), column) - 2 * style.px(BUBBLE_SIDE) if own else column

    @staticmethod
    def bubble_ends(style: TranscriptStyle) -> int:
        """A bubble's padding above and below its text."""
        return style.px(_BUBBLE_ENDS)
