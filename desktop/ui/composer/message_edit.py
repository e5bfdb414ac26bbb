# SPDX-License-Identifier: GPL-3.0-or-later
"""The field one writes in: grows from one line to eight, takes plain text only."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop.i18n import _
from desktop.ui.theme.focus_ring import OWN_FOCUS

MOST_LINES = 8
LONGEST = 1_000_000  # characters; far beyond any model's window, and still quick to lay out


class MessageEdit(QPlainTextEdit):
    """Attributes:
    confirmed: Return without Shift, outside an input method's own editing.
    focus_changed: whether it has the keyboard.
    """

    confirmed = Signal()
    focus_changed = Signal(bool)

    most_lines = MOST_LINES

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setAccessibleName(_("Message"))
        self.setAccessibleDescription(_("Return sends, Shift and Return begin a new line."))
        self.setProperty(OWN_FOCUS, True)  # the card around it shows the focus
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self._composing = False
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return sends; with Shift it breaks the line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._composing:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.textCursor().insertBlock()
                self.ensureCursorVisible()
            else:
                self.confirmed.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """While an input method composes, Return belongs to it."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text only."""
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste words, never formatting."""
        room = LONGEST - self.document().characterCount()
        self.insertPlainText(source.text()[: max(0, room)])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the card."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the card."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """The height follows the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def sizeHint(self) -> QSize:
        """As high as what is in it, within limits."""
        return QSize(200, self._wanted_height())

    def _wanted_height(self) -> int:
        most = self.most_lines * self.fontMetrics().lineSpacing()
        height = 0.0
        block = self.document().begin()
        while block.isValid() and height < most:  # as drawn: a line in a fallback font is higher
            height += self.blockBoundingRect(block).height()
            block = block.next()
        return min(max(math.ceil(height), self.fontMetrics().lineSpacing()), most) + 2

    def _fit(self) -> None:
        wanted = self._wanted_height()
        full = wanted > self.most_lines * self.fontMetrics().lineSpacing()
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(self._wanted_height())
