# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages before unlocking share: one quiet column in the middle of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from desktop.ui.theme.controls import IconLabel, label, scrolling
from desktop.ui.theme.theme import Theme

COLUMN = 380  # px
_FLAME = 44
_MARGIN = 24


class DoorPage(QWidget):
    """A column with the flame, a title and a line underneath; scrolls in a window too small for it."""

    def __init__(
        self, theme: Theme, title: str, line: str, *, icon: str = "flame", width: int = COLUMN
    ) -> None:
        super().__init__()
        self.setObjectName("door")
        self.setAccessibleName(title)
        self.theme = theme
        self._width = width
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._column = QWidget()
        middle.addStretch(1)
        middle.addWidget(self._column)
        middle.addStretch(1)
        outer = QVBoxLayout(self._column)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        self._body = QVBoxLayout()
        self._body.setSpacing(14)
        outer.addLayout(self._body)
        outer.addStretch(1)

        flame = IconLabel(theme, icon, "accent", _FLAME)
        self.title = label(title, "title", wrap=True)
        self.line = label(line, "secondary", wrap=True)
        for widget in (flame, self.title, self.line):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._body.addWidget(flame)
        self._body.addSpacing(2)
        self._body.addWidget(self.title)
        self._body.addWidget(self.line)
        self._body.addSpacing(10)
        self._first = self._body.count()

        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(scrolled))
        theme.changed.connect(self._resize)
        self._resize()

    def add(self, item: QWidget | QLayout, *, above: int = 0) -> None:
        """Put ``item`` at the end of the column, with this much more space above it."""
        if above:
            self._body.addSpacing(above)
        if isinstance(item, QLayout):
            self._body.addLayout(item)
        else:
            self._body.addWidget(item)

    def add_first(self, widget: QWidget) -> None:
        """Put ``widget`` above all that was added, below the title."""
        self._body.insertWidget(self._first, widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No wider than there is room."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        room = self.width() - 2 * self.theme.px(_MARGIN)
        self._column.setFixedWidth(max(200, min(self.theme.px(self._width), room)))


def centred(text: str, kind: str) -> QLabel:
    """Words in the middle of the column."""
    made = label(text, kind, wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return made
