# SPDX-License-Identifier: GPL-3.0-or-later
"""Going on in the middle of a block: what must stand before the rest of its source.

A list, quote, fence, table or paragraph that grows for pages must not be parsed again from its beginning at
every update. A *resume point* freezes what came before some leaf and replaces its source by a skeleton: one
short heading for each container that is still open (``- # x``), and the first line of a fence or the head of
a table. Parsing skeleton + rest gives the same leaves again; whoever makes a cut checks that, and gives it
up otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desktop.ui.markdown.blocks import CodeBlock, Container, TableBlock, TextBlock
from desktop.ui.markdown.parser import Leaf, Level

_CONTAINER_MARK = re.compile(r"[ \t]*(?:>|[-+*]|\d{1,9}[.)])")
_LIST_MARK = re.compile(r"[-+*]|\d{1,9}[.)]")
_PADDING = re.compile(r" {1,4}(?! )")
_SAFE_START = re.compile(r"(?!\d{1,9}[.)])\w")  # what no block syntax begins with


@dataclass(frozen=True, slots=True)
class Resume:
    """What stands before the rest of the source.

    Attributes:
        skeleton: whole lines of source.
        drop: leaves that only the skeleton makes.
        numbers: as MarkdownParser.leaves wants them.
        index: pieces of the first leaf's block that are frozen already.
        continued: the first leaf goes on a paragraph.
    """

    skeleton: str = ""
    drop: int = 0
    numbers: dict[int, int] = field(default_factory=dict)
    index: int = 0
    continued: bool = False

    def adjusted(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        """Leaves of skeleton + rest as if they had been parsed with everything before."""
        kept = list(leaves[self.drop :])
        if self.continued and kept and isinstance(kept[0].block, TextBlock):
            kept[0] = replace(kept[0], block=replace(kept[0].block, continued=True, marker=None))
        if self.index and kept:
            opener = kept[0].opener
            for place, leaf in enumerate(kept):
                if leaf.opener != opener or not isinstance(leaf.block, CodeBlock | TableBlock):
                    break
                block = replace(leaf.block, index=leaf.block.index + self.index, marker=None)
                kept[place] = replace(leaf, block=block)
        return kept


def resume_at(lines: Sequence[str], leaf: Leaf) -> Resume | None:
    """A point just before ``leaf``'s first line, or None if its surroundings cannot be rebuilt."""
    block = leaf.block
    inside = isinstance(block, CodeBlock | TableBlock) and block.index > 0
    if inside and leaf.opener == (0, 0):
        return None
    before = leaf.opener[0] if inside else leaf.line
    resume = _containers(lines, [level for level in leaf.levels if level.line < before])
    if resume is None:
        return None
    numbers = dict(resume.numbers)
    opener = "".join(line + "\n" for line in lines[leaf.opener[0] : leaf.opener[1]]) if inside else ""
    for level in leaf.levels:
        if level.line == before and level.number is not None:
            numbers[resume.skeleton.count("\n")] = level.number
    index = block.index if isinstance(block, CodeBlock | TableBlock) else 0
    return replace(resume, skeleton=resume.skeleton + opener, numbers=numbers, index=index)


def resume_in_paragraph(lines: Sequence[str], leaf: Leaf) -> tuple[Resume, str] | None:
    """A point before a later piece of a paragraph, with the source that goes on there; None if not safe.

    Args:
        lines: the source that ``leaf.line`` counts in.
        leaf: the piece.
    """
    resume = _containers(lines, leaf.levels)
    row = leaf.source.count("\n", 0, leaf.offset)
    content = leaf.source.split("\n")[row]
    raw = lines[leaf.line + row]
    start = raw.find(content)
    column = leaf.offset - (leaf.source.rfind("\n", 0, leaf.offset) + 1)
    if resume is None or start < 0 or not _SAFE_START.match(content, column):
        return None
    prefix = _LIST_MARK.sub(lambda mark: " " * len(mark.group()), raw[:start]) if leaf.levels else ""
    rest = [prefix + raw[start + column :], *lines[leaf.line + row + 1 :]]
    return replace(resume, continued=True), "\n".join(rest)


def _containers(lines: Sequence[str], levels: Sequence[Level]) -> Resume | None:
    skeleton = ""
    numbers: dict[int, int] = {}
    quotes = 0
    starts = sorted({level.line for level in levels})
    for count, start in enumerate(starts):
        group = [level for level in levels if level.line == start]
        raw, position = lines[start], 0
        for _ in range(quotes + len(group)):
            mark = _CONTAINER_MARK.match(raw, position)
            if mark is None:
                return None
            position = mark.end()
        padding = _PADDING.match(raw, position)
        skeleton += raw[:position] + (padding.group() if padding else " ") + "# x\n"
        for level in group:
            if level.number is not None:
                numbers[count] = level.number
        quotes += sum(level.kind is Container.QUOTE for level in group)
    return Resume(skeleton, len(starts), numbers)
