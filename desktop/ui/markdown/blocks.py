# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message is made of, as a flat list of small values.

Lists and quotes are not nested objects: each block says what it stands in (its ``path``), and carries its
item's marker if it is the first of that item. Long paragraphs, code blocks and tables come as several
*pieces* of bounded size, so that drawing or redrawing any one block costs the same however long the message
is.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

NOTE_ADDRESS = "#note:"


class Style(enum.IntFlag):
    """How a run of text looks; flags add up."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4
    CODE = 8
    QUIET = 16  # the address shown beside a picture's description
    MATH = 32  # LaTeX with the marks around it
    DISPLAY = 64  # such a formula that stands alone
    NOTE = 128  # the mark of a footnote


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look; ``href`` is the address of a link, or empty. U+2028 breaks a line.

    A footnote's mark has NOTE_ADDRESS and its label as address.
    """

    text: str
    style: Style = Style.PLAIN
    href: str = ""


Runs = tuple[Run, ...]


class Container(enum.Enum):
    """What a block can stand in."""

    QUOTE = "quote"
    ITEM = "item"


Path = tuple[Container, ...]  # outermost first


@dataclass(frozen=True, slots=True)
class Marker:
    """A list item's mark: a number (None for a bullet) or a task's box (``checked`` not None).

    Attributes:
        outer: the mark of the item around, if that begins with this very item ("1. - words").
        note: the label of a footnote, which stands like an item.
    """

    number: int | None = None
    checked: bool | None = None
    outer: Marker | None = None
    note: str = ""

    def texts(self) -> tuple[str, ...]:
        """The marks on this line as plain text, the outermost first."""
        if self.note:
            text = self.note if len(self.note) <= SHORT_NOTE else "•"
        elif self.checked is not None:
            text = "[x]" if self.checked else "[ ]"
        else:
            text = "•" if self.number is None else f"{self.number}."
        return (*(self.outer.texts() if self.outer is not None else ()), text)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph (``level`` 0) or heading (1–6).

    Attributes:
        continued: this is a later piece of the paragraph before it: no gap, no line break in copies.
        close: follows the block before it without a gap (lines of plain text).
    """

    runs: Runs
    level: int = 0
    path: Path = ()
    marker: Marker | None = None
    continued: bool = False
    close: bool = False

    @property
    def text(self) -> str:
        """The words, without looks."""
        return "".join(run.text for run in self.runs)

    @property
    def displayed(self) -> bool:
        """Whether this is a formula that stands alone, bar its full stop."""
        if not any(run.style & Style.DISPLAY for run in self.runs):
            return False
        rest = "".join(run.text for run in self.runs if not run.style & Style.DISPLAY)
        return not rest.strip(".,;: \u2028")


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """A horizontal line."""

    path: Path = ()
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A piece of a code block: at most CODE_LINES lines.

    Attributes:
        text: without the last line break.
        index: which piece of its block this is, from 0.
        last: no later piece follows.
    """

    text: str
    language: str = ""
    index: int = 0
    last: bool = True
    path: Path = ()
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A piece of a table: at most TABLE_ROWS rows; each piece carries the header.

    Attributes:
        alignments: one of "", "left", "center", "right" for each column.
        index: which piece of its table this is, from 0; only piece 0 shows the header.
    """

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    alignments: tuple[str, ...]
    index: int = 0
    last: bool = True
    path: Path = ()
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class ThoughtBlock:
    """What stands for a model's reasoning; its own blocks follow while it is open.

    Attributes:
        thinking: the reasoning is still arriving.
        opened: its blocks follow.
    """

    thinking: bool = False
    opened: bool = False
    path: Path = ()
    marker: Marker | None = None


Block = TextBlock | RuleBlock | CodeBlock | TableBlock | ThoughtBlock

TEXT_LENGTH = (
    2000  # characters of source in one piece of a paragraph: 350 words; prose hardly ever gets there
)
PLAIN_LENGTH = 16_000  # the same for text that never grows: laid out once, in about three milliseconds
SHORT_NOTE = 3  # characters of a footnote's label that fit beside it
CODE_LINES = 60
TABLE_ROWS = 16
