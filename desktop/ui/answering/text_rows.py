# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said in words about an answer: where it stops, and what shape of JSON it has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.spec.layer_card import TextField
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class TextRow(QWidget):
    """A field of words that is kept when one leaves it, or with Ctrl+Return.

    Attributes:
        changed: with its text.
    """

    changed = Signal(str)

    def __init__(self, theme: Theme, title: str, line: str, term: str, example: str) -> None:
        super().__init__()
        self._kept = ""
        self.field = TextField(theme, title)
        self.field.setPlaceholderText(example)
        self.field.setAccessibleDescription(f"{line} {term}")
        self.reset_button = Button(theme, _("Take away"), "link")
        self.reset_button.setAccessibleName(_("Take away: {title}").format(title=title))
        self.problem = label("", "problem", wrap=True)
        head = row(label(title, "field", wrap=True), self.reset_button, spacing=4)
        head.setStretch(0, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addLayout(head)
        inside.addWidget(label(line, "small", wrap=True))
        inside.addWidget(label(term, "caption", wrap=True))
        inside.addWidget(self.field)
        inside.addWidget(self.problem)
        self.problem.hide()
        self.reset_button.hide()
        self.field.installEventFilter(self)
        self.field.kept.connect(self.keep)
        self.reset_button.clicked.connect(self._reset)

    def show_text(self, text: str) -> None:
        """Show what holds; what is being written just now stays."""
        was_changed = self.field.toPlainText().strip() != self._kept.strip()
        self._kept = text
        self.show_problem("")
        self.reset_button.setVisible(bool(text))
        if not (was_changed and self.field.hasFocus()):
            self.field.setPlainText(text)

    def show_problem(self, words: str) -> None:
        """Why it was not kept; what was written stays."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def keep(self) -> None:
        """Tell what was written, if it is not kept already."""
        text = self.field.toPlainText()
        if text.strip() != self._kept.strip():
            self.changed.emit(text)
        else:
            self.show_problem("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the field keeps what is in it."""
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.keep()
        return super().eventFilter(watched, event)

    def _reset(self) -> None:
        self.field.clear()
        self.field.setFocus()
        self.keep()
