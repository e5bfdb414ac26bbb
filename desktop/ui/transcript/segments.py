# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks gathered into segments: what one recycled widget shows, bounded in size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.ui.markdown.blocks import Block, CodeBlock, TableBlock, TextBlock, ThoughtBlock
from desktop.ui.transcript.style import TranscriptStyle

_SEGMENT_TEXT = 1200  # characters; about half a screen, laid out in about a millisecond
_SEGMENT_BLOCKS = 24
_ALONE = (CodeBlock, TableBlock, ThoughtBlock)  # have a widget of their own
_CHARACTER_WIDTH = 0.5  # of the font's size, on average


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive blocks shown together: texts and rules, or one piece of code, or one piece of a table.

    Attributes:
        first: index of its first block in the message.
        before: the block before it, which decides the gap.
        head: for a later piece of a table, the table's first piece (column widths come from it).
    """

    blocks: tuple[Block, ...]
    first: int
    before: Block | None = None
    head: TableBlock | None = None

    @property
    def block(self) -> Block:
        """Its first block."""
        return self.blocks[0]

    def estimate(self, style: TranscriptStyle, width: int, own: bool) -> int:
        """A guess at its height, gap included, before it was ever laid out."""
        total = style.gap(self.before, self.block)
        match self.block:
            case CodeBlock(text=text, index=index, last=last):
                total += (text.count("\n") + 1) * style.px(20) + style.px(13)
                return total + (style.px(34) if index == 0 else 0) + (style.px(13) if last else 0)
            case TableBlock(rows=rows, index=index):
                return total + style.px(36) * (len(rows) + (index == 0))
            case ThoughtBlock():
                return total + style.px(32)
        before: Block | None = None
        for block in self.blocks:
            length = len(block.text) if isinstance(block, TextBlock) else 0
            room = max(40.0, width - style.indent(block.path))
            per_line = room / (style.px(15) * _CHARACTER_WIDTH)
            total += style.gap(before, block) if before else 0
            total += max(1, math.ceil(length / per_line)) * style.line_height(block, own)
            before = block
        return total


def extend(segments: list[Segment], blocks: Sequence[Block], changed: int) -> tuple[int, list[Segment]]:
    """Bring ``segments`` up to date after blocks from ``changed`` on changed.

    The fold is greedy from the left: segments before the changed block, bar the one that may still take
    more, stay.

    Returns:
        the index of the first segment that is new, and the segments that were there from it on.
    """
    keep = len(segments)
    while keep and segments[keep - 1].first + len(segments[keep - 1].blocks) >= changed:
        keep -= 1
    place = segments[keep - 1].first + len(segments[keep - 1].blocks) if keep else 0
    gone = segments[keep:]
    del segments[keep:]
    while place < len(blocks):
        block = blocks[place]
        end = place + 1
        if not isinstance(block, _ALONE):
            room = _SEGMENT_TEXT - _length(block)
            while end < len(blocks) and end - place < _SEGMENT_BLOCKS:
                following = blocks[end]
                room -= _length(following)
                if isinstance(following, _ALONE) or room < 0:
                    break
                end += 1
        before = blocks[place - 1] if place else None
        segments.append(Segment(tuple(blocks[place:end]), place, before, _head(blocks, place)))
        place = end
    return keep, gone


def _length(block: Block) -> int:
    return len(block.text) if isinstance(block, TextBlock) else 0


def _head(blocks: Sequence[Block], place: int) -> TableBlock | None:
    block = blocks[place]
    if not isinstance(block, TableBlock):
        return None
    head = blocks[place - block.index]
    return head if isinstance(head, TableBlock) else block


class HeightGuess:
    """Guesses the height of a text known only by its length and number of lines."""

    def __init__(self, style: TranscriptStyle, width: int, own: bool) -> None:
        self._line = style.px(21 if own else 24)
        self._per_line = max(1.0, width / (style.px(15) * _CHARACTER_WIDTH))

    def __call__(self, length: int, lines: int) -> int:
        """The height, pixels. Asked of every row of a long chat at once, so it is kept cheap."""
        wrapped = length / self._per_line + lines * 0.4
        least = lines * 0.9
        return math.ceil(wrapped if wrapped > least else least) * self._line


def code_of(blocks: Sequence[Block], place: int) -> str:
    """The whole code block that the piece at ``place`` belongs to."""
    block = blocks[place]
    if not isinstance(block, CodeBlock):
        return ""
    place -= block.index
    pieces: list[str] = []
    begun = False
    while place < len(blocks) and isinstance(piece := blocks[place], CodeBlock):
        if begun and piece.index == 0:
            break
        pieces.append(piece.text)
        begun = True
        place += 1
    return "\n".join(pieces)
