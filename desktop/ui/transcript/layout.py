# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rows and segments show, and where: laid out from a pin, so that nothing a person looks at jumps.

The truth about the scroll position is a *pin*: one segment and where on screen its top is. Rows are laid out
from it downwards and upwards, so an estimated height that turns out wrong moves only what is off screen. The
scroll bar's value follows, from the sums of all heights.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage

END = -1  # the pin is at the end of its message's text
_MARGIN = 160  # pixels beyond the viewport that have widgets too


@dataclass(frozen=True, slots=True)
class Pin:
    """What stays in place.

    Attributes:
        place: a segment, the count of segments (where unparsed text begins), or END.
        y: its top on screen.
    """

    row: int
    place: int
    y: int


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the transcript that shows, in pixels of the viewport, and until when work may go on."""

    low: int
    high: int
    deadline: float


class Layout:
    """The arithmetic of the view.

    Attributes:
        pin: what stays where it is.
        stuck: the end of the transcript stays in view while text arrives.
    """

    def __init__(self, rows: Rows, stage: Stage) -> None:
        self.pin = Pin(0, END, 0)
        self.stuck = True
        self._rows = rows
        self._stage = stage
        self._worked = False

    def lay_out(self, height: int, budget: float) -> tuple[dict[int, int], bool]:
        """Fill a viewport of ``height`` pixels, spending about ``budget`` seconds.

        Returns:
            the top on screen of each row that shows, and whether all of them are complete.
        """
        count = len(self._rows)
        margin = self._rows.style.px(_MARGIN)
        self._worked = False
        span = Span(-margin, height + margin, time.perf_counter() + budget)
        tops: dict[int, int] = {}
        done = True
        for _attempt in range(4):  # heights become exact on the way; each look settles more of them
            if self.stuck:
                self.pin = Pin(count - 1, END, height - self._rows.measure(count - 1).trail)
            tops, done = self._fill(count, span)
            shift = self._overshoot(tops, count, height)
            if not shift:
                break
            self.pin = replace(self.pin, y=self.pin.y + shift)
            if self.stuck:  # a short chat begins at the top, it does not hang from the bottom
                tops = {row: top + shift for row, top in tops.items()}
                break
        self._repin(tops)
        return tops, done

    def move(self, pixels: int) -> None:
        """Scroll down by so many pixels."""
        self.pin = replace(self.pin, y=self.pin.y - pixels)

    def jump(self, offset: int) -> None:
        """Pin what is ``offset`` pixels from the beginning, by what is known of the heights."""
        row = self._rows.heights.find(offset)
        y = self._rows.heights.prefix(row) + self._rows.measure(row).lead - offset
        flow = self._rows.known(row)
        place = 0
        if flow is not None and flow.segments:
            place = flow.heights.find(max(0, -y))
            y += flow.top(place)
        self.pin = Pin(row, place, y)

    def offset(self) -> int:
        """How many pixels of the transcript are above the viewport."""
        if not len(self._rows):
            return 0
        row = min(self.pin.row, len(self._rows) - 1)
        measure = self._rows.measure(row)
        flow = self._rows.known(row)
        inside = flow.top(self.pin.place) if flow is not None and self.pin.place != END else 0
        if self.pin.place == END:
            inside = self._rows.heights[row] - measure.lead - measure.trail
        return self._rows.heights.prefix(row) + measure.lead + inside - self.pin.y

    def _overshoot(self, tops: dict[int, int], count: int, height: int) -> int:
        """How far down (up, if negative) everything must move so that no empty space shows at an end."""
        top = tops.get(0)
        last = tops.get(count - 1)
        if last is not None and (short := height - last - self._rows.heights[count - 1]) > 0:
            above = self._rows.heights.prefix(count - 1) - last if top is None else -top
            if above > 0:
                return min(short, above)
        if top is not None and top > 0:
            return -top
        return 0

    def _fill(self, count: int, span: Span) -> tuple[dict[int, int], bool]:
        heights = self._rows.heights
        row = min(self.pin.row, count - 1)
        top, done = self._fill_row(row, self.pin.place, self.pin.y, span)
        tops = {row: top}
        bottom = top + heights[row]
        for below in range(row + 1, count):
            if bottom > span.high:
                break
            tops[below], fine = self._fill_row(below, 0, bottom + self._rows.measure(below).lead, span)
            done = done and fine
            bottom = tops[below] + heights[below]
        for above in range(row - 1, -1, -1):
            if top < span.low:
                break
            top, fine = self._fill_row(above, END, top - self._rows.measure(above).trail, span)
            tops[above] = top
            done = done and fine
        return tops, done

    def _fill_row(self, row: int, place: int, y: int, span: Span) -> tuple[int, bool]:
        """Realise a row's segments that show, with the top of ``place`` at ``y``; returns the row's top."""
        flow = self._rows.flow(row, self._stage.staged())
        measure = self._rows.measure(row)
        if flow is None or (row not in self._stage.staged() and self._late(span)):
            inner = self._rows.heights[row] - measure.lead - measure.trail
            return y - measure.lead - (inner if place == END else 0), flow is None
        if not flow.complete and not self._late(span):
            self._worked = True
            flow.parse_some(span.deadline, self._rows.style, self._rows.text_width(row))
        count = len(flow.segments)
        start = count if place == END else min(place, count)
        # Pinned at the end, unparsed text lies between the pin and the last segment.
        y -= flow.rest if place == END else 0
        widget = self._stage.widget_for(row, flow, measure)
        live = self._stage.is_live(row)
        shown: list[int] = []
        late = False

        def realise(each: int) -> None:
            nonlocal late
            if not widget.has(each) or not flow.is_exact(each):
                if self._late(span):
                    late = True
                    return
                self._worked = True
                flow.set_height(each, widget.realise(each, live and each == count - 1))
            shown.append(each)

        position = y
        for each in range(start, count):
            if position > span.high:
                break
            if position + flow.heights[each] >= span.low:
                realise(each)
            position += flow.heights[each]
        position = y
        for each in range(start - 1, -1, -1):
            if position < span.low:
                break
            if position - flow.heights[each] <= span.high:
                realise(each)
            position -= flow.heights[each]
        if shown:
            widget.release_outside(min(shown), max(shown))
        self._rows.heights.set(row, measure.lead + flow.height + measure.trail)
        return y - flow.top(start) - measure.lead, flow.complete and not late

    def _late(self, span: Span) -> bool:
        """Whether the rest must wait for the next frame; each frame gets at least one thing done."""
        return self._worked and time.perf_counter() > span.deadline

    def _repin(self, tops: dict[int, int]) -> None:
        """Pin the first segment that begins on screen, else what covers the top edge.

        Only a segment that was laid out will do while there is one: what is still a guess above it may grow
        upwards, but must not push it.
        """
        best: tuple[int, Pin] | None = None
        for row in sorted(tops):
            flow = self._rows.known(row)
            y = tops[row] + self._rows.measure(row).lead
            place = 0
            if flow is not None and flow.segments:
                place = flow.heights.find(max(0, -y))
                y += flow.top(place)
                while place < len(flow.segments):
                    if y + flow.heights[place] > 0:
                        rank = 0 if not flow.is_exact(place) else 3 if y >= 0 else 2
                        if best is None or rank > best[0]:
                            best = (rank, Pin(row, place, y))
                        if rank == 3:
                            self.pin = best[1]
                            return
                    y += flow.heights[place]
                    place += 1
            if best is None and tops[row] + self._rows.heights[row] > 0:
                best = (0, Pin(row, place, y))
        self.pin = best[1] if best is not None else self.pin
