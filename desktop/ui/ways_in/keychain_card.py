# SPDX-License-Identifier: GPL-3.0-or-later
"""The keychain of the system as a way in: off until it is turned on, its weakness told before."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.i18n import _
from desktop.services.ways_in import WaysInState
from desktop.ui.theme.controls import Button, label
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.card import WayCard, day


class KeychainCard(WayCard):
    """Attributes:
    on_wanted: let the keychain open the vault.
    off_wanted: let it open the vault no more.
    """

    on_wanted = Signal()
    off_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        self.on_button = Button(theme, _("Turn on…"))
        self.on_button.setAccessibleName(_("Let the keychain open the vault"))
        self.off_button = Button(theme, _("Turn off"))
        self.off_button.setAccessibleName(_("Stop the keychain from opening the vault"))
        super().__init__(
            _("Keychain of this system"),
            _("Unlocks with one press while you are logged in, without the passphrase."),
            self.on_button,
            self.off_button,
        )
        self._is_on = self._is_there = False
        self.warning = label(
            _(
                "Other programs that run under your name can then reach the key, without asking you, and so "
                "can whoever sits at this computer while you are logged in. Your passphrase goes on working."
            ),
            "small",
            wrap=True,
        )
        self.confirm_button = Button(theme, _("Turn on"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        self._asking = self.add_form(self.warning, buttons=(self.cancel_button, self.confirm_button))
        self.on_button.clicked.connect(
            lambda: self.open_form(self._asking, self.cancel_button, by=self.on_button)
        )
        self.confirm_button.clicked.connect(self.on_wanted)
        self.cancel_button.clicked.connect(self.close_form)
        self.off_button.clicked.connect(self.off_wanted)
        self.show_buttons()

    def show_state(self, state: WaysInState) -> None:
        """Tell whether it is a way in, and what it is called."""
        self._is_on, self._is_there = state.keychain, state.keychain_name is not None
        if self.has_form:
            return
        self.show_buttons()
        self.say(_in_words(state))

    def show_buttons(self) -> None:
        """What there is to turn."""
        self.on_button.setVisible(not self._is_on and self._is_there)
        self.off_button.setVisible(self._is_on)


def _in_words(state: WaysInState) -> str:
    if state.keychain:
        name = state.keychain_name or _("not to be found now")
        words = _("On: {name}.").format(name=name)
        if since := day(state.keychain_since):
            words = _("On since {day}: {name}.").format(day=since, name=name)
        return words + " " + _("Other programs that run under your name can reach the key.")
    if state.keychain_name is None:
        return _("Off. This system has no keychain that Inglenook would trust with the key.")
    return _("Off. This system has: {name}.").format(name=state.keychain_name)
