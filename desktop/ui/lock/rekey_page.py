# SPDX-License-Identifier: GPL-3.0-or-later
"""While the vault is encrypted anew: how far it is, and what is true if it breaks off."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from desktop.domain.errors import InglenookError
from desktop.domain.vault import RekeyStep
from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.lock.door_page import DoorPage, centred
from desktop.ui.theme.theme import Theme


class RekeyPage(DoorPage):
    """Nothing can be pressed here: it goes on by itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            _("Encrypting anew"),
            _("Your chats are written under a new key. The model is let go meanwhile."),
            icon="refresh-cw",
            width=440,
        )
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("Progress of encrypting anew"))
        self.progress.setTextVisible(False)
        self.progress.setRange(0, len(RekeyStep))
        self.said = centred(_("Locking…"), "small")
        self.add(self.progress)
        self.add(self.said)
        self.add(
            centred(
                _("If the power fails now, your passphrase opens everything all the same."),
                "caption",
            ),
            above=6,
        )

    def show_step(self, step: RekeyStep) -> None:
        """The next step begins."""
        words = {
            RekeyStep.COPYING: _("Copying, and checking every page…"),
            RekeyStep.ENCRYPTING: _("Encrypting the copy with the new key…"),
            RekeyStep.CHECKING: _("Checking every page again…"),
            RekeyStep.EXCHANGING: _("Putting it in the vault's place…"),
        }
        counted = _("Step {number} of {count}: {step}")
        self.progress.setValue(step - 1)
        self.said.setText(counted.format(number=int(step), count=len(RekeyStep), step=words[step]))
        announce(self, self.said.text())


def rekeyed_in_words(is_keychain_kept: bool) -> str:
    """What is told in the chat afterwards."""
    words = _(
        "Your chats have a new key. The backups of before are removed; a recovery code has to be made again."
    )
    if is_keychain_kept:
        return words
    return words + " " + _("The keychain did not take a new secret, so it opens the vault no more.")


def not_rekeyed_in_words(error: Exception) -> str:
    """What is told at the door if it came to nothing."""
    if isinstance(error, InglenookError):
        return str(error)
    return _("Encrypting anew went wrong. Your passphrase opens your chats as before.")
