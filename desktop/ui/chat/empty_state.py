# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat that has not begun: a friendly word and a few things one could ask."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import Button, IconLabel, label, scrolling
from desktop.ui.theme.theme import Theme

_WIDTH = 480  # px
_MARGIN = 24
_FLAME = 34


class EmptyState(QWidget):
    """Attributes:
    suggested: a suggestion was chosen; it goes into the composer, to be sent or changed.
    """

    suggested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        title = label(_("What is on your mind?"), "title", wrap=True)
        line = label(_("Whatever you write here stays on this laptop."), "reading", wrap=True)
        flame = IconLabel(theme, "flame", "accent", _FLAME)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addStretch(1)
        for widget in (flame, title, line):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget)
        column.addSpacing(14)
        self.suggestions = tuple(self._suggestion(words) for words in _suggestions())
        for button in self.suggestions:
            column.addWidget(button)
        column.addStretch(1)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(_MARGIN, 16, _MARGIN, 16)
        middle.addStretch(1)
        middle.addWidget(self._column)
        middle.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(scrolled))
        theme.changed.connect(self._resize)
        self._resize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No wider than there is room."""
        super().resizeEvent(event)
        self._resize()

    def _suggestion(self, words: str) -> Button:
        button = Button(self._theme, words, "suggestion")
        button.setProperty("ringRadius", 12)
        button.clicked.connect(lambda: self.suggested.emit(words))
        return button

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        self._column.setFixedWidth(max(200, min(self._theme.px(_WIDTH), room)))


def _suggestions() -> tuple[str, ...]:
    return (
        _("Explain compound interest with a small example"),
        _("Write a short, friendly reminder about an unpaid invoice"),
        _("Give me three ideas for a quiet rainy Sunday"),
    )
