# SPDX-License-Identifier: GPL-3.0-or-later
"""First start: choose a passphrase, see how strong it is, understand that there is no way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.domain.vault import ErasureReceipt
from desktop.i18n import _
from desktop.services.erasure import headline
from desktop.services.vault import PassphraseStrength
from desktop.ui.announce import announce
from desktop.ui.lock.door_page import DoorPage, centred
from desktop.ui.lock.new_passphrase import NewPassphrase
from desktop.ui.lock.start_over_page import ErasedCard
from desktop.ui.theme.controls import Button, Tick, label, row, scale_layouts
from desktop.ui.theme.theme import Theme

_COLUMN = 420


class FirstStartPage(DoorPage):
    """Attributes:
    judged: a passphrase wants its strength known.
    chosen: a passphrase was chosen, confirmed and understood.
    temporary_requested: a chat that needs no vault.
    """

    judged = Signal(str)
    chosen = Signal(str)
    temporary_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            _("Welcome to Inglenook"),
            _("Your chats stay on this laptop, locked with your passphrase."),
            width=_COLUMN,
        )
        self.new = NewPassphrase(theme, _("Choose a passphrase"))
        self.passphrase, self.again, self.meter = self.new.passphrase, self.new.again, self.new.meter
        self.understood = Tick(theme, _("I understand: without it there is no way back"))
        self.has_chats = Tick(theme, _("I have chats from another computer"))
        self.has_chats.setToolTip(_("The page on which they come in opens once your vault is made."))
        self.create_button = Button(theme, _("Begin"), "primary")
        self.create_button.setProperty("large", True)
        self._problem = centred("", "problem")
        self._problem.hide()

        self.add(self.new)
        self.add(self._warning())
        self.add(row(self.understood, None))
        self.add(row(self.has_chats, None))
        self.add(self._problem)
        self.temporary_button = Button(theme, _("Try a temporary chat first"), "link")
        self.temporary_button.setToolTip(_("It is in memory only; no vault is made.  Ctrl+Shift+N"))
        self.add(self.create_button)
        self.add(row(None, self.temporary_button, None))
        self.add(centred(_("AES-256 (SQLCipher) · Argon2id · nothing leaves this laptop"), "caption"))
        self._wire()

    def show_strength(self, passphrase: str, strength: PassphraseStrength) -> None:
        """Show a judgement, unless the person typed on meanwhile."""
        self.new.show_strength(passphrase, strength)

    def show_erased(self, receipt: ErasureReceipt) -> None:
        """What became of the vault that was here before."""
        card = ErasedCard(receipt)
        self.add_first(card)
        scale_layouts(card, self.theme.scale)
        announce(self, headline(receipt))

    def show_busy(self, busy: bool) -> None:
        """While the vault is being made."""
        for widget in (self.new, self.understood, self.has_chats, self.create_button, self.temporary_button):
            widget.setEnabled(not busy)
        self.create_button.show_text(_("Making your vault…") if busy else _("Begin"))

    def show_problem(self, text: str) -> None:
        """Say what went wrong, above the button."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def forget(self) -> None:
        """Take what was typed off the screen and out of the fields."""
        self.new.forget()

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
        self.temporary_button.clicked.connect(self.temporary_requested)
        self.new.judged.connect(self.judged)
        self.new.submitted.connect(self._begin)
        self.new.accepted.connect(self._choose)
        self.create_button.clicked.connect(self._begin)
        for tick in (self.understood, self.has_chats):
            tick.confirmed.connect(self._begin)
        self.understood.toggled.connect(lambda: self.show_problem(""))

    def _begin(self) -> None:
        self.show_problem("")
        self.new.submit()

    def _choose(self, passphrase: str) -> None:
        if self.understood.isChecked():
            self.chosen.emit(passphrase)
        else:
            self.show_problem(_("Please tick that you understand this."))
            self.understood.setFocus()
