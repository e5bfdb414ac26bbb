# SPDX-License-Identifier: GPL-3.0-or-later
"""What was searched for: brought into view and marked for a while. It comes and goes without any motion."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QTimer

from desktop.domain.conversation import MessageId
from desktop.ui.markdown.blocks import Block, CodeBlock, TableBlock, TextBlock
from desktop.ui.transcript.layout import Layout, Pin
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.needle import Needle
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage

SHOWN_MS = 4000  # long enough to look up from the list and find it
_EDGE = 40  # px; words nearer to an edge than this are moved further in


class Finding(QObject):
    """Marks words in one message.

    Attributes:
        needle: find in chat, which marks them everywhere.

    Args:
        model: where the message is.
        rows: what it is made of.
        stage: the widgets that show it.
        layout: what decides which part of it shows.
        parent: ends it.
    """

    def __init__(
        self, model: TranscriptModel, rows: Rows, stage: Stage, layout: Layout, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = rows
        self._stage = stage
        self._layout = layout
        self._message: MessageId | None = None
        self._words: tuple[str, ...] = ()
        self._pattern = _any_of(())
        self._seeking = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(SHOWN_MS)
        self._clock.timeout.connect(self.end)
        self.needle = Needle(model, rows, stage, layout, self)
        self.needle.wanted.connect(self.end)

    def begin(self, message_id: MessageId, words: Sequence[str]) -> None:
        """Look for these words in a message, whatever their case, once it is shown."""
        self.end()
        self._message, self._words = message_id, tuple(words)
        self._pattern = _any_of(words)
        self._seeking = bool(words)

    def end(self) -> None:
        """Mark nothing any more."""
        self._clock.stop()
        if self._message is None:
            return
        self._message = None
        for widget in self._stage.widgets():
            widget.mark(())

    def settle(self, height: int) -> bool:
        """After the view, ``height`` pixels high, was laid out: mark what shows.

        Returns:
            whether the view must be laid out again, for the first word is somewhere else.
        """
        return self._settle(height) | self.needle.settle(height)

    def _settle(self, height: int) -> bool:
        row = self._model.row(self._message) if self._message is not None else None
        flow = self._rows.known(row) if row is not None else None
        if row is None or flow is None:
            return False
        for each in self._stage.widgets():
            each.mark(self._words if each.row == row else ())
        if not self._clock.isActive():
            self._clock.start()
        if not self._seeking:
            return False
        segments = enumerate(flow.segments)
        place = next((at for at, each in segments if self._pattern.search(_text(each.blocks))), None)
        if place is None:
            if flow.complete and not flow.thought_opened and self._pattern.search(flow.thought):
                flow.open_thought(True, self._rows.style, self._rows.text_width(row))
                return True
            self._seeking = not flow.complete
            return False
        widget = self._stage.widget(row)
        if widget is None or not widget.has(place):
            self._layout.pin = Pin(row, place, height // 3)
            return True
        self._seeking = False
        y = height // 3
        for _place, pane in widget.panes():
            if (inside := pane.first_mark()) is not None:
                y = widget.y() + pane.mapTo(widget, QPoint(0, inside)).y()
                break
        edge = self._rows.style.px(_EDGE)
        if edge <= y <= height - 2 * edge:
            return False
        self._layout.move(y - height // 3)
        return True


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Finds what Pane.mark marks."""
    letter = r"[^\W_]"
    each = [
        rf"(?<!{letter}){re.escape(word)}(?!{letter})" if word.isascii() else re.escape(word)
        for word in words
    ]
    return re.compile("|".join(each), re.IGNORECASE)


def _text(blocks: Sequence[Block]) -> str:
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, TableBlock):
            shown = block.rows if block.index else (block.header, *block.rows)
            texts += ["".join(run.text for run in cell) for row in shown for cell in row]
        elif isinstance(block, CodeBlock | TextBlock):
            texts.append(block.text)
    return "\n".join(texts)
