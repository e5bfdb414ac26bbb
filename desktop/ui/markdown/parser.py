# SPDX-License-Identifier: GPL-3.0-or-later
"""From Markdown source to flat blocks, by markdown-it-py (CommonMark with GFM tables and strike-through).

Footnotes come from mdit-py-plugins and stay where they were written; formulas are ours (see ``maths``).

Two rules are off on purpose. HTML is shown as the text it is. Reference definitions ("[1]: https://…") stay
visible text: they could change any earlier block of a reply that is still arriving, and the address is
better seen anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from desktop.ui.markdown import maths
from desktop.ui.markdown.blocks import (
    CODE_LINES,
    PLAIN_LENGTH,
    SHORT_NOTE,
    TABLE_ROWS,
    Block,
    CodeBlock,
    Container,
    Marker,
    Path,
    RuleBlock,
    Run,
    Runs,
    Style,
    TableBlock,
    TextBlock,
)
from desktop.ui.markdown.inline import LINE_BREAK, bracket_depth, pieces_of, runs_of

_TASK = re.compile(r"\[([ xX])\][ \u2028]")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")
_INDENTED = 12  # containers that indent; deeper ones are shown as if at this depth
_DEEPEST = 60  # markdown-it stops there and would drop the text; such a block is shown as it was typed

_OPEN_BRACKETS = (
    16  # markdown-it reads to the end for each; in text that has more open at once none is a link
)


@dataclass(frozen=True, slots=True)
class Level:
    """A container that is open around a leaf, and where its source begins.

    Attributes:
        line: first line of the container.
        number: an item's number in an ordered list, else None.
        list_line: first line of the item's list.
    """

    kind: Container
    line: int
    number: int | None = None
    list_line: int = 0


@dataclass(frozen=True, slots=True)
class Leaf:
    """A block with the place it came from.

    Attributes:
        line: its first source line (of a later piece: that piece's first line; of a text piece: the
            paragraph's).
        top_line: first line of the top-level block it belongs to.
        opener: lines that must be seen again to go on in the middle of it (a fence's first line, a table's
            two).
        source: a paragraph's inline source, empty for other blocks.
        offset: where in it this piece begins.
    """

    block: Block
    line: int
    top_line: int
    levels: tuple[Level, ...] = ()
    opener: tuple[int, int] = (0, 0)
    source: str = ""
    offset: int = 0


@dataclass(slots=True)
class _List:
    line: int
    number: int | None


class MarkdownParser:
    """Parses source into leaves or blocks; holds no text."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
        self._markdown.enable(["table", "strikethrough"])
        # Inline syntax is parsed by us, piece by piece and only once for the same text (see _Flattener).
        self._markdown.disable(["reference", "html_block", "html_inline", "inline"])
        self._linkless = MarkdownIt("commonmark").enable("strikethrough")
        for markdown in (self._markdown, self._linkless):
            maths.enable(markdown)
            # A mark is one whether its footnote is there or still to come: a finished block must not change.
            markdown.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
        self._linkless.disable(["link", "image", "html_inline"])

    def parse(self, source: str) -> list[Block]:
        """The blocks of a whole text."""
        return [leaf.block for leaf in self.leaves(normalised(source))]

    def leaves(
        self, source: str, numbers: Mapping[int, int] | None = None, known: dict[str, Runs] | None = None
    ) -> list[Leaf]:
        """The blocks with their places.

        Args:
            source: Markdown, normalised.
            numbers: for ordered lists that begin on the given lines, the number of their first item.
            known: inline source that was parsed before; added to.
        """
        tokens = self._markdown.parse(source)
        flattener = _Flattener(numbers or {}, self._inline, {} if known is None else known)
        leaves: list[Leaf] = []
        for block in _top_level(tokens):
            if any(token.level >= _DEEPEST - 2 for token in block):
                leaves += _as_typed(source, block[0])
            else:
                leaves += flattener.flatten(block)
        return leaves

    def _inline(self, source: str) -> Runs:
        tokens: list[Token] = []
        markdown = self._markdown if bracket_depth(source) <= _OPEN_BRACKETS else self._linkless
        markdown.inline.parse(source, markdown, {}, tokens)
        return runs_of(tokens)


def _top_level(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of each top-level block."""
    start = 0
    for position, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0 and token.type != "inline":
            yield tokens[start : position + 1]
            start = position + 1


def _as_typed(source: str, token: Token) -> Iterator[Leaf]:
    first, end = token.map or (0, 0)
    lines = "\n".join(source.split("\n")[first:end]).rstrip("\n")
    for block in plain_blocks(lines):
        yield Leaf(block, first, first)


def normalised(text: str) -> str:
    """Line breaks as "\\n" only, and no NUL (what CommonMark asks for)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def plain_blocks(text: str) -> list[Block]:
    """Text shown as it was typed: a block for each line, endless lines in pieces."""
    blocks: list[Block] = []
    for line in normalised(text).split("\n"):
        for index, piece in enumerate(pieces_of(line, PLAIN_LENGTH)):
            runs = (Run(piece),) if piece else ()
            blocks.append(TextBlock(runs, continued=index > 0, close=bool(blocks)))
    return blocks


class _Flattener:
    """One walk over markdown-it's block tokens."""

    def __init__(
        self, numbers: Mapping[int, int], inline: Callable[[str], Runs], known: dict[str, Runs]
    ) -> None:
        self._numbers = numbers
        self._inline = inline
        self._known = known
        self._levels: list[Level] = []
        self._lists: list[_List] = []
        self._marker: Marker | None = None
        self._top = 0

    def flatten(self, tokens: Sequence[Token]) -> Iterator[Leaf]:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            line = token.map[0] if token.map else 0
            if token.level == 0 and token.map:
                self._top = line
            position += 1
            if token.type in ("paragraph_open", "heading_open"):
                yield from self._text(token, tokens[position], line)
                position += 2
            elif token.type in ("fence", "code_block"):
                yield from self._code(token, line)
            elif token.type == "hr":
                yield self._leaf(RuleBlock(self._path, self._take_marker()), line)
            elif token.type == "math_block":
                yield self._math(token, line)
            elif token.type == "table_open":
                end = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
                yield from self._table(tokens[position:end], line)
                position = end + 1
            else:
                yield from self._container(token, line)

    def _container(self, token: Token, line: int) -> Iterator[Leaf]:
        match token.type:
            case "bullet_list_open":
                self._lists.append(_List(line, None))
            case "ordered_list_open":
                start = token.attrGet("start")
                first = int(start) if start is not None else 1
                self._lists.append(_List(line, self._numbers.get(line, first)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1].number
                self._levels.append(Level(Container.ITEM, line, number, self._lists[-1].line))
                self._marker = Marker(number, outer=self._marker)
            case "list_item_close":
                if self._marker is not None:  # an item without content is a line of its own
                    yield self._leaf(TextBlock((), 0, self._path, self._take_marker()), self._levels[-1].line)
                self._levels.pop()
                if (number := self._lists[-1].number) is not None:
                    self._lists[-1].number = number + 1
            case "footnote_reference_open":
                self._levels.append(Level(Container.ITEM, line))
                self._marker = Marker(outer=self._marker, note=str(token.meta["label"]))
            case "footnote_reference_close":
                if self._marker is not None:
                    yield self._leaf(TextBlock((), 0, self._path, self._take_marker()), self._levels[-1].line)
                self._levels.pop()
            case "blockquote_open":
                self._levels.append(Level(Container.QUOTE, line))
            case "blockquote_close":
                self._levels.pop()

    @property
    def _path(self) -> Path:
        return tuple(level.kind for level in self._levels[:_INDENTED])

    def _take_marker(self) -> Marker | None:
        marker, self._marker = self._marker, None
        return marker

    def _runs(self, source: str) -> Runs:
        runs = self._known.get(source)
        if runs is None:
            runs = self._known[source] = self._inline(source)
        return runs

    def _leaf(self, block: Block, line: int, opener: tuple[int, int] = (0, 0)) -> Leaf:
        return Leaf(block, line, self._top, tuple(self._levels), opener)

    def _text(self, opened: Token, inline: Token, line: int) -> Iterator[Leaf]:
        marker = self._take_marker()
        level = int(opened.tag[1]) if opened.type == "heading_open" else 0
        offset = 0
        for index, piece in enumerate(pieces_of(inline.content)):
            runs = self._runs(piece)
            if (
                index == 0
                and marker is not None
                and not level
                and runs
                and (task := _TASK.match(runs[0].text))
            ):
                marker = replace(marker, checked=task.group(1) != " ")
                runs = (Run(runs[0].text[task.end() :], runs[0].style, runs[0].href), *runs[1:])
            if index == 0 and marker is not None and len(marker.note) > SHORT_NOTE:
                runs = (Run(f"{marker.note}: ", Style.BOLD), *runs)
            block = TextBlock(runs, level, self._path, marker if index == 0 else None, index > 0)
            leaf = self._leaf(block, line)
            yield leaf if level else replace(leaf, source=inline.content, offset=offset)
            offset += len(piece)

    def _math(self, token: Token, line: int) -> Leaf:
        """A formula on lines of its own; one that is not complete is shown as it was written."""
        content, after = token.content, int(token.meta["after"])
        runs: Runs = (Run(content.replace("\n", LINE_BREAK)),)
        if token.meta["closed"]:
            end = len(content) - after
            runs = (Run(content[:end], Style.MATH | Style.DISPLAY),)
            runs += (Run(content[end:]),) if after else ()
        return self._leaf(TextBlock(runs, 0, self._path, self._take_marker()), line)

    def _code(self, token: Token, line: int) -> Iterator[Leaf]:
        language = token.info.strip().split(" ")[0][:40] if token.info.strip() else ""
        path, marker = self._path, self._take_marker()
        lines = token.content.removesuffix("\n").split("\n")
        fenced = token.type == "fence"
        for index, start in enumerate(range(0, len(lines), CODE_LINES)):
            text = "\n".join(lines[start : start + CODE_LINES])
            last = start + CODE_LINES >= len(lines)
            block = CodeBlock(text, language, index, last, path, None if index else marker)
            opener = (line, line + 1) if fenced else (0, 0)
            yield self._leaf(block, line + start + (1 if fenced and index else 0), opener)

    def _table(self, tokens: Sequence[Token], line: int) -> Iterator[Leaf]:
        rows: list[tuple[Runs, ...]] = []
        cells: list[Runs] = []
        alignments: list[str] = []
        for token in tokens:
            if token.type == "tr_open":
                cells = []
            elif token.type == "th_open":
                found = _ALIGNMENT.search(str(token.attrGet("style") or ""))
                alignments.append(found.group(1) if found else "")
            elif token.type == "inline":
                cells.append(self._runs(token.content))
            elif token.type == "tr_close":
                rows.append(tuple(cells))
        header, body = rows[0], rows[1:]
        path, marker = self._path, self._take_marker()
        for index, start in enumerate(range(0, max(1, len(body)), TABLE_ROWS)):
            piece = tuple(body[start : start + TABLE_ROWS])
            last = start + TABLE_ROWS >= len(body)
            block = TableBlock(header, piece, tuple(alignments), index, last, path, None if index else marker)
            yield self._leaf(block, line + start + (2 if index else 0), (line, line + 2))
