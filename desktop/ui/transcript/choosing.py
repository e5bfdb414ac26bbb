# SPDX-License-Identifier: GPL-3.0-or-later
"""Several messages chosen together: by dragging from one into another, by Shift and a press, or all of them.

Text is selected within one message; what goes beyond takes whole messages, so that a copy can say who said
what, also of those that have left the screen.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import MessageId
from desktop.i18n import ngettext
from desktop.ui.announce import announce
from desktop.ui.transcript.message_widget import MessageWidget
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.stage import Stage

_EDGE = 24  # px; dragging nearer to an edge than this scrolls
_STEP = 40


class Choosing(QObject):
    """Which messages are chosen.

    Attributes:
        copy_requested: with the ids of the chosen messages, in order.
    """

    copy_requested = Signal(list)

    def __init__(
        self, model: TranscriptModel, stage: Stage, view: QWidget, scroll: Callable[[int], None]
    ) -> None:
        super().__init__(view)
        self._model = model
        self._stage = stage
        self._view = view
        self._scroll = scroll
        self._anchor: MessageId | None = None
        self._end: MessageId | None = None  # None: nothing is chosen
        model.modelReset.connect(self.clear)

    def wire(self, widget: MessageWidget) -> None:
        """Listen to a message's widget."""
        widget.pressed.connect(lambda: self._press(widget))
        widget.shift_pressed.connect(lambda: self._extend(widget))
        widget.dragged.connect(lambda position: self._drag(widget, position))
        widget.selection.beyond = self.choose_all
        widget.copy_several_requested.connect(self.copy)

    @property
    def rows(self) -> range:
        """The rows that are chosen."""
        start = self._model.row(self._anchor) if self._anchor is not None else None
        end = self._model.row(self._end) if self._end is not None else None
        if start is None or end is None:
            return range(0)
        return range(min(start, end), max(start, end) + 1)

    def choose_all(self) -> None:
        """Choose the whole conversation."""
        count = self._model.rowCount()
        if count:
            self._anchor = self._model.entry(0).id
            self._choose(count - 1)

    def clear(self) -> bool:
        """Choose nothing; returns whether anything was."""
        was = self._end is not None
        self._end = None
        self.settle()
        return was

    def copy(self) -> bool:
        """Ask for a copy of what is chosen; returns whether anything is."""
        ids = [self._model.entry(row).id for row in self.rows]
        if ids:
            self.copy_requested.emit(ids)
        return bool(ids)

    def settle(self) -> None:
        """After the view was laid out: show what is chosen."""
        rows = self.rows
        for widget in self._stage.widgets():
            widget.show_chosen(widget.row in rows)

    def _press(self, widget: MessageWidget) -> None:
        self._anchor = self._model.entry(widget.row).id
        self.clear()

    def _extend(self, widget: MessageWidget) -> None:
        anchor = self._model.row(self._anchor) if self._anchor is not None else None
        if anchor is not None and anchor != widget.row:
            self._choose(widget.row)

    def _drag(self, widget: MessageWidget, position: QPoint) -> None:
        y = self._view.mapFromGlobal(position).y()
        if y < _EDGE:
            self._scroll(-_STEP)
        elif y > self._view.height() - _EDGE:
            self._scroll(_STEP)
        over = [each for each in self._stage.widgets() if each.y() <= y]
        row = over[-1].row if over else widget.row
        anchor = self._model.row(self._anchor) if self._anchor is not None else None
        if anchor is None or row == anchor:
            self.clear()
        else:
            self._choose(row)

    def _choose(self, row: int) -> None:
        for widget in self._stage.widgets():
            widget.selection.clear()
        end = self._model.entry(row).id
        if end == self._end:
            return
        self._end = end
        self.settle()
        count = len(self.rows)
        words = ngettext("{count} message chosen", "{count} messages chosen", count).format(count=count)
        announce(self._view, words)
