# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be undone is confirmed by a typed word, not by a habit of the hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class WordConfirmation(QWidget):
    """A question, a field for the word, and the button that the word enables.

    Args:
        theme: the look.
        question: says what will happen; ``{word}`` in it stands for the word.
        name: of the field, for a screen reader; ``{word}`` likewise.
        act: what the button says.

    Attributes:
        confirmed: the word was typed and the button pressed.
        cancelled: the person thought better of it.
    """

    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, question: str, name: str, act: str) -> None:
        super().__init__()
        self._word = _("ERASE")
        self.question = label(question.format(word=self._word), "small", wrap=True)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name.format(word=self._word))
        self.confirm_button = Button(theme, act, "danger")
        self.confirm_button.setEnabled(False)
        self.cancel_button = Button(theme, _("Cancel"), "link")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.question)
        layout.addWidget(self.edit)
        layout.addLayout(row(None, self.cancel_button, self.confirm_button))
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(lambda: self.confirm_button.setEnabled(self._is_typed()))
        self.edit.returnPressed.connect(self._confirm)
        self.confirm_button.clicked.connect(self._confirm)
        self.cancel_button.clicked.connect(self._cancel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape cancels."""
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
        else:
            super().keyPressEvent(event)

    def _is_typed(self) -> bool:
        return self.edit.text().strip() == self._word

    def _confirm(self) -> None:
        if self._is_typed():
            self.edit.clear()
            self.confirmed.emit()

    def _cancel(self) -> None:
        self.edit.clear()
        self.cancelled.emit()
