# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the text of a message lies, in its bubble or on the page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

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


def bubble_path(area: QRectF, radius: float, tail: float) -> QPainterPath:
    """A rounded rectangle whose lower right corner is nearly square: it points at who speaks."""
    radius = min(radius, area.height() / 2)
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    corner = QPainterPath()
    corner.addRoundedRect(QRectF(area.center(), area.bottomRight()), tail, tail)
    return path.united(corner)
