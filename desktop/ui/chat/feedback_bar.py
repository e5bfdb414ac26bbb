# SPDX-License-Identifier: GPL-3.0-or-later
"""Saying more about an answer: why, and what it should have been."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.conversation import MessageId
from desktop.domain.training import Feedback, Rating
from desktop.i18n import _
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme

_LINES = 4
MAX_REASON = 500  # characters


class FeedbackBar(QFrame):
    """Attributes:
    saved: message id, rating, reason, correction ("" for none).
    """

    saved = Signal(str, int, str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._message_id = ""
        self._rating = Rating.UP
        self._title = label("", "heading")
        self.reason = QLineEdit()
        self.reason.setMaxLength(MAX_REASON)
        self.reason.setPlaceholderText(_("Why? (optional)"))
        self.reason.setAccessibleName(_("Why"))
        self.correction = QPlainTextEdit()
        self.correction.setPlaceholderText(_("What it should have said (optional)"))
        self.correction.setAccessibleName(_("What the answer should have been"))
        self.correction.setTabChangesFocus(True)
        self.correction.setProperty("kind", "field")
        self.correction.setFixedHeight(self.correction.fontMetrics().lineSpacing() * _LINES + theme.px(20))
        note = label(
            _("Kept with the chat, encrypted. It leaves only with training data you export."), "small"
        )
        note.setWordWrap(True)
        self.save_button = Button(theme, _("Keep"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(8)
        for widget in (self._title, self.reason, self.correction, note):
            layout.addWidget(widget)
        layout.addLayout(row(None, self.cancel_button, self.save_button))
        self.reason.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.hide)
        self.hide()

    def ask(self, message_id: MessageId, rating: Rating, before: Feedback | None) -> None:
        """Ask about an answer that was rated; what was said before is there to be changed."""
        self._message_id, self._rating = message_id, rating
        self._title.setText(_("A good answer") if rating is Rating.UP else _("A bad answer"))
        self.reason.setText(before.reason if before else "")
        self.correction.setPlainText(before.correction or "" if before else "")
        self.show()
        self.reason.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _save(self) -> None:
        self.hide()
        self.saved.emit(
            self._message_id, int(self._rating), self.reason.text(), self.correction.toPlainText()
        )
