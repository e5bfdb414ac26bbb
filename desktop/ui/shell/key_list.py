# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of the window with what they do, in two columns where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from desktop.ui.shell.shortcuts import Key
from desktop.ui.theme.controls import label
from desktop.ui.theme.theme import Theme

_TWO_COLUMNS = 560  # px at 100 %; below this the words would be squeezed


class KeyList(QWidget):
    """A line each: words, then the key as it is written on this system."""

    def __init__(self, theme: Theme, keys: Sequence[Key]) -> None:
        super().__init__()
        self._theme = theme
        self._lines = [(label(key.words, "secondary", wrap=True), _cap(key.keys)) for key in keys]
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(10)
        self._place(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two."""
        super().resizeEvent(event)
        self._place(2 if self.width() >= self._theme.px(_TWO_COLUMNS) else 1)

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        in_each = -(-len(self._lines) // columns)
        beside = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for place, (words, cap) in enumerate(self._lines):
            side, line = divmod(place, in_each)
            self._grid.addWidget(words, line, side * 2)
            self._grid.addWidget(cap, line, side * 2 + 1, beside)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, columns - 1)


def _cap(keys: str) -> QFrame:
    cap = QFrame()
    cap.setProperty("kind", "key")
    inside = QHBoxLayout(cap)
    inside.setContentsMargins(8, 3, 8, 3)
    inside.addWidget(label(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), "caption"))
    return cap
