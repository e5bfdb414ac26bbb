# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypting the vault anew: explained, and asked for with the passphrase. The rest happens at the door."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.i18n import _
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.theme.controls import Button, label
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.card import WayCard


class RekeyCard(WayCard):
    """Attributes:
    wanted: with the passphrase, which is not known to be right yet.
    """

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        self.open_button = Button(theme, _("Encrypt anew…"))
        self.open_button.setAccessibleName(_("Encrypt anew with a new key"))
        super().__init__(
            _("A new key"),
            _("Writes all chats anew under another key. Worth it if somebody may have seen the key."),
            self.open_button,
        )
        self.passphrase = PassphraseField(theme, _("Your passphrase"))
        self.start_button = Button(theme, _("Encrypt anew"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        self._asking = self.add_form(
            label(
                _(
                    "Inglenook locks itself, writes and checks everything, and opens again. It may be "
                    "interrupted at any moment: the passphrase stays the same and opens your chats all the "
                    "same."
                ),
                "small",
                wrap=True,
            ),
            label(
                _(
                    "Backups are removed, for the old key opens them, and a recovery code opens nothing "
                    "afterwards: make a new one. For a while it takes as much room on the disk once more."
                ),
                "small",
                wrap=True,
            ),
            self.passphrase,
            buttons=(self.cancel_button, self.start_button),
        )
        self.open_button.clicked.connect(
            lambda: self.open_form(self._asking, self.passphrase.edit, by=self.open_button)
        )
        self.passphrase.confirmed.connect(self._submit)
        self.start_button.clicked.connect(self._submit)
        self.cancel_button.clicked.connect(self.close_form)

    def show_wrong(self) -> None:
        """It is not the passphrase, or it is the recovery code."""
        self.set_busy(False)
        self.passphrase.complain(_("That is not the passphrase. A recovery code will not do here."))
        self.passphrase.edit.selectAll()
        self.passphrase.edit.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While the passphrase is tried."""
        super().set_busy(busy)
        self.start_button.show_text(_("Looking…") if busy else _("Encrypt anew"))

    def forget(self) -> None:
        """Take what was typed out of the field."""
        self.passphrase.clear()

    def _submit(self) -> None:
        if self.passphrase.text:
            self.wanted.emit(self.passphrase.text)
        else:
            self.passphrase.complain(_("Type your passphrase first."))
            self.passphrase.edit.setFocus()
