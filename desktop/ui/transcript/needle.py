# SPDX-License-Identifier: GPL-3.0-or-later
"""Find in chat, on screen: every place of the words is marked, and the one a person is at stands out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Signal

from desktop.domain.conversation import MessageId
from desktop.domain.folding import places
from desktop.ui.markdown.blocks import Block, CodeBlock, TableBlock, TextBlock
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.layout import Layout, Pin
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage

_EDGE = 40  # px; a place nearer to an edge than this is moved further in


class Needle(QObject):
    """Marks words in all that shows, and goes to one of their places.

    Attributes:
        counted: (message id, count) how often the words stand in a message as it is shown, which may be less
            or more than in its Markdown.
        wanted: the view should be laid out anew.
    """

    counted = Signal(str, int)
    wanted = Signal()

    def __init__(
        self, model: TranscriptModel, rows: Rows, stage: Stage, layout: Layout, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = rows
        self._stage = stage
        self._layout = layout
        self._words = ""
        self._at: tuple[MessageId, int] | None = None
        self._seeking = False

    def begin(self, words: str) -> None:
        """Mark these words, whatever their case and accents; "" marks nothing any more."""
        self._words, self._at, self._seeking = words, None, False
        self.wanted.emit()

    def go(self, message_id: MessageId, nth: int) -> None:
        """Bring a place in a message into view.

        Args:
            message_id: on the path, or nothing happens.
            nth: which of its places, from 0; beyond the last one is the last one.
        """
        row = self._model.row(message_id)
        if row is None:
            return
        self._at, self._seeking = (message_id, nth), True
        if self._stage.widget(row) is None:
            self._layout.pin = Pin(row, 0, self._rows.measure(row).lead)
        self._layout.stuck = False
        self.wanted.emit()

    def first_row(self) -> int:
        """The first row that shows."""
        return min(self._stage.staged(), default=0)

    def settle(self, height: int) -> bool:
        """After the view, ``height`` pixels high, was laid out: mark what shows.

        Returns:
            whether the view must be laid out again, for the place is somewhere else.
        """
        row = self._model.row(self._at[0]) if self._at is not None else None
        flow = self._rows.known(row) if row is not None else None
        spots = _spots(flow, self._words) if flow is not None and self._words else []
        place = self._place(spots)
        for widget in self._stage.widgets():
            for at, pane in widget.panes():
                here = place is not None and widget.row == row and at == place[0]
                pane.seek(self._words, place[1] if place is not None and here else None)
        if not self._seeking or row is None or flow is None:
            return False
        if self._at is not None and flow.complete:
            self.counted.emit(self._at[0], len(spots))
        if place is None or (self._at is not None and self._at[1] >= len(spots) and not flow.complete):
            self._seeking = not flow.complete
            return False
        shown = self._stage.widget(row)
        if shown is None or not shown.has(place[0]):
            self._layout.pin = Pin(row, place[0], height // 3)
            return True
        self._seeking = False
        y = height // 3
        for at, pane in shown.panes():
            if at == place[0] and (inside := pane.sought()) is not None:
                y = pane.mapTo(shown, QPoint(0, inside)).y() + shown.y()
        edge = self._rows.style.px(_EDGE)
        if edge <= y <= height - 2 * edge:
            return False
        self._layout.move(y - height // 3)
        return True

    def _place(self, spots: Sequence[int]) -> tuple[int, int] | None:
        """The segment of the place a person is at, and which of that segment's places it is."""
        if self._at is None or not spots:
            return None
        nth = min(self._at[1], len(spots) - 1)
        return spots[nth], nth - spots.index(spots[nth])


def _spots(flow: MessageFlow, words: str) -> list[int]:
    """For each place of the words in a message, in the order it is read: its segment."""
    return [
        number
        for number, segment in enumerate(flow.segments)
        for text in _texts(segment.blocks)
        for _each in places(text, words)
    ]


def _texts(blocks: Sequence[Block]) -> list[str]:
    """What each of a pane's paragraphs holds."""
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, TableBlock):
            shown = block.rows if block.index else (block.header, *block.rows)
            texts += ["".join(run.text for run in cell) for row in shown for cell in row]
        elif isinstance(block, CodeBlock):
            texts += block.text.split("\n")
        elif isinstance(block, TextBlock):
            texts.append(block.text)
    return texts
