# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting a backup in the vault's place: which, the passphrase, done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.i18n import _
from desktop.ui.lock.door_page import DoorPage
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.theme.controls import Button, Select, label, row
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:  # the door is shown before anything that opening needs is loaded
    from desktop.services.backups import Backup


class RestorePage(DoorPage):
    """Attributes:
    back: to where it was asked for.
    chosen: with the name of a backup and what opens it.
    """

    back = Signal()
    chosen = Signal(str, str)

    def __init__(self, theme: Theme, backups: Sequence[Backup], *, damaged: bool = False) -> None:
        super().__init__(
            theme,
            _("Put a backup back"),
            _(
                "Each was checked page by page when it was made, before the damage, and is checked again "
                "now. The damaged vault is not deleted; it is kept among the backups."
            )
            if damaged
            else _("What lies in the vault's place now is not deleted; it is kept among the backups."),
            icon="refresh-cw",
            width=440,
        )
        self.backup = Select(theme, _("Backup"))
        for place, one in enumerate(backups):
            self.backup.addItem(_words(one, newest=place == 0), one.name)
        self.passphrase = PassphraseField(theme, _("Passphrase it was made with"))
        self.restore_button = Button(theme, _("Put it back"), "primary")
        self.back_button = Button(theme, _("Back"))
        self.add(label(_("From"), "field"))
        self.add(self.backup)
        self.add(self.passphrase)
        asked_anew = _(
            "Afterwards no chat may be used for training, and none goes by itself, until you say so."
        )
        self.add(label(asked_anew, "caption", wrap=True))
        self.add(row(None, self.back_button, self.restore_button), above=6)
        self.passphrase.confirmed.connect(self._try)
        self.restore_button.clicked.connect(self._try)
        self.back_button.clicked.connect(self.back)

    def show_busy(self, busy: bool) -> None:
        """While it is copied and checked."""
        for widget in (self.backup, self.passphrase, self.restore_button, self.back_button):
            widget.setEnabled(not busy)
        self.restore_button.show_text(_("Checking every page…") if busy else _("Put it back"))

    def show_problem(self, text: str) -> None:
        """Say what went wrong; nothing was changed."""
        self.show_busy(False)
        self.passphrase.complain(text)
        self.passphrase.edit.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, unless it has begun."""
        if event.key() == Qt.Key.Key_Escape:
            if self.back_button.isEnabled():
                self.back.emit()
        else:
            super().keyPressEvent(event)

    def _try(self) -> None:
        if self.passphrase.text:
            self.chosen.emit(self.backup.currentData(), self.passphrase.text)
        else:
            self.passphrase.complain(_("Type the passphrase first."))
            self.passphrase.edit.setFocus()


def _words(backup: Backup, *, newest: bool) -> str:
    made = QDateTime.fromMSecsSinceEpoch(round(backup.made_at.timestamp() * 1000))
    when = QLocale().toString(made, QLocale.FormatType.ShortFormat)
    size = QLocale().formattedDataSize(backup.bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    return _("{when}, {size}, the newest").format(when=when, size=size) if newest else f"{when}, {size}"
