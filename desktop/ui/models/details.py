# SPDX-License-Identifier: GPL-3.0-or-later
"""A model's card: what its file claims, and apart from that what was measured on this computer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.library import KnownModel
from desktop.services.model_words import (
    Line,
    base_explained,
    claims,
    fit_explained,
    measured,
    not_measured,
    not_stated,
)
from desktop.ui.privacy.parts import Card, size_in_words
from desktop.ui.theme.controls import Button, IconLabel, label, row
from desktop.ui.theme.theme import Theme


class Details(QWidget):
    """Attributes:
    left: back to the list.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.back_button = Button(theme, _("Back to the models"), "link")
        self._title = label("", "title", wrap=True)
        self._base = QFrame()
        self._base.setProperty("kind", "notice")
        base = row(
            IconLabel(theme, "triangle-alert", "accent", 17),
            label(base_explained(), "small", wrap=True),
            spacing=10,
        )
        base.setStretch(1, 1)
        base.setContentsMargins(14, 10, 14, 10)
        self._base.setLayout(base)
        self._claims = Card(theme, "pencil", _("What the file says of itself"))
        self._measured = Card(theme, "laptop", _("What was measured here"))
        head = row(self._title, self.back_button)
        head.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self._base)
        column.addWidget(self._measured)
        column.addWidget(self._claims)
        column.addStretch(1)
        self.back_button.clicked.connect(self.left)

    def show_model(self, known: KnownModel, room: int | None) -> None:
        """Show all that is known of one."""
        self._title.setText(known.name)
        self._base.setVisible(known.is_base and bool(known.size))
        self._measured.clear()
        body = self._measured.body
        body.addWidget(label(fit_explained(known, room, size_in_words), "secondary", wrap=True))
        body.addLayout(_table(measured(known, size_in_words), not_measured()))
        self._claims.clear()
        body = self._claims.body
        words = _("Written into the file by whoever made it. Nobody checked it, Inglenook neither.")
        body.addWidget(label(words, "secondary", wrap=True))
        body.addLayout(_table(claims(known.card), not_stated()))


def _table(lines: list[Line], silent: str) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(8)
    for place, (words, value) in enumerate(lines):
        grid.addWidget(label(words, "small"), place, 0, Qt.AlignmentFlag.AlignTop)
        told = label(_breakable(value) or silent, "body" if value else "caption", wrap=True)
        told.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        told.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid.addWidget(told, place, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _breakable(value: str) -> str:
    """A hash or an address is longer than a narrow page: let it be broken anywhere, unseen."""
    return " ".join(
        "\u200b".join(word[at : at + 16] for at in range(0, len(word), 16)) if len(word) > 32 else word
        for word in value.split()
    )
