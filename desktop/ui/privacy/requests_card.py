# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked for: a row each, and below it the form it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.privacy.parts import Card, lines
from desktop.ui.theme.controls import IconLabel, label, rule
from desktop.ui.theme.theme import Theme

_GAP = 8  # px between a request and its form


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
        self._rows: list[QBoxLayout] = []
        for place, one in enumerate(requests):
            if place:
                self.body.addWidget(rule())
            self._lines[one.control] = line = label(one.line, "small", wrap=True)
            told = QHBoxLayout()
            told.setSpacing(14)
            told.addWidget(IconLabel(theme, one.icon, "ink2", 18))
            told.addWidget(lines(label(one.words, "field", wrap=True), line), 1)
            beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            beside.setSpacing(10)
            beside.addLayout(told, 1)
            beside.addWidget(one.control, 0, Qt.AlignmentFlag.AlignVCenter)
            self._rows.append(beside)
            whole = QVBoxLayout()
            whole.setSpacing(0)
            whole.addLayout(beside)
            if one.form is not None:  # as high as nothing while there is nothing in it
                layout = one.form.layout()
                if layout is not None:
                    layout.setContentsMargins(0, _GAP, 0, 0)
                whole.addWidget(one.form)
            else:
                whole.addSpacing(_GAP)
            self.body.addLayout(whole)

    def stack(self, stacked: bool) -> None:
        """Have the controls below the words instead of beside them: there is no room for both."""
        direction = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        for beside in self._rows:
            beside.setDirection(direction)

    def tell(self, control: QWidget, line: str) -> None:
        """Change what is said of the request that ``control`` begins."""
        self._lines[control].setText(line)
