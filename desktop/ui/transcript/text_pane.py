# SPDX-License-Identifier: GPL-3.0-or-later
"""Panes of words: runs of text, formulas among them, as paragraphs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.domain.formula import Formula
from desktop.ui.markdown.blocks import Block, RuleBlock, Runs, Style, TextBlock
from desktop.ui.transcript.formulas import OBJECT, FormulaObjects, FormulaStore
from desktop.ui.transcript.marks import Marks
from desktop.ui.transcript.pane import Pane, plain_text
from desktop.ui.transcript.style import GUTTER, PATH_PROPERTY, TranscriptStyle


class RunsPane(Pane):
    """A pane that runs of text are written into."""

    def __init__(self, parent: QWidget, formulas: FormulaStore) -> None:
        super().__init__(parent)
        self._formulas = formulas
        self._objects = FormulaObjects(self.document(), formulas)

    @property
    def waits(self) -> bool:
        """Whether a formula is not drawn yet."""
        raise NotImplementedError

    def describe(self) -> None:
        """Tell screen readers formulas as they were written; without any, the text speaks for itself."""
        described = self.plain() if OBJECT in self.document().toRawText() else ""
        if described != self.accessibleDescription():
            self.setAccessibleDescription(described)

    def plain(self) -> str:
        """All its text, with formulas as they were written."""
        return plain_text(self.document().firstBlock(), 0, self.document().characterCount())

    def write_runs(
        self,
        cursor: QTextCursor,
        runs: Runs,
        style: TranscriptStyle,
        *,
        level: int = 0,
        quoted: bool = False,
        room: float | None = None,
        base: QTextCharFormat | None = None,
    ) -> bool:
        """Insert runs of text.

        Args:
            cursor: where.
            runs: what.
            style: the look.
            level: of a heading, or 0.
            quoted: whether it stands in a quote.
            room: the widest a formula may be, pixels; None leaves formulas as they were written.
            base: what else the text looks like.

        Returns:
            whether that is how it stays: every formula was drawn, or cannot be.
        """
        known = True
        for run in runs:
            made = style.run_format(run, level, quoted)
            if base is not None:
                made.merge(base)
            if run.style & Style.MATH:
                formula = Formula.marked(run.text, display=bool(run.style & Style.DISPLAY))
                size = style.letters(level)
                drawn = None
                if room is not None and self._formulas.has(formula):
                    drawn = self._objects.format_of(formula, run.text, made, size, room)
                else:
                    known = False
                if drawn is not None:
                    cursor.insertText(OBJECT, drawn)
                    continue
                cursor.insertText(run.text.replace("\n", "\u2028"), made)
                continue
            cursor.insertText(run.text, made)
        return known


class TextPane(RunsPane):
    """Paragraphs, headings, list items, quotes and rules."""

    def __init__(self, parent: QWidget, formulas: FormulaStore) -> None:
        super().__init__(parent, formulas)
        self._waiting: set[int] = set()  # blocks with formulas that are not drawn yet
        self._blocks: tuple[Block, ...] = ()
        self._before: Block | None = None
        self._own = False
        self._marked = False

    def show_blocks(
        self,
        blocks: tuple[Block, ...],
        before: Block | None,
        style: TranscriptStyle,
        width: int,
        *,
        own: bool,
        fit: bool = False,
        live: bool = False,
    ) -> int:
        """Show blocks in ``width`` pixels of text; only those that differ from before are laid out anew.

        With ``fit``, the pane becomes as narrow as its longest line: what reads from right to left would
        stand at the far edge of a wide one. With ``live``, the last block still grows: its formulas stay as
        they were written.

        Returns:
            the height.
        """
        restyled = self.dress(style, style.bubble if own else style.reading) or own is not self._own
        self._own = own
        self.resize(width + 2 * GUTTER, max(1, self.height()))
        self.document().setTextWidth(width + 2 * GUTTER)
        keep = 0
        if not restyled and before == self._before:
            keep = min((_common(self._blocks, blocks), *self._waiting))
        self._write(blocks, keep, style, live)
        self._blocks, self._before = blocks, before
        self._marked = any(isinstance(block, RuleBlock) or block.path for block in blocks)
        if fit:
            width = min(width, max(style.px(12), math.ceil(self.document().idealWidth()) - 2 * GUTTER + 1))
            self.document().setTextWidth(width + 2 * GUTTER)
        height = self.natural_height()
        self.resize(width + 2 * GUTTER, height)
        return height

    @property
    def waits(self) -> bool:
        """Whether a formula is not drawn yet."""
        return bool(self._waiting)

    def _write(self, blocks: tuple[Block, ...], keep: int, style: TranscriptStyle, live: bool) -> None:
        if keep == len(blocks) == len(self._blocks):
            return
        self._waiting.clear()
        if not keep:
            self._objects.forget()
        document = self.document()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        if keep == 0:
            cursor.select(QTextCursor.SelectionType.Document)
        else:
            last = document.findBlockByNumber(keep - 1)
            cursor.setPosition(last.position() + last.length() - 1)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for place in range(keep, len(blocks)):
            block = blocks[place]
            previous = blocks[place - 1] if place else None
            # The gap above the pane's first block is the message's to leave.
            made = style.block_format(previous, block, self._own)
            if place:
                cursor.insertBlock(made)
            else:
                cursor.setBlockFormat(made)
            if isinstance(block, TextBlock):
                quoted = bool(block.path) and made.property(PATH_PROPERTY).startswith("q")
                room = self.document().textWidth() - 2 * GUTTER - style.indent(block.path)
                still = live and place == len(blocks) - 1
                known = self.write_runs(
                    cursor, block.runs, style, level=block.level, quoted=quoted, room=None if still else room
                )
                if not known:
                    self._waiting.add(place)
        cursor.endEditBlock()
        self.describe()
        frame = document.rootFrame()
        made_frame = frame.frameFormat()
        if made_frame.leftMargin() != GUTTER:
            made_frame.setMargin(0)
            made_frame.setLeftMargin(GUTTER)
            made_frame.setRightMargin(GUTTER)
            frame.setFrameFormat(made_frame)

    def _paint_marks(self, painter: QPainter, style: TranscriptStyle, event: QPaintEvent) -> None:
        if self._marked:
            right = self.viewport().width() - GUTTER
            marks = Marks(painter, style, self.document().defaultFont(), left=GUTTER, right=right)
            marks.paint_document(self.document(), event.rect())


def _common(old: Sequence[Block], new: Sequence[Block]) -> int:
    count = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        count += 1
    return count
