# SPDX-License-Identifier: GPL-3.0-or-later
"""A selection that runs through the panes of one message, as if they were one text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint

from desktop.ui import clipboard
from desktop.ui.transcript.pane import Pane


class Selection:
    """What is selected in a message.

    Args:
        panes: the panes that are on screen, top to bottom.

    Attributes:
        beyond: called when everything is selected already.
    """

    def __init__(self, panes: Callable[[], Sequence[Pane]]) -> None:
        self._panes = panes
        self._anchor: Pane | None = None
        self.beyond: Callable[[], object] = lambda: None

    def adopt(self, pane: Pane) -> None:
        """Follow what a person does in a pane of this message."""
        pane.pressed.connect(lambda: self._press(pane))
        pane.dragged.connect(self._drag)
        pane.copy_requested.connect(self.copy)
        pane.select_all_requested.connect(self.select_all)

    def select_all(self) -> None:
        """Select the whole message as far as it is on screen; a second time, go beyond it."""
        if all(pane.all_selected for pane in self._panes()):
            self.beyond()
            return
        for pane in self._panes():
            pane.select(None, None)

    def clear(self) -> None:
        """Select nothing."""
        for pane in self._panes():
            pane.clear_selection()

    def text(self) -> str:
        """What is selected, as plain text."""
        return "\n".join(text for text in (pane.selected_text() for pane in self._panes()) if text)

    def copy(self) -> bool:
        """Copy what is selected; returns whether anything was."""
        text = self.text()
        if text:
            clipboard.copy(text)
        return bool(text)

    def _press(self, pane: Pane) -> None:
        self._anchor = pane
        for other in self._panes():
            if other is not pane:
                other.clear_selection()

    def _drag(self, position: QPoint) -> None:
        """A selection that leaves its pane runs through to where the pointer is."""
        panes = self._panes()
        if self._anchor not in panes or self._anchor is None:
            return
        over = min(panes, key=lambda pane: _distance(position, pane))
        first, last = sorted((panes.index(self._anchor), panes.index(over)))
        at = self._anchor.textCursor().anchor()
        there = over.cursorForPosition(over.viewport().mapFromGlobal(position)).position()
        down = panes[first] is self._anchor
        for index, pane in enumerate(panes):
            if pane is self._anchor and pane is over:
                continue
            if not first <= index <= last:
                pane.clear_selection()
            elif pane is self._anchor:
                pane.select(at, None if down else 0)
            elif pane is over:
                pane.select(None if down else there, there if down else None)
            else:
                pane.select(None, None)


def _distance(position: QPoint, pane: Pane) -> int:
    """How far above or below a pane a global position is."""
    y = pane.mapFromGlobal(position).y()
    return max(0, -y, y - pane.height())
