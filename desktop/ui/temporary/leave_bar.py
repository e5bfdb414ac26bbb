# SPDX-License-Identifier: GPL-3.0-or-later
"""Asked once before a temporary chat goes, above the composer: keep it, discard it, or stay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, IconLabel, label, row
from desktop.ui.theme.theme import Theme


class LeaveBar(QFrame):
    """Attributes:
    kept, discarded, cancelled: what was answered.
    """

    kept = Signal()
    discarded = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._words = label("", "small", wrap=True)
        self.keep_button = Button(theme, _("Keep this chat"), icon="archive")
        self.discard_button = Button(theme, _("Discard"), "danger")
        self.cancel_button = Button(theme, _("Cancel"), "link")
        self.cancel_button.setToolTip(_("Stay in the temporary chat  Esc"))
        words = row(IconLabel(theme, "moon-star", "dusk", 17), self._words, spacing=10)
        words.setStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.setSpacing(8)
        layout.addLayout(words)
        layout.addLayout(row(None, self.cancel_button, self.discard_button, self.keep_button))
        self.keep_button.clicked.connect(self.kept)
        self.discard_button.clicked.connect(self.discarded)
        self.cancel_button.clicked.connect(self.cancelled)
        self.hide()

    def ask(self, can_keep: bool, sent: bool) -> None:
        """Say that the chat is about to go.

        Args:
            can_keep: whether a vault is open.
            sent: whether there is more than something begun.
        """
        if sent:
            words = _("This chat is temporary. If you leave it, it is gone for good.")
        else:
            words = _("What you have begun to write is temporary. If you leave it, it is gone for good.")
        self._words.setText(words)
        self.setAccessibleName(words)
        self.keep_button.setVisible(can_keep and sent)
        self.show()
        (self.keep_button if can_keep and sent else self.cancel_button).setFocus()
        announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stays; Return presses the button it is on, as Space does."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            for button in (self.keep_button, self.discard_button, self.cancel_button):
                if button.hasFocus():
                    button.click()
                    return
        else:
            super().keyPressEvent(event)
