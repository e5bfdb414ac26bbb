# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings about the chats themselves: titles."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.ui.theme.controls import Tick, label
from desktop.ui.theme.theme import Theme


class ChatsCard(QFrame):
    """Attributes:
    titles_switched: whether the model should give titles.
    """

    titles_switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.titles = Tick(theme, _("The model gives new chats their titles"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("Chats"), "heading"))
        inside.addWidget(self.titles)
        inside.addWidget(
            label(
                _(
                    "After the first answer, while nobody waits for another, here on this computer. A title "
                    "you gave stays as it is. Temporary chats are never given one."
                ),
                "secondary",
                wrap=True,
            )
        )
        self.titles.toggled.connect(self.titles_switched)

    def show_titles(self, on: bool) -> None:
        """Whether the model gives titles."""
        self.titles.blockSignals(True)
        self.titles.setChecked(on)
        self.titles.blockSignals(False)
