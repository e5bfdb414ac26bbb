# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping all use for training: asked once, answered with what was exported before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class StopForm(QWidget):
    """Attributes:
    confirmed: withdraw everything.
    open_button: asks for the form; it stands elsewhere.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._chats = 0
        self.open_button = Button(theme, _("Withdraw…"))
        self.question = label("", "small", wrap=True)
        self.confirm_button = Button(theme, _("Withdraw all"), "danger")
        self.cancel_button = Button(theme, _("Cancel"), "link")
        self._asking = QWidget()
        asking = QVBoxLayout(self._asking)
        asking.setContentsMargins(0, 0, 0, 0)
        asking.setSpacing(10)
        asking.addWidget(self.question)
        asking.addLayout(row(None, self.cancel_button, self.confirm_button))
        self.said = label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._asking)
        layout.addWidget(self.said)
        self._asking.hide()
        self.said.hide()
        self.open_button.clicked.connect(self._open)
        self.cancel_button.clicked.connect(self._close)
        self.confirm_button.clicked.connect(self._confirm)

    def show_count(self, chats: int) -> None:
        """So many chats may be used now."""
        self._chats = chats

    def show_done(self, words: str) -> None:
        """Say what came of it."""
        self.open_button.setEnabled(True)
        self.said.setText(words)
        self.said.show()
        announce(self, words)

    def _open(self) -> None:
        words = ngettext(
            "{count} chat may be used now. It is withdrawn, and new chats stay out until you allow them.",
            "{count} chats may be used now. They are withdrawn, and new chats stay out until you allow them.",
            self._chats,
        )
        if not self._chats:
            words = _("No chat may be used now, and new chats stay out until you allow them.")
        self.question.setText(words.format(count=self._chats))
        self.said.hide()
        self._asking.show()
        self.confirm_button.setFocus()

    def _close(self) -> None:
        self._asking.hide()
        self.open_button.setFocus()

    def _confirm(self) -> None:
        self._close()
        self.open_button.setEnabled(False)
        self.confirmed.emit()
