# SPDX-License-Identifier: GPL-3.0-or-later
"""See everything: all that is kept as one text, chats page by page, and as one file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, label, page_head, row
from desktop.ui.theme.theme import Theme

_MARGIN = 32


class ReviewPage(QWidget):
    """Attributes:
    more_wanted: show the next chats.
    file_requested: write all of it into one file.
    left: back.
    text: what there is.
    """

    more_wanted = Signal()
    file_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.back_button = Button(theme, _("Back"), "link")
        self.back_button.setAccessibleName(_("Back to the Privacy Centre"))
        self.text = QPlainTextEdit()
        self.text.setObjectName("record")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("Everything that is kept"))
        self.said = label("", "small", wrap=True)
        self.more_button = Button(theme, _("Show more chats"))
        self.file_button = Button(theme, _("Save as one file…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 28, _MARGIN, 28)
        layout.setSpacing(14)
        layout.addLayout(page_head(_("Everything that is kept"), self.back_button))
        layout.addWidget(self.text, 1)
        layout.addWidget(self.said)
        layout.addLayout(row(self.file_button, None, self.more_button))
        self.back_button.clicked.connect(self.left)
        self.more_button.clicked.connect(self.more_wanted)
        self.file_button.clicked.connect(self.file_requested)
        self.said.hide()
        self.more_button.hide()
        self.setFocusProxy(self.text)

    def begin(self) -> None:
        """It is being read."""
        self.said.hide()
        self.more_button.hide()
        self.text.setPlainText(_("Reading…"))

    def show_text(self, text: str, *, more: bool) -> None:
        """Show the beginning."""
        self.text.setPlainText(text)
        self.more_button.setVisible(more)

    def add_text(self, text: str, *, more: bool) -> None:
        """Show what comes next."""
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        self.more_button.setVisible(more)

    def say(self, words: str) -> None:
        """Tell what came of saving it."""
        self.said.setText(words)
        self.said.show()
        announce(self, words)

    def clear(self) -> None:
        """Show nothing of it any more."""
        self.text.clear()
        self.more_button.hide()
