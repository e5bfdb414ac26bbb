# SPDX-License-Identifier: GPL-3.0-or-later
"""One message's segments and their heights, parsed bit by bit so that no frame waits for a long text."""

from __future__ import annotations

import time

from desktop.domain.reasoning import Stopwatch
from desktop.ui.markdown.blocks import Block, CodeBlock
from desktop.ui.markdown.parser import MarkdownParser, plain_blocks
from desktop.ui.markdown.reply import ReplyDocument
from desktop.ui.transcript.fenwick import Fenwick
from desktop.ui.transcript.segments import HeightGuess, Segment, code_of, extend
from desktop.ui.transcript.style import TranscriptStyle

_BITE = 2000  # characters of a stored text that are parsed between two looks at the clock


class MessageFlow:
    """What a message is made of, top to bottom.

    Heights are exact once a widget has shown the segment, estimates before. ``rest`` is the estimated height
    of text that is not parsed yet. ``thought_s`` is how many seconds of reasoning came before the answer (0:
    nobody knows).
    """

    def __init__(self, parser: MarkdownParser, own: bool, thought_s: float = 0.0) -> None:
        self.own = own
        self.thought_s = thought_s
        self._watch = Stopwatch()
        self.segments: list[Segment] = []
        self.heights = Fenwick()
        self.rest = 0
        self.wrapped: set[int] = set()  # first block of each code block whose lines are wrapped
        self._exact: list[bool] = []
        self._document = ReplyDocument(parser)
        self._plain: list[Block] = []
        self._unread = ""
        self._position = 0
        self._finish_due = False

    @property
    def complete(self) -> bool:
        """Whether all text given so far is parsed."""
        return self._position >= len(self._unread) and not self._finish_due

    @property
    def height(self) -> int:
        """The height of all segments and of what is not parsed yet."""
        return self.heights.total + self.rest

    @property
    def blocks(self) -> list[Block]:
        """The blocks so far."""
        return self._plain if self.own else self._document.blocks

    def top(self, place: int) -> int:
        """Where a segment begins, from the first one's top (the count gives where unparsed text begins)."""
        return self.heights.prefix(place)

    def load(self, text: str, style: TranscriptStyle, width: int) -> None:
        """Take a stored text; ``parse_some`` does the work."""
        if self.own:
            self._plain = plain_blocks(text)
            self._changed(0, style, width)
            return
        self._unread, self._position, self._finish_due = text, 0, True
        self._estimate_rest(style, width)

    def parse_some(self, deadline: float, style: TranscriptStyle, width: int) -> int:
        """Parse until the clock (``time.perf_counter``) passes ``deadline``, at least one bite.

        Returns:
            the first segment that is new.
        """
        first, began = len(self.segments), self._position
        while self._position < len(self._unread):
            bite = self._unread[self._position : self._position + _BITE]
            self._position += len(bite)
            first = min(first, self._changed(self._document.append(bite), style, width))
            if time.perf_counter() >= deadline:
                break
        late = began < len(self._unread) and self._document.unchecked and time.perf_counter() >= deadline
        if self._position >= len(self._unread) and self._finish_due and not late:
            self._finish_due = False
            first = min(first, self._changed(self._document.finish(), style, width))
            self._unread, self._position = "", 0
        self._estimate_rest(style, width)
        return first

    def append(self, text: str, style: TranscriptStyle, width: int) -> int:
        """Take more of a streaming reply; returns the first segment that is new."""
        self._watch.add(text)
        self.thought_s = self._watch.seconds
        return self._changed(self._document.append(text), style, width)

    def finish(self, style: TranscriptStyle, width: int) -> int:
        """The streaming reply is complete; returns the first segment that is new."""
        return self._changed(self._document.finish(), style, width)

    @property
    def thinking(self) -> bool:
        """Whether the reasoning before the answer is still arriving."""
        return self._document.thinking

    @property
    def thought(self) -> str:
        """The reasoning before the answer, "" if there is none."""
        return self._document.thought

    @property
    def thought_opened(self) -> bool:
        """Whether the reasoning is shown."""
        return self._document.opened

    def open_thought(self, opened: bool, style: TranscriptStyle, width: int) -> int:
        """Show the reasoning or put it away; returns the first segment that is new."""
        count = len(self.blocks)
        first = self._changed(self._document.open_thought(opened), style, width)
        moved = len(self.blocks) - count
        self.wrapped = {start + moved for start in self.wrapped if start + moved > 0}
        return first

    def set_height(self, place: int, height: int) -> None:
        """A widget has laid this segment out."""
        self.heights.set(place, height)
        self._exact[place] = True

    def is_exact(self, place: int) -> bool:
        """Whether this segment's height was laid out, not guessed."""
        return self._exact[place]

    def unsettle(self, place: int) -> None:
        """This segment must be laid out again; until then it keeps its height."""
        self._exact[place] = False

    def reflow(self, style: TranscriptStyle, width: int) -> None:
        """Width or look changed: all heights are guesses again."""
        self.heights = Fenwick(segment.estimate(style, width, self.own) for segment in self.segments)
        self._exact = [False] * len(self.segments)
        self._estimate_rest(style, width)

    def toggle_wrap(self, place: int) -> None:
        """Wrap the lines of the code block a segment belongs to, or let them run."""
        start = self.code_start(place)
        self.wrapped ^= {start}
        for each, segment in enumerate(self.segments):
            if isinstance(segment.block, CodeBlock) and self.code_start(each) == start:
                self._exact[each] = False

    def code(self, place: int) -> str:
        """The whole code block a segment is a piece of."""
        return code_of(self.blocks, self.segments[place].first)

    def note(self, label: str) -> int | None:
        """The segment a footnote stands in; None if there is none of this label."""
        for place, segment in enumerate(self.segments):
            if any(block.marker is not None and block.marker.note == label for block in segment.blocks):
                return place
        return None

    def code_start(self, place: int) -> int:
        """The first block of the code block a segment is a piece of."""
        segment = self.segments[place]
        return segment.first - (segment.block.index if isinstance(segment.block, CodeBlock) else 0)

    def code_before(self, place: int) -> str:
        """The piece of the same code block before this one, or nothing."""
        before = self.segments[place].before
        block = self.segments[place].block
        return (
            before.text
            if isinstance(block, CodeBlock) and block.index and isinstance(before, CodeBlock)
            else ""
        )

    def _changed(self, block: int, style: TranscriptStyle, width: int) -> int:
        first, gone = extend(self.segments, self.blocks, block)
        heights = [self.heights[place] for place in range(first, len(self.heights))]
        self.heights.truncate(first)
        del self._exact[first:]
        for offset, segment in enumerate(self.segments[first:]):
            # A segment that only grows keeps its height until it is laid out again: no flicker.
            grown = offset < len(gone) and gone[offset].first == segment.first
            self.heights.append(heights[offset] if grown else segment.estimate(style, width, self.own))
            self._exact.append(False)
        return first

    def _estimate_rest(self, style: TranscriptStyle, width: int) -> None:
        left = len(self._unread) - self._position
        lines = self._unread.count("\n", self._position) + 1 if left else 0
        self.rest = HeightGuess(style, width, self.own)(left, lines) if left else 0
