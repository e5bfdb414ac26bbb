# SPDX-License-Identifier: GPL-3.0-or-later
"""First start: choose a passphrase, see how strong it is, understand that there is no way back."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.services.vault import PassphraseStrength
from desktop.ui.lock.door_page import DoorPage, centred
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.lock.strength_meter import StrengthMeter
from desktop.ui.theme.controls import Button, Tick, label, row
from desktop.ui.theme.theme import Theme

_SETTLED_MS = 150  # after the last key, before the strength is judged
_COLUMN = 420


class FirstStartPage(DoorPage):
    """Attributes:
    judged: a passphrase wants its strength known.
    chosen: a passphrase was chosen, confirmed and understood.
    """

    judged = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            _("Welcome to Inglenook"),
            _("Your chats stay on this laptop, locked with your passphrase."),
            width=_COLUMN,
        )
        self.passphrase = PassphraseField(theme, _("Choose a passphrase"))
        self.again = PassphraseField(theme, _("Type it once more"))
        self.meter = StrengthMeter(theme)
        self.understood = Tick(theme, _("I understand: without it there is no way back"))
        self.create_button = Button(theme, _("Begin"), "primary")
        self.create_button.setProperty("large", True)
        self._problem = centred("", "problem")
        self._problem.hide()
        self._strength = PassphraseStrength(0, False, "")
        self._is_judged = False  # what is in the field now
        self._pressed = False  # Begin, before that
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLED_MS)

        self.add(self.passphrase)
        self.add(self.meter)
        self.add(self.again)
        self.add(self._warning())
        self.add(row(self.understood, None))
        self.add(self._problem)
        self.add(self.create_button)
        self.add(centred(_("AES-256 (SQLCipher) · Argon2id · nothing leaves this laptop"), "caption"))
        self._wire()

    def show_strength(self, passphrase: str, strength: PassphraseStrength) -> None:
        """Show a judgement, unless the person typed on meanwhile."""
        if passphrase == self.passphrase.text:
            self._strength = strength
            self._is_judged = True
            self.meter.show_strength(strength)
            if self._pressed:
                self._pressed = False
                self._begin()

    def show_busy(self, busy: bool) -> None:
        """While the vault is being made."""
        for widget in (self.passphrase, self.again, self.understood, self.create_button):
            widget.setEnabled(not busy)
        self.create_button.show_text(_("Making your vault…") if busy else _("Begin"))

    def show_problem(self, text: str) -> None:
        """Say what went wrong, above the button."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def forget(self) -> None:
        """Take what was typed off the screen and out of the fields."""
        self.passphrase.clear()
        self.again.clear()

    def _warning(self) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(4)
        layout.addWidget(label(_("If you forget it"), "heading"))
        layout.addWidget(
            label(
                _(
                    "Nobody can open your chats then, not even us: there is no reset and no copy of the key. "
                    "Write the passphrase down and keep the paper somewhere safe."
                ),
                "small",
                wrap=True,
            )
        )
        return card

    def _wire(self) -> None:
        self.passphrase.changed.connect(self._typed)
        self._settle.timeout.connect(lambda: self.judged.emit(self.passphrase.text))
        self.passphrase.confirmed.connect(self.again.edit.setFocus)
        self.again.confirmed.connect(self._begin)
        self.create_button.clicked.connect(self._begin)
        self.understood.confirmed.connect(self._begin)
        self.understood.toggled.connect(lambda: self.show_problem(""))

    def _typed(self, text: str) -> None:
        self._is_judged = self._pressed = False
        if text:
            self._settle.start()
        else:
            self._settle.stop()
            self._strength = PassphraseStrength(0, False, "")
            self.meter.show_strength(self._strength)

    def _begin(self) -> None:
        """Check in the order of the page, and put the keyboard where something is missing."""
        self.show_problem("")
        if not self.passphrase.text:
            self.passphrase.complain(_("Choose a passphrase first."))
            self.passphrase.edit.setFocus()
        elif not self._is_judged:  # do it now, and go on when it is done
            self._settle.stop()
            self._pressed = True
            self.judged.emit(self.passphrase.text)
        elif not self._strength.acceptable:
            self.passphrase.complain(self._strength.advice)
            self.passphrase.edit.setFocus()
        elif self.again.text != self.passphrase.text:
            self.again.complain(_("The two are not the same."))
            self.again.edit.setFocus()
        elif not self.understood.isChecked():
            self.show_problem(_("Please tick that you understand this."))
            self.understood.setFocus()
        else:
            self.chosen.emit(self.passphrase.text)
