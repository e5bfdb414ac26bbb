# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown that is still arriving: each update parses only what is not finished yet.

Finished top-level blocks are frozen as soon as a later one has begun on a complete line; nothing that
follows can change them. A single block that grows beyond CUT_LENGTH is frozen leaf by leaf (see ``resume``).
The second is checked when it is done and again by ``finish``, which parses such blocks once as a whole, so
that the result is what parsing the whole text gives. A block too long for one frame stays as it was put
together; what may differ then is text turned into a heading by a line of "=" pages below it.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ui.markdown.blocks import Block, Runs, TextBlock
from desktop.ui.markdown.parser import Leaf, MarkdownParser, normalised
from desktop.ui.markdown.resume import Resume, resume_at, resume_in_paragraph

CUT_LENGTH = 1200  # characters of unfinished source that are parsed again at each update: about a millisecond
CHECKED_LENGTH = 24_000  # characters, and
CHECKED_BLOCKS = 200  # blocks that ``finish`` parses again at most: each is about 20 milliseconds


@dataclass(slots=True)
class _Span:
    """A top-level block that was frozen leaf by leaf: its source and its blocks."""

    start: int
    first: int
    end: int | None = None
    last: int | None = None


class StreamingDocument:
    """Blocks of a growing text. ``append`` and ``finish`` return the index of the first changed block."""

    def __init__(self, parser: MarkdownParser) -> None:
        self._parser = parser
        self._parts: list[str] = []
        self._held = ""  # a carriage return that may be half of a line break
        self._length = 0
        self._tail = ""
        self._blocks: list[Block] = []
        self._frozen = 0
        self._resume = Resume()
        self._top = (0, 0)  # where the unfinished top-level block begins: in the source, in the blocks
        self._spans: list[_Span] = []
        self._next_cut = CUT_LENGTH
        self._known: dict[str, Runs] = {}  # inline source of the unfinished block, parsed

    @property
    def blocks(self) -> list[Block]:
        """All blocks so far; do not change the list."""
        return self._blocks

    @property
    def source(self) -> str:
        """All text so far."""
        self._parts[:] = ["".join(self._parts)]
        return self._parts[0]

    @property
    def unfinished(self) -> str:
        """The source that the next update parses again."""
        return self._tail

    @property
    def unchecked(self) -> bool:
        """Whether ``finish`` has something to parse again."""
        return bool(self._spans)

    def append(self, text: str) -> int:
        """Take more text and return the index of the first block that changed (the count, if none did)."""
        text = self._held + text
        self._held = "\r" if text.endswith("\r") else ""
        return self._take(normalised(text.removesuffix("\r") if self._held else text))

    def finish(self) -> int:
        """The text is complete: make sure of blocks that were frozen leaf by leaf, the last ones first."""
        changed = len(self._blocks)
        if self._held:
            self._held = ""
            changed = self._take("\n")
        if not self._spans:
            return changed
        source = self.source
        length, blocks = CHECKED_LENGTH, CHECKED_BLOCKS
        for span in reversed(self._spans):
            length -= (len(source) if span.end is None else span.end) - span.start
            blocks -= (len(self._blocks) if span.last is None else span.last) - span.first
            if length < 0 or blocks < 0:
                break
            exact = self._parser.parse(source[span.start : span.end])
            old = self._blocks[span.first : span.last]
            if exact != old:
                self._blocks[span.first : span.last] = exact
                changed = min(changed, span.first + _common(old, exact))
        self._spans.clear()
        return changed

    def _take(self, text: str) -> int:
        if not text:
            return len(self._blocks)
        self._parts.append(text)
        self._length += len(text)
        self._tail += text
        before = self._frozen
        old = self._blocks[before:]
        source = self._resume.skeleton + self._tail
        leaves = self._resume.adjusted(self._parser.leaves(source, self._resume.numbers, self._known))
        new = [leaf.block for leaf in leaves]
        self._blocks[before:] = new
        lines = source.split("\n")
        leaves = self._freeze_finished(lines, leaves)
        if len(self._tail) > self._next_cut:
            cut = self._freeze_leaves(lines, leaves) if leaves else False
            self._next_cut = CUT_LENGTH if cut else len(self._tail) * 3 // 2
        return before + _common(old, new)

    def _freeze_finished(self, lines: list[str], leaves: list[Leaf]) -> list[Leaf]:
        complete = len(lines) - 1
        starts = [leaf.top_line for leaf in leaves if leaf.top_line < complete]
        if not starts or starts[-1] == leaves[0].top_line:
            return leaves
        line = starts[-1]
        done = sum(leaf.top_line < line for leaf in leaves)
        self._frozen += done
        self._tail = "\n".join(lines[line:])
        self._resume = Resume()
        self._next_cut = CUT_LENGTH
        self._known.clear()
        if self._spans and self._spans[-1].end is None:
            self._spans[-1].end = self._length - len(self._tail)
            self._spans[-1].last = self._frozen
        self._top = (self._length - len(self._tail), self._frozen)
        return []  # their lines no longer count from the tail's first: a cut is left to the next update

    def _freeze_leaves(self, lines: list[str], leaves: list[Leaf]) -> bool:
        complete = len(lines) - 1
        for place in range(len(leaves) - 1, 0, -1):
            leaf = leaves[place]
            if isinstance(leaf.block, TextBlock) and leaf.block.continued:
                point = resume_in_paragraph(lines, leaf)
                if point is not None and self._cut(*point, leaves, place):
                    return True
            elif leaf.line < complete:
                resume = resume_at(lines, leaf)
                return resume is not None and self._cut(resume, "\n".join(lines[leaf.line :]), leaves, place)
        return False

    def _cut(self, resume: Resume, rest: str, leaves: list[Leaf], place: int) -> bool:
        again = resume.adjusted(self._parser.leaves(resume.skeleton + rest, resume.numbers, self._known))
        if [leaf.block for leaf in again] != [leaf.block for leaf in leaves[place:]]:
            return False
        if not self._spans or self._spans[-1].end is not None:
            self._spans.append(_Span(*self._top))
        self._frozen += place
        self._tail = rest
        self._resume = resume
        self._known.clear()
        return True


def _common(old: list[Block], new: list[Block]) -> int:
    count = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        count += 1
    return count
