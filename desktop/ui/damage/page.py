# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found to be damaged, what is safe, and the way back to the copy from before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.backups import Backup
from desktop.services.integrity import Health, what_happened, what_is_safe
from desktop.ui.theme.controls import Button, IconLabel, label, row, rule, scroll_in_the_middle
from desktop.ui.theme.theme import Theme

_WIDTH = 560  # px
_MARGIN = 32


class DamagePage(QWidget):
    """Attributes:
    left: back to the chat.
    again: look at every page once more.
    restore: lock, and put a backup back.
    """

    left = Signal()
    again = Signal()
    restore = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("The vault is damaged"))
        self._theme = theme
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self.again_button = Button(theme, _("Look again"))
        self.restore_button = Button(theme, _("Put the backup back…"), "primary")
        self.happened, self.safe, self.remedy = (label("", "secondary", wrap=True) for _part in range(3))
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(4)
        self._fill(inside)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        head = row(
            IconLabel(theme, "triangle-alert", "accent", 22),
            label(_("The vault is damaged"), "title"),
            None,
            self.back_button,
        )
        column.addLayout(head)
        column.addWidget(card)
        column.addLayout(row(None, self.again_button, self.restore_button))
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)
        self.back_button.clicked.connect(self.left)
        self.again_button.clicked.connect(self.again)
        self.restore_button.clicked.connect(self.restore)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.restore_button)

    def show_damage(self, health: Health, backup: Backup | None) -> None:
        """Tell what was found."""
        self.show_busy(False)
        self.happened.setText(what_happened(health))
        self.safe.setText(what_is_safe(health, backup))
        self.restore_button.setVisible(backup is not None)
        if backup is None:
            remedy = _(
                "Take your chats with you now (Privacy Centre), as long as they can be read. Then begin with "
                "a new vault on a disk that is sound."
            )
        else:
            remedy = _(
                "Put the backup back: Inglenook locks, asks for the passphrase, and checks every page of it. "
                "The damaged vault is kept among the backups. What was said since the backup stays in it."
            )
        self.remedy.setText(remedy)

    def show_sound(self, health: Health) -> None:
        """It was looked at once more, and every page holds."""
        self.show_busy(False)
        words = _("Every page holds now ({count} looked at). The damage is gone.")
        self.happened.setText(words.format(count=health.pages))
        self.safe.setText(_("Everything."))
        self.remedy.setText(
            _("Nothing. If it comes back, the disk may be failing: copy the folder elsewhere.")
        )
        self.restore_button.hide()

    def show_busy(self, busy: bool) -> None:
        """It is being looked at."""
        self.again_button.setEnabled(not busy)
        self.again_button.show_text(_("Looking at every page…") if busy else _("Look again"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A column in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _fill(self, inside: QVBoxLayout) -> None:
        parts: tuple[tuple[str, QLabel], ...] = (
            (_("What happened"), self.happened),
            (_("What is safe"), self.safe),
            (_("What you can do"), self.remedy),
        )
        for place, (heading, words) in enumerate(parts):
            if place:
                inside.addSpacing(8)
                inside.addWidget(rule())
                inside.addSpacing(8)
            inside.addWidget(label(heading, "heading"))
            inside.addWidget(words)

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        self._column.setFixedWidth(max(300, min(self._theme.px(_WIDTH), room)))
