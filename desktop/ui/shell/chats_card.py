# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings about the chats themselves: titles, and which is shown first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.ui.theme.controls import Tick, label, rule
from desktop.ui.theme.theme import Theme


class ChatsCard(QFrame):
    """Attributes:
    titles_switched: whether the model should give titles.
    last_switched: whether the chat shown last should be shown after unlocking.
    """

    titles_switched = Signal(bool)
    last_switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.titles = Tick(theme, _("The model gives new chats their titles"))
        self.open_last = Tick(theme, _("Begin with the chat that was open last"))
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
        inside.addWidget(rule())
        inside.addWidget(self.open_last)
        self.open_last.toggled.connect(self.last_switched)
        self.titles.toggled.connect(self.titles_switched)

    def show_titles(self, on: bool) -> None:
        """Whether the model gives titles."""
        _show(self.titles, on)

    def show_opens_last(self, on: bool) -> None:
        """Whether the chat shown last is shown after unlocking."""
        _show(self.open_last, on)


def _show(tick: Tick, on: bool) -> None:
    tick.blockSignals(True)
    tick.setChecked(on)
    tick.blockSignals(False)
