# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat that has not begun: a friendly word and a few things one could ask."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import Button, IconLabel, label, reckoned_by_room, row, scrolling
from desktop.ui.theme.theme import Theme

_WIDTH = 480  # px
_MARGIN = 24
_INSIDE = 18  # px left and right of a suggestion's words
_ICON = 34


class Beginning(QWidget):
    """A column in the middle, with an icon, a title and a line; what else there is stands below.

    Attributes:
        suggested: a suggestion was chosen; it goes into the composer, to be sent or changed.
        temporary_requested: a temporary chat should begin.
        lasting_requested: a chat that is kept should begin.
    """

    suggested = Signal(str)
    temporary_requested = Signal()
    lasting_requested = Signal()

    def __init__(self, theme: Theme, icon: str, colour: str, title: str, line: str) -> None:
        super().__init__()
        self._theme = theme
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        self.below = QVBoxLayout()
        self.below.setSpacing(10)
        for words in (
            IconLabel(theme, icon, colour, _ICON),
            label(title, "title", wrap=True),
            label(line, "reading", wrap=True),
        ):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.below.addWidget(words)
        self.below.addSpacing(14)
        column.addLayout(self.below)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No wider than there is room."""
        super().resizeEvent(event)
        self._resize()

    def fit(self, width: int) -> None:
        """The column has this many pixels now."""

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        width = max(200, min(self._theme.px(_WIDTH), room))
        self._column.setFixedWidth(width)
        self.fit(width)


class EmptyState(Beginning):
    """A friendly word and a few suggestions."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            "flame",
            "accent",
            _("What is on your mind?"),
            _("Whatever you write here stays on this laptop."),
        )
        self._words = _suggestions()
        self.suggestions = tuple(self._suggestion(words) for words in self._words)
        for button in self.suggestions:
            self.below.addWidget(reckoned_by_room(button))
        self.temporary_button = Button(
            theme, _("Begin a temporary chat instead"), "link", icon="moon-star", colour="dusk", icon_size=15
        )
        self.temporary_button.setToolTip("Ctrl+Shift+N")
        self.temporary_button.clicked.connect(self.temporary_requested)
        self.below.addLayout(row(None, self.temporary_button, None))

    def fit(self, width: int) -> None:
        """A button does not break its words into lines by itself."""
        for button, words in zip(self.suggestions, self._words, strict=True):
            button.show_text(_broken(words, button.fontMetrics(), width - 2 * self._theme.px(_INSIDE)), words)

    def _suggestion(self, words: str) -> Button:
        button = Button(self._theme, words, "suggestion")
        button.setProperty("ringRadius", 12)
        button.clicked.connect(lambda: self.suggested.emit(words))
        return button


def _suggestions() -> tuple[str, ...]:
    return (
        _("Explain compound interest with a small example"),
        _("Write a short, friendly reminder about an unpaid invoice"),
        _("Give me three ideas for a quiet rainy Sunday"),
    )


def _broken(words: str, metrics: QFontMetrics, width: int) -> str:
    """``words`` in lines of at most ``width`` pixels, broken between words only."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)
