# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened: the last entries of the record, and the way to all of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.i18n import _
from desktop.services.activity import Activity, in_words
from desktop.ui.privacy.parts import Card, moment
from desktop.ui.theme.controls import Button, label, row, rule
from desktop.ui.theme.theme import Theme

SHOWN = 6


class HappenedCard(Card):
    """Attributes:
    all_requested: show the whole record.
    """

    all_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "refresh-cw", _("What happened"))
        self._theme = theme
        self.all_button = Button(theme, _("Show all"), "more")

    def show_done(self, done: Sequence[Activity]) -> None:
        """Show the newest of these."""
        self.clear()
        for place, entry in enumerate(done[:SHOWN]):
            if place:
                self.body.addWidget(rule())
            line = QHBoxLayout()
            line.addWidget(label(in_words(entry), wrap=True), 1)
            line.addWidget(label(moment(entry.at), "caption"))
            self.body.addLayout(line)
        if not done:
            words = _("Nothing was exported, imported, erased or allowed yet.")
            self.body.addWidget(label(words, "small", wrap=True))
            return
        self.all_button = Button(self._theme, _("Show all"), "more")
        self.all_button.setAccessibleName(_("Show all that happened"))
        self.all_button.clicked.connect(self.all_requested)
        self.body.addLayout(row(self.all_button, None))
