# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a passphrase: typed twice, its strength shown, refused if it is easy to guess."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.vault import PassphraseStrength
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.lock.strength_meter import StrengthMeter
from desktop.ui.theme.theme import Theme

_SETTLED_MS = 150  # after the last key, before the strength is judged
_SPACING = 14  # px


class NewPassphrase(QWidget):
    """Two fields and what there is to say of the first.

    Attributes:
        judged: a passphrase wants its strength known; ``show_strength`` answers.
        submitted: Return was pressed in the second field.
        accepted: after ``submit``: it is strong enough and was typed twice.
    """

    judged = Signal(str)
    submitted = Signal()
    accepted = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.passphrase = PassphraseField(theme, name)
        self.meter = StrengthMeter(theme)
        self.again = PassphraseField(theme, _("Type it once more"))
        self._strength = PassphraseStrength(0, False, "")
        self._is_judged = False  # what is in the field now
        self._is_submitted = False  # before that
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLED_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        for widget in (self.passphrase, self.meter, self.again):
            layout.addWidget(widget)
        self.setFocusProxy(self.passphrase.edit)
        self.passphrase.changed.connect(self._typed)
        self._settle.timeout.connect(lambda: self.judged.emit(self.passphrase.text))
        self.passphrase.confirmed.connect(self.again.edit.setFocus)
        self.again.confirmed.connect(self.submitted)

    def show_strength(self, passphrase: str, strength: PassphraseStrength) -> None:
        """Show a judgement, unless the person typed on meanwhile."""
        if passphrase == self.passphrase.text:
            self._strength = strength
            self._is_judged = True
            self.meter.show_strength(strength)
            if self._is_submitted:
                self._is_submitted = False
                self.submit()

    def submit(self) -> None:
        """Check in the order of the fields, and put the keyboard where something is missing."""
        if not self.passphrase.text:
            self.passphrase.complain(_("Choose a passphrase first."))
            self.passphrase.edit.setFocus()
        elif not self._is_judged:  # do it now, and go on when it is done
            self._settle.stop()
            self._is_submitted = True
            self.judged.emit(self.passphrase.text)
        elif not self._strength.acceptable:
            self.passphrase.complain(self._strength.advice)
            self.passphrase.edit.setFocus()
        elif self.again.text != self.passphrase.text:
            self.again.complain(_("The two are not the same."))
            self.again.edit.setFocus()
        else:
            self.accepted.emit(self.passphrase.text)

    def forget(self) -> None:
        """Take what was typed off the screen and out of the fields."""
        self.passphrase.clear()
        self.again.clear()

    def _typed(self, text: str) -> None:
        self._is_judged = self._is_submitted = False
        if text:
            self._settle.start()
        else:
            self._settle.stop()
            self._strength = PassphraseStrength(0, False, "")
            self.meter.show_strength(self._strength)
