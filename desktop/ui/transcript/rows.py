# SPDX-License-Identifier: GPL-3.0-or-later
"""All rows of the transcript, on screen or not: their heights, and the parsed messages among them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from desktop.domain.conversation import MessageId, Role
from desktop.ui.markdown.parser import MarkdownParser
from desktop.ui.transcript.fenwick import Fenwick
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.footer import FooterState
from desktop.ui.transcript.measure import Measure
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.segments import HeightGuess
from desktop.ui.transcript.style import TranscriptStyle

KEPT_FLOWS = 96  # parsed messages kept, those looked at last
_SIDE = 24  # least space beside the reading column


class Rows:
    """Heights and flows for a model, at one width and look.

    Attributes:
        heights: of every row, exact where it is known and a guess elsewhere.
        style: the look.
        column: width of the reading column, pixels.
        editing: the message a field stands in the place of, and the field's height.
    """

    def __init__(self, model: TranscriptModel, style: TranscriptStyle) -> None:
        self.heights = Fenwick()
        self.style = style
        self.column = style.px(style.column)
        self.editing: tuple[MessageId, int] | None = None
        self._model = model
        self._parser = MarkdownParser()
        self._flows: OrderedDict[MessageId, MessageFlow] = OrderedDict()

    def __len__(self) -> int:
        return len(self.heights)

    def reset(self) -> None:
        """The model shows another chat."""
        self._flows.clear()
        self.heights = Fenwick(self._guesses(range(self._model.rowCount())))

    def insert(self, first: int, last: int) -> None:
        """Rows were added at the end."""
        for guess in self._guesses(range(first, last + 1)):
            self.heights.append(guess)
        if first:
            self.remeasure(first - 1)  # it is no longer the last one

    def truncate(self, count: int) -> None:
        """The rows from ``count`` on are about to go."""
        for row in range(count, len(self.heights)):
            self._flows.pop(self._model.entry(row).id, None)
        self.heights.truncate(count)

    def resize(self, width: int, style: TranscriptStyle) -> None:
        """The viewport has another width, or the look changed: heights are guesses again."""
        column = max(style.px(160), min(style.px(style.column), width - 2 * style.px(_SIDE)))
        if column == self.column and style == self.style:
            return
        self.column, self.style = column, style
        self.heights = Fenwick(self._guesses(range(self._model.rowCount())))
        for message_id, flow in self._flows.items():
            row = self._model.row(message_id)
            if row is not None:
                flow.reflow(style, self.text_width(row))
                self.remeasure(row)

    def own(self, row: int) -> bool:
        """Whether a row is shown as a bubble."""
        return self._model.entry(row).role is not Role.ASSISTANT

    def text_width(self, row: int) -> int:
        """The width a row's lines wrap at."""
        return Measure.text_width(self.style, self.column, self.own(row))

    def state(self, row: int) -> FooterState:
        """What stands under a row."""
        model = self._model
        last = row == model.rowCount() - 1
        return FooterState(
            model.entry(row),
            model.message(row),
            model.is_live(row),
            last,
            model.explanation(row),
            editing=self._is_edited(row),
        )

    def measure(self, row: int) -> Measure:
        """What surrounds a row's text."""
        style, own = self.style, self.own(row)
        ends = Measure.bubble_ends(style) if own else 0
        gap = self.gap(row)
        if self.editing is not None and self._is_edited(row):
            # The field is as high as it is, whatever the text behind it.
            flow = self.known(row)
            below = self.editing[1] - ends - (flow.height if flow is not None else 0)
            return Measure(self.column, gap + ends, below + style.px(24))
        trail = ends + self.state(row).height(style)
        if row == self._model.rowCount() - 1:
            trail += style.px(24)
        return Measure(self.column, gap + ends, trail)

    def gap(self, row: int) -> int:
        """The space above a row's bubble or text."""
        if row == 0:
            return self.style.px(24)
        return self.style.px(18 if self.own(row) and not self.own(row - 1) else 22)

    def _is_edited(self, row: int) -> bool:
        return self.editing is not None and self._model.entry(row).id == self.editing[0]

    def remeasure(self, row: int) -> None:
        """Bring a row's height up to date with its flow."""
        flow = self._flows.get(self._model.entry(row).id)
        if flow is not None:
            measure = self.measure(row)
            self.heights.set(row, measure.lead + flow.height + measure.trail)

    def known(self, row: int) -> MessageFlow | None:
        """A row's flow, if there is one already."""
        return self._flows.get(self._model.entry(row).id)

    def flow(self, row: int, in_use: Iterable[int] = ()) -> MessageFlow | None:
        """A row's flow; None while its text is on its way (which this makes sure of).

        Args:
            row: the row.
            in_use: rows whose flows must stay, whatever was looked at last.
        """
        message_id = self._model.entry(row).id
        if message_id not in self._flows:
            if self._model.message(row) is None:
                self._model.want(row)
            message = self._model.message(row)
            if message is None:
                return None
            if message_id not in self._flows:
                thought_s = message.stats.thinking_s if message.stats is not None else 0.0
                flow = self._flows[message_id] = MessageFlow(self._parser, self.own(row), thought_s)
                if self._model.is_live(row):
                    flow.append(message.content, self.style, self.text_width(row))
                else:
                    flow.load(message.content, self.style, self.text_width(row))
                self._evict(set(in_use) | {row})
        self._flows.move_to_end(message_id)
        return self._flows[message_id]

    def _evict(self, needed: set[int]) -> None:
        for old in list(self._flows)[: max(0, len(self._flows) - KEPT_FLOWS)]:
            row = self._model.row(old)
            if row is None or (row not in needed and not self._model.is_live(row)):
                del self._flows[old]

    def _guesses(self, rows: Iterable[int]) -> list[int]:
        """Heights from outlines."""
        style = self.style
        yours = HeightGuess(style, Measure.text_width(style, self.column, True), True)
        its = HeightGuess(style, Measure.text_width(style, self.column, False), False)
        around_yours, around_its = style.px(38), style.px(59)
        return [
            its(entry.length, entry.lines) + around_its
            if entry.role is Role.ASSISTANT
            else yours(entry.length, entry.lines) + around_yours
            for entry in map(self._model.entry, rows)
        ]
