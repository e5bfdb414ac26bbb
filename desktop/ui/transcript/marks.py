# SPDX-License-Identifier: GPL-3.0-or-later
"""What Qt's documents cannot draw: quote bars, rules and the marks of list items."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextBlock, QTextDocument

from desktop.ui.transcript.segments import Segment
from desktop.ui.transcript.style import (
    MARKER_PROPERTY,
    PATH_PROPERTY,
    RULE_PROPERTY,
    TranscriptStyle,
    letters_of,
)


class Marks:
    """Draws marks between two edges: text begins at the left one, or at the right one if it reads that way.

    What a block stands in is given as ``letters`` (see ``letters_of``).
    """

    def __init__(
        self, painter: QPainter, style: TranscriptStyle, font: QFont, *, left: int, right: int
    ) -> None:
        self._painter = painter
        self._style = style
        self._font = font
        self._left = left
        self._right = right

    def paint_document(self, document: QTextDocument, clip: QRect) -> None:
        """Draw the marks of all blocks of a document that show in ``clip``."""
        layout = document.documentLayout()
        block = document.firstBlock()
        while block.isValid():
            area = layout.blockBoundingRect(block)
            following = block.next()
            # Qt's rectangle leaves out the spare height of lines.
            if following.isValid():
                area.setBottom(
                    layout.blockBoundingRect(following).top() - following.blockFormat().topMargin()
                )
            else:
                area.setBottom(document.size().height())
            if area.top() > clip.bottom():
                break
            if area.bottom() >= clip.top() - self._style.px(24):
                self._paint_block(block, area)
            block = following

    def paint_beside(self, segment: Segment, area: QRect, line: int | None) -> None:
        """Draw what a segment's own widget has no room for: it stands to the right of its containers' marks.

        Args:
            segment: what the widget shows.
            area: where the widget is.
            line: the middle of code's or a table's first line, from the top; None for text, which draws its
                marks itself and leaves only the gap above it.
        """
        letters = letters_of(segment.block.path)
        if not letters:
            return
        top = area.top()
        if segment.before is not None and letters_of(segment.before.path).startswith("q"):
            top -= self._style.gap(segment.before, segment.block) + self._style.px(2)  # texts sit 2 higher
        self.paint_bars(letters, top, area.top() if line is None else area.top() + area.height())
        if line is not None and segment.block.marker is not None:
            metrics = QFontMetricsF(self._font)
            baseline = area.top() + line + (metrics.ascent() - metrics.descent()) / 2
            self.paint_markers(letters, segment.block.marker.texts(), baseline)

    def paint_bars(self, letters: str, top: float, bottom: float, rtl: bool = False) -> None:
        """Draw the bars of the quotes among ``letters``."""
        thick = self._style.px(3)
        for place, letter in enumerate(letters):
            if letter == "q":
                x = self._inset(letters[:place], rtl) - (thick if rtl else 0)
                self._painter.fillRect(QRectF(x, top, thick, bottom - top), self._style.colour("line"))

    def paint_markers(self, letters: str, marks: Sequence[str], baseline: float, rtl: bool = False) -> None:
        """Draw the marks of the innermost items before their text, whose first line is on ``baseline``."""
        for mark in reversed(marks):
            items, item, _quotes = letters.rpartition("i")  # a quote in an item stands after the mark
            self._paint_marker(items + item, mark, baseline, rtl)
            letters = items

    def _inset(self, letters: str, rtl: bool) -> int:
        """Where the contents of these containers begin."""
        indent = sum(self._style.px(16 if letter == "q" else 22) for letter in letters)
        return self._right - indent if rtl else self._left + indent

    def _paint_block(self, block: QTextBlock, area: QRectF) -> None:
        made = block.blockFormat()
        letters = str(made.property(PATH_PROPERTY) or "")
        rtl = block.textDirection() is Qt.LayoutDirection.RightToLeft
        top = area.top()
        if made.topMargin() and _continues_quote(block, letters):
            top -= made.topMargin()
        self.paint_bars(letters, top, area.bottom(), rtl)
        if made.property(RULE_PROPERTY):
            x = self._left if rtl else self._inset(letters, rtl)
            end = self._inset(letters, rtl) if rtl else self._right
            middle = round(area.center().y())
            self._painter.fillRect(QRectF(x, middle, end - x, 1), self._style.colour("line"))
        marks = str(made.property(MARKER_PROPERTY) or "")
        if marks:
            line = block.layout().lineAt(0)
            baseline = area.top() + (line.y() + line.ascent() if line.isValid() else 0)
            self.paint_markers(letters, marks.split("\n"), baseline, rtl)

    def _paint_marker(self, letters: str, mark: str, baseline: float, rtl: bool) -> None:
        x = self._inset(letters, rtl)
        if mark == "•":
            self._paint_bullet(x, baseline, rtl)
        elif mark in ("[ ]", "[x]"):
            self._paint_box(x, baseline, rtl, checked=mark == "[x]")
        else:
            gap = self._style.px(5)
            self._painter.setFont(self._font)
            self._painter.setPen(self._style.colour("ink"))
            direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
            self._painter.setLayoutDirection(direction)  # on which side of the number its full stop goes
            width = self._painter.fontMetrics().horizontalAdvance(mark)
            self._painter.drawText(round(x + gap if rtl else x - gap - width), round(baseline), mark)

    def _paint_bullet(self, x: int, baseline: float, rtl: bool) -> None:
        size = 5.0 * self._style.scale
        middle = x + self._style.px(11) * (1 if rtl else -1)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._style.colour("ink"))
        self._painter.drawEllipse(
            QRectF(middle - size / 2, baseline - 0.36 * self._style.px(15) - size / 2, size, size)
        )

    def _paint_box(self, x: int, baseline: float, rtl: bool, checked: bool) -> None:
        style, painter = self._style, self._painter
        side = style.px(13)
        left = x + style.px(5) if rtl else x - style.px(18)
        box = QRectF(left + 0.5, baseline - side + 1.5, side, side)
        painter.setPen(style.colour("ink3"))
        painter.setBrush(style.colour("accent") if checked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if checked:
            pen = painter.pen()
            pen.setColor(style.colour("on_accent"))
            pen.setWidthF(1.6 * style.scale)
            painter.setPen(pen)
            third = side / 4
            painter.drawPolyline(
                [
                    QPointF(box.left() + third, box.center().y()),
                    QPointF(box.left() + 1.8 * third, box.bottom() - third),
                    QPointF(box.right() - third * 0.8, box.top() + third),
                ]
            )


def _continues_quote(block: QTextBlock, letters: str) -> bool:
    before = block.previous()
    return (
        letters.startswith("q")
        and before.isValid()
        and str(before.blockFormat().property(PATH_PROPERTY) or "").startswith("q")
    )
