# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for a vault that cannot be opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.ui.lock.door_page import DoorPage
from desktop.ui.lock.troubles import Trouble
from desktop.ui.theme.controls import Button, NamedLabel, label, row, rule
from desktop.ui.theme.theme import Theme


class TroublePage(DoorPage):
    """Attributes:
    again: look once more.
    elsewhere: use another folder.
    restore: put a backup in the vault's place.
    erase: be rid of it, and start over.
    """

    again = Signal()
    elsewhere = Signal()
    restore = Signal()
    erase = Signal()

    def __init__(self, theme: Theme, trouble: Trouble, folder: Path) -> None:
        super().__init__(theme, trouble.title, "", icon="triangle-alert", width=500)
        self.line.hide()
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(4)
        parts = (
            (_("What happened"), trouble.happened),
            (_("What is safe"), trouble.safe),
            (_("What you can do"), trouble.remedy),
        )
        for place, (heading, words) in enumerate(parts):
            if place:
                inside.addSpacing(8)
                inside.addWidget(rule())
                inside.addSpacing(8)
            inside.addWidget(label(heading, "heading"))
            inside.addWidget(label(words, "secondary", wrap=True))
        address = NamedLabel(_("Folder of this vault"), str(folder), "address")
        address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.again_button = Button(theme, _("Try again"), "primary")
        self.elsewhere_button = Button(theme, _("Use another folder…"))
        self.restore_button = Button(theme, _("Put a backup back…"))
        self.restore_button.hide()
        self.erase_button = Button(theme, _("Erase it and start over…"), "link")
        self.erase_button.hide()
        self.add(card)
        self.add(label(_("Folder"), "caption"))
        self.add(address)
        self.add(row(None, self.elsewhere_button, self.restore_button, self.again_button), above=6)
        self.add(row(None, self.erase_button))
        self.again_button.clicked.connect(self.again)
        self.erase_button.clicked.connect(self.erase)
        self.elsewhere_button.clicked.connect(self.elsewhere)
        self.restore_button.clicked.connect(self.restore)
