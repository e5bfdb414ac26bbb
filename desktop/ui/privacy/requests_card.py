# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked for: a row each, and below it the form it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.privacy.parts import Card
from desktop.ui.theme.controls import IconLabel, label, rule
from desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Request:
    """One row.

    Attributes:
        icon: its name.
        words: what is asked for.
        line: what comes of it.
        control: begins it.
        form: what is shown below while it is asked about, if anything.
    """

    icon: str
    words: str
    line: str
    control: QWidget
    form: QWidget | None = None


class RequestsCard(Card):
    """The requests, in this order."""

    def __init__(self, theme: Theme, requests: Sequence[Request]) -> None:
        super().__init__(theme, "check", _("Your requests, done at once"))
        self._lines: dict[QWidget, QLabel] = {}
        for place, one in enumerate(requests):
            if place:
                self.body.addWidget(rule())
            line = label(one.line, "small", wrap=True)
            self._lines[one.control] = line
            told = QVBoxLayout()
            told.setSpacing(2)
            told.addWidget(label(one.words, "field", wrap=True))
            told.addWidget(line)
            layout = QHBoxLayout()
            layout.setSpacing(14)
            layout.addWidget(IconLabel(theme, one.icon, "ink2", 18))
            layout.addLayout(told, 1)
            layout.addWidget(one.control)
            self.body.addLayout(layout)
            if one.form is not None:
                self.body.addWidget(one.form)

    def tell(self, control: QWidget, line: str) -> None:
        """Change what is said of the request that ``control`` begins."""
        self._lines[control].setText(line)
