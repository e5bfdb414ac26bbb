# SPDX-License-Identifier: GPL-3.0-or-later
"""A message while it is put in other words: a field in its place, with what can be done under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.composer.message_edit import MessageEdit

_MOST_LINES = 14


class _Field(MessageEdit):
    """Return breaks the line here, for this is a text and not a talk; with Ctrl it is done."""

    most_lines = _MOST_LINES

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl and Return are done with it; Escape is the card's."""
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirmed.emit()
        elif is_return and not self._composing:
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class EditCard(QFrame):
    """Attributes:
    confirmed: with the text.
    cancelled: leave the message as it is.
    resized: it wants another height.
    """

    confirmed = Signal(str)
    cancelled = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self.edit = _Field()
        self.edit.setAccessibleName(_("Message in other words"))
        self.edit.setAccessibleDescription(_("Ctrl and Return confirm, Escape leaves it as it was."))
        self._note = QLabel()
        self._note.setProperty("kind", "caption")
        self._note.setWordWrap(True)
        self.cancel_button = QPushButton(_("Cancel"))
        self.confirm_button = QPushButton()
        self.confirm_button.setProperty("kind", "primary")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._note, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.confirm_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 12, 10)
        layout.setSpacing(10)
        layout.addWidget(self.edit)
        layout.addLayout(foot)
        self.edit.confirmed.connect(self._confirm)
        self.edit.textChanged.connect(self._refresh)
        self.edit.document().documentLayout().documentSizeChanged.connect(lambda _size: self.resized.emit())
        self.confirm_button.clicked.connect(self._confirm)
        self.cancel_button.clicked.connect(self.cancelled)
        self.hide()

    def begin(self, text: str, *, own: bool) -> None:
        """Edit a text: a question of the person's, or an answer."""
        self.confirm_button.setText(_("Send") if own else _("Keep"))
        self._note.setText(
            _("The earlier version stays, with what followed it.")
            if own
            else _("Kept as a version of yours; what the model said stays.")
        )
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self._refresh()

    def fit(self, width: int) -> int:
        """Take a width; returns the height wanted for it."""
        layout = self.layout()
        self.resize(width, self.height())
        if layout is None:
            return self.height()
        layout.activate()
        return max(layout.sizeHint().height(), layout.totalHeightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the message as it is; nothing else is the transcript's."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the card, and out of it at its ends."""
        stops: list[QWidget] = [self.edit, self.cancel_button, self.confirm_button]
        if not self.confirm_button.isEnabled():
            stops.pop()
        holder = QApplication.focusWidget()
        place = stops.index(holder) + (1 if forward else -1) if holder in stops else 0
        if not 0 <= place < len(stops):
            return super().focusNextPrevChild(forward)
        stops[place].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def _confirm(self) -> None:
        if self.edit.toPlainText().strip():
            self.confirmed.emit(self.edit.toPlainText())

    def _refresh(self) -> None:
        self.confirm_button.setEnabled(bool(self.edit.toPlainText().strip()))
