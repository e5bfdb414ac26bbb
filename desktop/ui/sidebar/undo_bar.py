# SPDX-License-Identifier: GPL-3.0-or-later
"""What was just deleted can be brought back for a while; no question was asked before."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.history import UNDO_WINDOW
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, label
from desktop.ui.theme.theme import Theme


class UndoBar(QFrame):
    """Attributes:
    undone: bring it back.
    over: the time has passed.
    """

    undone = Signal()
    over = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._words = label("", "small")
        self.button = Button(theme, _("Undo"), "offer")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(int(UNDO_WINDOW.total_seconds() * 1000))
        self._clock.timeout.connect(self._end)
        self.button.clicked.connect(self.undo)
        self.hide()

    def move_to(self, layout: QBoxLayout) -> None:
        """Stand in ``layout`` from now on."""
        layout.addWidget(self)
        self.setVisible(self._clock.isActive())  # Qt hides what moves to another parent

    def offer(self, count: int) -> None:
        """Say that ``count`` chats are gone, and begin to count down."""
        words = ngettext("Chat deleted", "{count} chats deleted", count).format(count=count)
        self._words.setText(words)
        self.button.setAccessibleName(_("Undo: {what}").format(what=words))
        self.show()
        self._clock.start()
        announce(self, _("{what}. Undo is offered for ten seconds.").format(what=words))

    def undo(self) -> None:
        """Bring it back, if that is still offered."""
        if self._clock.isActive():
            self._clock.stop()
            self.hide()
            self.undone.emit()

    def withdraw(self) -> None:
        """Offer nothing any more: there is nothing to bring back."""
        self._clock.stop()
        self.hide()

    def _end(self) -> None:
        self.hide()
        self.over.emit()
