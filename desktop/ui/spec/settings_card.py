# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings that leads to what the model is told."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class SpecCard(QFrame):
    """Attributes:
    requested: show what the model is told.
    """

    requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.button = Button(theme, _("Read and change…"))
        self.button.setAccessibleName(_("Read and change what the model is told"))
        line = row(
            label(
                _("How you want to be answered in every chat, and what Inglenook tells the model itself."),
                "secondary",
                wrap=True,
            ),
            self.button,
        )
        line.setStretch(0, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("What the model is told"), "heading"))
        inside.addLayout(line)
        self.button.clicked.connect(self.requested)
