# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of a table: columns measured on the table's first piece, so that later rows never move them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from desktop.domain.formula import Formula
from desktop.ui.markdown.blocks import Run, Runs, Style, TableBlock
from desktop.ui.transcript.formulas import FormulaStore, width_of
from desktop.ui.transcript.pane import plain_text
from desktop.ui.transcript.style import GUTTER, TranscriptStyle, right_to_left
from desktop.ui.transcript.text_pane import RunsPane

_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_PADDING = 8
_ENDS = 6  # padding above and below a cell's text
_LINE = 22
_NARROWEST = 64  # a column narrower than this is not read; a wider table scrolls sideways instead
_WIDEST = 360  # what one column may ask for before it wraps


def column_widths(naturals: Sequence[int], room: int, narrowest: int) -> list[int]:
    """Share ``room`` pixels: columns that need little get what they need, the others the rest in equal parts.

    No column gets less than ``narrowest`` (or its need), so the sum may exceed ``room``.
    """
    widths = list(naturals)
    if sum(widths) <= room:
        return widths
    left, open_columns = room, sorted(range(len(widths)), key=lambda index: widths[index])
    while open_columns:
        share = left // len(open_columns)
        column = open_columns.pop(0)
        widths[column] = min(widths[column], max(share, narrowest))
        left = max(0, left - widths[column])
    return widths


class TablePane(RunsPane):
    """Shows a TableBlock."""

    def __init__(self, parent: QWidget, formulas: FormulaStore) -> None:
        super().__init__(parent, formulas)
        self._known = True
        self._rtl = False
        self.horizontalScrollBar().rangeChanged.connect(self._go_to_beginning)
        self._shown: tuple[TableBlock, TableBlock, int] | None = None

    def show_table(self, block: TableBlock, head: TableBlock, style: TranscriptStyle, width: int) -> int:
        """Show a piece in ``width`` pixels; ``head`` is the table's first piece. Returns the height."""
        restyled = self.dress(style, style.reading)
        self.resize(width + 2 * GUTTER, max(1, self.height()))
        if restyled or self._shown != (block, head, width) or not self._known:
            self._shown = (block, head, width)
            self._write(block, self._columns(head, style, width), style, width)
            self.document().setTextWidth(width + 2 * GUTTER)
        bar = self.document().idealWidth() > width + 2 * GUTTER + 1
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if bar else policy.ScrollBarAlwaysOff)
        height = self.natural_height() + (self.horizontalScrollBar().sizeHint().height() if bar else 0)
        self.resize(width + 2 * GUTTER, height)
        return height

    @property
    def waits(self) -> bool:
        """Whether a formula is not drawn yet."""
        return not self._known

    def selected_text(self) -> str:
        """The chosen cells, a row a line and a tab between columns, in the order they are read."""
        cursor = self.textCursor()
        table = cast("QTextTable | None", next(iter(self.document().rootFrame().childFrames()), None))
        if table is None or not cursor.hasSelection():
            return ""
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        top, rows, left, columns = 0, table.rows(), 0, table.columns()
        if cursor.hasComplexSelection():  # a rectangle of whole cells
            top, rows, left, columns = cursor.selectedTableCells()  # type: ignore[misc]
            start, end = 0, self.document().characterCount()
        lines = []
        for row in range(top, top + rows):
            texts = []
            for column in range(left, left + columns):
                cell = table.cellAt(row, column)
                first, last = max(start, cell.firstPosition()), min(end, cell.lastPosition())
                if first <= last:
                    texts.append(plain_text(cell.firstCursorPosition().block(), first, last))
            if texts:
                lines.append("\t".join(reversed(texts) if self._rtl else texts))
        return "\n".join(lines)

    @staticmethod
    def first_line(style: TranscriptStyle) -> int:
        """The middle of the first piece's first line, from its top."""
        return style.px(_ENDS) + style.px(_LINE / 2)

    def _go_to_beginning(self, _least: int, most: int) -> None:
        self.horizontalScrollBar().setValue(most if self._rtl else 0)

    def _columns(self, head: TableBlock, style: TranscriptStyle, width: int) -> list[int]:
        naturals = []
        for column in range(len(head.alignments)):
            cells = [head.header[column], *(row[column] for row in head.rows if column < len(row))]
            need = max(self._advance(cell, style, number == 0) for number, cell in enumerate(cells))
            naturals.append(min(need, style.px(_WIDEST)) + 2 * style.px(_PADDING) + 2)
        return column_widths(naturals, width, style.px(_NARROWEST))

    def _write(self, block: TableBlock, widths: list[int], style: TranscriptStyle, room: int) -> None:
        """Lay the cells out. Qt's tables run from left to right always: one that does not is turned round."""
        document = self.document()
        order = list(range(len(widths)))
        self._rtl = right_to_left("".join(run.text for cell in block.header for run in cell))
        if self._rtl:
            order.reverse()
            widths = widths[::-1]
        document.clear()
        self._objects.forget()
        self._known = True
        rows = ([block.header] if block.index == 0 else []) + list(block.rows)
        if not rows or not widths:
            return
        root = QTextFrameFormat()
        root.setLeftMargin(GUTTER + (max(0, room - sum(widths)) if self._rtl else 0))
        root.setRightMargin(GUTTER)
        document.rootFrame().setFrameFormat(root)
        made = QTextTableFormat()
        made.setBorder(0)
        made.setCellSpacing(0)
        made.setCellPadding(0)
        made.setBorderCollapse(True)
        made.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in widths])
        made.setWidth(QTextLength(QTextLength.Type.FixedLength, sum(widths)))
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        table = cursor.insertTable(len(rows), len(widths), made)
        for number, row in enumerate(rows):
            header = block.index == 0 and number == 0
            for place, column in enumerate(order):
                cell = table.cellAt(number, place)
                cell.setFormat(_cell_format(style, header))
                self._write_cell(
                    cell.firstCursorPosition(),
                    row[column] if column < len(row) else (),
                    block,
                    column,
                    style=style,
                    header=header,
                )
        # Qt keeps an empty paragraph after a table; it must take no room.
        cursor.movePosition(QTextCursor.MoveOperation.End)
        tiny = QTextBlockFormat()
        tiny.setLineHeight(0, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(tiny)
        small = QTextCharFormat()
        small.setFontPointSize(1)
        cursor.setBlockCharFormat(small)
        cursor.endEditBlock()
        self.describe()
        self.put_caret(table.cellAt(0, order.index(0)).firstPosition())

    def _write_cell(
        self,
        cursor: QTextCursor,
        runs: Runs,
        block: TableBlock,
        column: int,
        *,
        style: TranscriptStyle,
        header: bool,
    ) -> None:
        made = QTextBlockFormat()
        if self._rtl:
            made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # numbers too, as the table reads
        made.setLineHeight(style.px(_LINE), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        if align := _ALIGN.get(block.alignments[column]):
            made.setAlignment(align)
        cursor.setBlockFormat(made)
        bold = None
        if header:
            bold = QTextCharFormat()
            bold.setFontWeight(QFont.Weight.DemiBold)
        room = style.px(_WIDEST)
        self._known = self.write_runs(cursor, runs, style, room=room, base=bold) and self._known

    def _advance(self, cell: Runs, style: TranscriptStyle, header: bool) -> int:
        """The width of a cell's text on one line. A script's bold may be far wider than its regular."""
        need = 0.0
        for run in cell:
            if run.style & Style.MATH and (wide := self._formula_width(run, style)):
                need += wide
                continue
            font = QFont(style.mono if run.style & (Style.CODE | Style.MATH) else style.reading)
            if header or run.style & Style.BOLD:
                font.setWeight(QFont.Weight.DemiBold)
            font.setItalic(bool(run.style & Style.ITALIC))
            need += QFontMetricsF(font).horizontalAdvance(run.text)
        return math.ceil(need)

    def _formula_width(self, run: Run, style: TranscriptStyle) -> float:
        outline = self._formulas.outline(Formula.marked(run.text, display=bool(run.style & Style.DISPLAY)))
        return width_of(outline, style.letters()) if outline is not None else 0.0


def _cell_format(style: TranscriptStyle, header: bool) -> QTextTableCellFormat:
    made = QTextTableCellFormat()
    made.setLeftPadding(style.px(_PADDING))
    made.setRightPadding(style.px(_PADDING))
    made.setTopPadding(style.px(_ENDS))
    made.setBottomPadding(style.px(_ENDS))
    made.setBottomBorder(1)
    made.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBottomBorderBrush(style.colour("ink3" if header else "line"))
    return made
