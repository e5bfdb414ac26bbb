# SPDX-License-Identifier: GPL-3.0-or-later
"""All ways in, one card each, in the settings."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.shell.passphrase_card import PassphraseCard
from desktop.ui.theme.controls import label, reckoned_by_room
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.key_card import KeyCard
from desktop.ui.ways_in.keychain_card import KeychainCard
from desktop.ui.ways_in.recovery_card import RecoveryCard
from desktop.ui.ways_in.rekey_card import RekeyCard


class WaysInGroup(QWidget):
    """The cards under one heading."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.passphrase = PassphraseCard(theme)
        self.recovery = RecoveryCard(theme)
        self.keychain = KeychainCard(theme)
        self.rekey = RekeyCard(theme)
        self.key = KeyCard(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 6)
        layout.setSpacing(14)
        layout.addWidget(label(_("Ways in"), "heading"))
        layout.addWidget(
            label(
                _("What opens your chats. If every way is lost, nobody can open them: we cannot, either."),
                "secondary",
                wrap=True,
            )
        )
        for card in (self.passphrase, self.recovery, self.keychain, self.rekey, self.key):
            layout.addWidget(reckoned_by_room(card))
