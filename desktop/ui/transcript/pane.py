# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only text area of the transcript: shows the text blocks of one segment, inert and selectable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from desktop.domain.folding import places
from desktop.ui.theme.tokens import mixed
from desktop.ui.transcript.formulas import with_sources
from desktop.ui.transcript.style import (
    JOIN_PROPERTY,
    MARKER_PROPERTY,
    PATH_PROPERTY,
    TranscriptStyle,
)

_NAVIGATION = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class Pane(QTextBrowser):
    """Text without a ground of its own, as high as what it shows.

    Attributes:
        dragged: the pointer moves with the button down, at this global position.
        pressed: a selection begins here.
        shift_pressed: what is selected should reach to here.
        copy_requested: a person copies; the message answers, for a selection may span panes.
        select_all_requested: a person selects all of the message.
    """

    dragged = Signal(QPoint)
    pressed = Signal()
    shift_pressed = Signal()
    copy_requested = Signal()
    select_all_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._style: TranscriptStyle | None = None
        self._font: QFont | None = None
        self._tip = False
        self._sought: tuple[str, int | None, int] | None = None

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        """Load nothing, ever: a reply must not reach files or the network."""
        return None

    def dress(self, style: TranscriptStyle, font: QFont) -> bool:
        """Take a look; returns whether it is another one than before."""
        if style is self._style and font == self._font:
            return False
        self._style, self._font = style, font
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, style.colour("ink"))
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        palette.setColor(
            QPalette.ColorRole.Highlight, QColor(mixed(style.tokens.accent, style.tokens.bg, 0.28))
        )
        palette.setColor(QPalette.ColorRole.HighlightedText, style.colour("ink"))
        self.setPalette(palette)
        self.document().setDefaultFont(font)
        return True

    def put_caret(self, place: int) -> None:
        """Put the caret, which is not drawn, somewhere: Qt scrolls sideways to it when a pane is shown."""
        caret = self.textCursor()
        caret.setPosition(place)
        self.setTextCursor(caret)

    def mark(self, words: Sequence[str]) -> None:
        """Mark all places of these words, whatever their case; none, to mark nothing."""
        if self._style is None or not (words or self.extraSelections()):
            return
        self._sought = None
        made = QTextCharFormat()
        made.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
        marks = []
        for word in words:
            # Scripts without spaces have no word ends to look for.
            flags = QTextDocument.FindFlag.FindWholeWords if word.isascii() else QTextDocument.FindFlag(0)
            found = self.document().find(word, 0, flags)
            while not found.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = found, made
                marks.append(mark)
                found = self.document().find(word, found, flags)
        self.setExtraSelections(marks)

    def seek(self, words: str, current: int | None) -> None:
        """Mark all places of ``words``, case and accents aside, and more strongly the ``current`` one."""
        wanted = (words, current, self.document().revision()) if words else None
        if self._style is None or wanted == self._sought:
            return
        self._sought = wanted
        every, one = QTextCharFormat(), QTextCharFormat()
        every.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
        one.setBackground(self._style.colour("accent"))
        one.setForeground(self._style.colour("on_accent"))
        marks: list[QTextEdit.ExtraSelection] = []
        block = self.document().firstBlock()
        while words and block.isValid():
            for begin, end in places(block.text(), words):
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(block)
                mark.cursor.setPosition(block.position() + begin)
                mark.cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
                mark.format = one if len(marks) == current else every
                marks.append(mark)
            block = block.next()
        self.setExtraSelections(marks)

    def sought(self) -> int | None:
        """Where the current place is, pixels from the top; it is brought into view sideways, too."""
        marks = self.extraSelections()
        if self._sought is None or self._sought[1] is None or self._sought[1] >= len(marks):
            return None
        area = self.cursorRect(marks[self._sought[1]].cursor)
        bar = self.horizontalScrollBar()
        if not 0 <= area.left() <= self.viewport().width() - 1:
            bar.setValue(bar.value() + area.left() - self.viewport().width() // 2)
        return area.top()

    def first_mark(self) -> int | None:
        """Where the first marked word is, pixels from the top."""
        tops = [self.cursorRect(mark.cursor).top() for mark in self.extraSelections()]
        return min(tops, default=None)

    def set_tip(self, shown: bool) -> None:
        """Show the streaming cursor behind the last character (it does not blink)."""
        if shown != self._tip:
            self._tip = shown
            self.viewport().update()

    def natural_height(self) -> int:
        """The height of the laid-out text."""
        return math.ceil(self.document().size().height())

    def selected_text(self) -> str:
        """The selection as plain text, with the marks of list items and without drawn breaks."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return ""
        return plain_text(self.document().findBlock(cursor.selectionStart()), *_ends(cursor))

    @property
    def all_selected(self) -> bool:
        """Whether everything in it is selected."""
        cursor, end = self.textCursor(), self.document().characterCount() - 1
        return cursor.selectionStart() == 0 and cursor.selectionEnd() == end

    def clear_selection(self) -> None:
        """Select nothing."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def select(self, start: int | None, end: int | None) -> None:
        """Select from ``start`` to ``end``; None means the respective edge of the text."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        if start is not None:
            cursor.setPosition(start)
        if end is None:
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A new selection begins, or one is made longer."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().mousePressEvent(event)
            self.shift_pressed.emit()
        else:
            self.pressed.emit()
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Selections may leave the pane; the message follows."""
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways here, otherwise leave it to the transcript."""
        sideways = event.angleDelta().x() or (
            event.angleDelta().y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        bar = self.horizontalScrollBar()
        if sideways and bar.maximum() > 0:
            bar.setValue(bar.value() - sideways // 2)
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and arrows select; what scrolls is left to the transcript."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all_requested.emit()
        elif (
            (shift and event.key() in _NAVIGATION)
            or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            or (
                event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
                and self.textCursor().charFormat().isAnchor()
            )
        ):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, then what Qt's documents cannot: quote bars, list marks, rules, the cursor."""
        super().paintEvent(event)
        if self._style is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, self._style, event)
        if self._tip:
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            spot = self.cursorRect(end)
            height = self._style.px(17)
            top = spot.top() + max(0, (self._ascent_height(end) - height) // 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._style.colour("accent"))
            painter.drawRoundedRect(QRectF(spot.left() + 2, top, self._style.px(8), height), 2, 2)

    def _ascent_height(self, cursor: QTextCursor) -> int:
        line = cursor.block().layout().lineForTextPosition(cursor.positionInBlock())
        return math.ceil(line.ascent() + line.descent()) if line.isValid() else 0

    def _paint_marks(self, painter: QPainter, style: TranscriptStyle, event: QPaintEvent) -> None:
        """Nothing to mark in a plain pane."""


def plain_text(block: QTextBlock, start: int, end: int) -> str:
    """The text of ``block`` and those after it between two positions, with the marks of list items."""
    text = ""
    while block.isValid() and block.position() < end:
        made = block.blockFormat()
        words = with_sources(block, max(0, start - block.position()), max(0, end - block.position()))
        if text and not made.property(JOIN_PROPERTY):
            text += "\n"
        marks = str(made.property(MARKER_PROPERTY) or "").splitlines()
        if marks and start <= block.position():
            letters = str(made.property(PATH_PROPERTY) or "")
            text += "  " * (letters.count("i") - len(marks)) + " ".join(marks) + " "
        text += words.replace("\u2028", "\n")
        block = block.next()
    return text


def _ends(cursor: QTextCursor) -> tuple[int, int]:
    return cursor.selectionStart(), cursor.selectionEnd()
