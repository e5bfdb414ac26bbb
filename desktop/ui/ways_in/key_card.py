# SPDX-License-Identifier: GPL-3.0-or-later
"""The raw key: asked for with the passphrase, shown for a minute."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent

from desktop.i18n import _
from desktop.ui import clipboard
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.theme.controls import Button, NamedLabel, label
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.card import WayCard

SHOWN_MS = 60_000
_GROUP = 8  # digits, two groups a line: that fits at every size of text


class KeyCard(WayCard):
    """Attributes:
    wanted: with what is to prove who asks.
    """

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        self.open_button = Button(theme, _("Show…"))
        self.open_button.setAccessibleName(_("Show the key"))
        super().__init__(
            _("The key itself"),
            _("For opening vault.db with another SQLCipher program, without Inglenook."),
            self.open_button,
        )
        self._key = ""
        self.passphrase = PassphraseField(theme, _("Your passphrase"))
        self.show_button = Button(theme, _("Show the key"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        self._asking = self.add_form(
            label(
                _("Whoever sees the key can read everything, for as long as the vault keeps it."),
                "small",
                wrap=True,
            ),
            self.passphrase,
            buttons=(self.cancel_button, self.show_button),
        )
        self.key = NamedLabel(_("The key, 64 hexadecimal digits"), kind="secret")
        self.key.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.key.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.told = label("", "small", wrap=True)
        self.copy_button = Button(theme, _("Copy"), icon="copy")
        self.copy_button.setAccessibleName(_("Copy the key"))
        self.hide_button = Button(theme, _("Hide"), "primary")
        self.hide_button.setAccessibleName(_("Hide the key"))
        self._showing = self.add_form(self.key, self.told, buttons=(self.copy_button, self.hide_button))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.close_form)
        self.open_button.clicked.connect(
            lambda: self.open_form(self._asking, self.passphrase.edit, by=self.open_button)
        )
        self.passphrase.confirmed.connect(self._submit)
        self.show_button.clicked.connect(self._submit)
        self.cancel_button.clicked.connect(self.close_form)
        self.copy_button.clicked.connect(self._copy)
        self.hide_button.clicked.connect(self.close_form)

    def show_key(self, key: str) -> None:
        """Show it for a minute."""
        self.set_busy(False)
        self.close_form()
        if not self.isVisible():  # the page was left meanwhile
            return
        self._key = key
        groups = [key[at : at + _GROUP] for at in range(0, len(key), _GROUP)]
        self.key.setText("\n".join(" ".join(groups[at : at + 2]) for at in range(0, len(groups), 2)))
        self.told.setText(_("It is hidden again after a minute, and when you lock or leave this page."))
        self.open_form(self._showing, self.hide_button, by=self.open_button)
        self._timer.start()

    def show_wrong(self, words: str) -> None:
        """It does not open the vault."""
        self.set_busy(False)
        self.passphrase.complain(words)
        self.passphrase.edit.selectAll()
        self.passphrase.edit.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While the passphrase is tried."""
        super().set_busy(busy)
        self.show_button.show_text(_("Looking…") if busy else _("Show the key"))

    def forget(self) -> None:
        """Take the key and what was typed off the screen."""
        self._timer.stop()
        self._key = ""
        self.key.clear()
        self.passphrase.clear()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was shown does not wait for whoever comes back to the page."""
        super().hideEvent(event)
        self.close_form(refocus=False)

    def _copy(self) -> None:
        clipboard.copy(self._key)
        self.told.setText(
            _("Copied. Locking empties the clipboard, and clipboard histories are asked to leave it out.")
        )

    def _submit(self) -> None:
        if self.passphrase.text:
            self.wanted.emit(self.passphrase.text)
        else:
            self.passphrase.complain(_("Type your passphrase first."))
            self.passphrase.edit.setFocus()
