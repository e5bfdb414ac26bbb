# SPDX-License-Identifier: GPL-3.0-or-later
"""Unlocking, and what can be done when the passphrase is forgotten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.lock.door_page import DoorPage, centred
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.theme.controls import Button, NamedLabel, label, row
from desktop.ui.theme.theme import Theme


class UnlockPage(DoorPage):
    """Attributes:
    entered: a passphrase to try.
    forgotten: the person cannot remember it.
    temporary_requested: a chat that needs no vault.
    keychain_requested: try what the keychain of the system keeps.
    """

    entered = Signal(str)
    forgotten = Signal()
    temporary_requested = Signal()
    keychain_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Inglenook is locked"), _("Your chats are encrypted on this laptop."))
        self.passphrase = PassphraseField(theme, _("Passphrase"))
        self.unlock_button = Button(theme, _("Unlock"), "primary")
        self.unlock_button.setProperty("large", True)
        self.forgotten_button = Button(theme, _("Forgot your passphrase?"), "link")
        self.add(self.passphrase)
        self.add(self.unlock_button)
        self.keychain_button = Button(theme, _("Unlock with the keychain of this system"))
        self.keychain_button.setProperty("large", True)
        self._keychain_note = label("", "problem", wrap=True)
        for widget in (self.keychain_button, self._keychain_note):
            self.add(widget)
            widget.hide()
        self.temporary_button = Button(theme, _("Temporary chat without unlocking"), "link")
        self.temporary_button.setToolTip("Ctrl+Shift+N")
        links = QVBoxLayout()
        links.setSpacing(2)
        for link in (self.forgotten_button, self.temporary_button):
            links.addLayout(row(None, link, None))
        self.add(links)
        self.passphrase.confirmed.connect(self._try)
        self.unlock_button.clicked.connect(self._try)
        self.forgotten_button.clicked.connect(self.forgotten)
        self.temporary_button.clicked.connect(self.temporary_requested)
        self.keychain_button.clicked.connect(self.keychain_requested)

    def offer_keychain(self, offered: bool) -> None:
        """Show its button or not."""
        self.keychain_button.setVisible(offered)

    def show_busy(self, busy: bool) -> None:
        """While the key is being derived."""
        links = (self.forgotten_button, self.temporary_button)
        for widget in (self.passphrase, self.unlock_button, self.keychain_button, *links):
            widget.setEnabled(not busy)
        if busy:
            self.show_keychain_problem("")
        self.unlock_button.show_text(_("Unlocking…") if busy else _("Unlock"))

    def show_closing(self) -> None:
        """While the vault is being closed behind us."""
        self.show_busy(True)
        self.unlock_button.show_text(_("Locking…"))

    def show_keychain_problem(self, text: str) -> None:
        """The keychain does not open it: the passphrase is the way. "" takes it back."""
        self._keychain_note.setText(text)
        self._keychain_note.setVisible(bool(text))
        self.keychain_button.setAccessibleDescription(text)
        if text:
            self.passphrase.edit.setFocus()
            announce(self, text)

    def show_wrong(self, text: str) -> None:
        """The passphrase does not fit."""
        self.passphrase.complain(text)
        self.passphrase.edit.selectAll()
        self.passphrase.edit.setFocus()

    def forget(self) -> None:
        """Take what was typed off the screen and out of the field."""
        self.passphrase.clear()

    def _try(self) -> None:
        if self.passphrase.text:
            self.entered.emit(self.passphrase.text)
        else:
            self.passphrase.edit.setFocus()


class ForgottenPage(DoorPage):
    """What is true when a passphrase is forgotten.

    Attributes:
        back: to the unlock page.
        start_over: begin an empty vault in another folder.
        erase: give this vault up for good, and begin anew here.
    """

    back = Signal()
    start_over = Signal()
    erase = Signal()

    def __init__(self, theme: Theme, folder: Path) -> None:
        super().__init__(
            theme,
            _("If the passphrase is gone"),
            _("We cannot open your chats for you, and nobody else can. That is what keeps them private."),
            icon="lock",
            width=540,
        )
        self.back_button = Button(theme, _("Try again"), "primary")
        self.start_over_button = Button(theme, _("Start over in another folder…"))
        self.erase_button = Button(theme, _("Erase it and start over…"), "danger")
        address = NamedLabel(_("Folder of this vault"), str(folder), "address")
        address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.add(label(_("Worth trying"), "heading"))
        self.add(
            label(
                _(
                    "Take your time: there is no limit on attempts. Look for Caps Lock, another keyboard "
                    "layout, and spaces at the beginning or the end. If you made a recovery code, type it "
                    "in place of the passphrase."
                ),
                "secondary",
                wrap=True,
            )
        )
        self.add(label(_("Starting over"), "heading"), above=6)
        self.add(
            label(
                _(
                    "You can begin an empty vault in another folder. The old one stays where it is, "
                    "untouched, in case the passphrase comes back to you. Or erase it for good, keys first, "
                    "and begin anew in its place:"
                ),
                "secondary",
                wrap=True,
            )
        )
        self.add(address)
        self.add(row(self.erase_button, None, self.start_over_button, self.back_button), above=8)
        self.add(
            centred(
                _("To open the new vault another day, start Inglenook with --profile and its folder."),
                "caption",
            )
        )
        self.back_button.clicked.connect(self.back)
        self.start_over_button.clicked.connect(self.start_over)
        self.erase_button.clicked.connect(self.erase)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back: nothing was begun."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)
