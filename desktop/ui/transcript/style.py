# SPDX-License-Identifier: GPL-3.0-or-later
"""What the transcript looks like: lengths, fonts and text formats made from the tokens and one scale."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextFormat

from desktop.ui.markdown.blocks import (
    Block,
    CodeBlock,
    Container,
    Path,
    RuleBlock,
    Run,
    Style,
    TableBlock,
    TextBlock,
)
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import READING_WIDTH
from desktop.ui.theme.tokens import Tokens

PATH_PROPERTY = QTextFormat.Property.UserProperty.value + 1  # "q" and "i" letters, outermost first
MARKER_PROPERTY = PATH_PROPERTY + 1  # the marks before this block as text, outermost first, one a line
RULE_PROPERTY = PATH_PROPERTY + 2  # this block is a horizontal line
JOIN_PROPERTY = PATH_PROPERTY + 3  # goes on the paragraph before it

GUTTER = 12  # on both sides of the text: room for long numbers and the streaming cursor
BUBBLE = 560
_HEADINGS = {1: (22, 30), 2: (19, 27), 3: (17, 25), 4: (15, 24), 5: (15, 24), 6: (15, 24)}  # size, line


@dataclass(frozen=True, slots=True)
class TranscriptStyle:
    """One look at one scale. Lengths come from ``px`` (device-independent pixels of the design).

    ``column`` is how wide the text is at most, in those pixels.
    """

    tokens: Tokens
    scale: float = 1.0
    column: int = READING_WIDTH

    def px(self, length: float) -> int:
        """A length of the design at this scale."""
        return round(length * self.scale)

    @property
    def reading(self) -> QFont:
        """The font replies are read in."""
        return fonts.sans(fonts.READING_PX * self.scale)

    @property
    def bubble(self) -> QFont:
        """The font of one's own messages."""
        return fonts.sans(14.5 * self.scale)

    @property
    def mono(self) -> QFont:
        """The font of code."""
        return fonts.mono(fonts.CODE_PX * self.scale)

    @property
    def caption(self) -> QFont:
        """The font of captions and quiet buttons."""
        return fonts.sans(12.5 * self.scale)

    def letters(self, level: int = 0) -> int:
        """The pixels of the letters of reading, or of a heading."""
        return self.px(_HEADINGS[level][0] if level else fonts.READING_PX)

    def colour(self, token: str) -> QColor:
        """A token's colour."""
        return QColor(getattr(self.tokens, token))

    def indent(self, path: Path) -> int:
        """How far the contents of these containers stand in."""
        return sum(self.px(16 if container is Container.QUOTE else 22) for container in path)

    def line_height(self, block: Block, own: bool) -> int:
        """The least height of a line."""
        if isinstance(block, TextBlock) and block.level:
            return self.px(_HEADINGS[block.level][1])
        return self.px(21 if own else round(fonts.READING_PX * fonts.READING_LINE_HEIGHT))

    def gap(self, before: Block | None, block: Block) -> int:
        """The space between two blocks that follow each other."""
        if before is None or (isinstance(block, TextBlock) and (block.continued or block.close)):
            return 0
        if isinstance(block, CodeBlock | TableBlock) and block.index:
            return 0
        length = 10
        if isinstance(block, RuleBlock) or isinstance(before, RuleBlock):
            length = 12
        elif isinstance(block, TextBlock) and block.level:
            length = 22 if block.level <= 2 else 16
        elif any(isinstance(each, TextBlock) and each.displayed for each in (before, block)):
            length = 14
        elif isinstance(before, TextBlock) and before.level:
            length = 6
        elif Container.ITEM in block.path and Container.ITEM in before.path and isinstance(block, TextBlock):
            length = 2 if block.marker else 6
        return self.px(length)

    def block_format(self, before: Block | None, block: Block, own: bool) -> QTextBlockFormat:
        """The paragraph format of a text block or rule."""
        made = QTextBlockFormat()
        height = self.px(1) if isinstance(block, RuleBlock) else self.line_height(block, own)
        kind = QTextBlockFormat.LineHeightTypes
        made.setLineHeight(
            height, (kind.FixedHeight if isinstance(block, RuleBlock) else kind.MinimumHeight).value
        )
        made.setTopMargin(self.gap(before, block))
        if isinstance(block, TextBlock) and right_to_left(block.text):
            made.setRightMargin(self.indent(block.path))
        else:
            made.setLeftMargin(self.indent(block.path))
        if isinstance(block, TextBlock) and block.displayed:
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if letters := letters_of(block.path):
            made.setProperty(PATH_PROPERTY, letters)
        if block.marker is not None:
            made.setProperty(MARKER_PROPERTY, "\n".join(block.marker.texts()))
        if isinstance(block, RuleBlock):
            made.setProperty(RULE_PROPERTY, True)
        elif isinstance(block, TextBlock):
            if block.continued:
                made.setProperty(JOIN_PROPERTY, True)
            if block.level:
                made.setHeadingLevel(block.level)
        return made

    def run_format(self, run: Run, level: int = 0, quoted: bool = False) -> QTextCharFormat:
        """The character format of a run of text."""
        made = QTextCharFormat()
        style = run.style
        if level:
            made.setProperty(QTextFormat.Property.FontPixelSize, self.px(_HEADINGS[level][0]))
            made.setFontWeight(QFont.Weight.DemiBold)
        if quoted or style & Style.QUIET:
            made.setForeground(self.colour("ink2"))
        if style & Style.CODE:
            code = fonts.mono((fonts.CODE_PX if not level else _HEADINGS[level][0] - 2) * self.scale)
            made.setFontFamilies(code.families())
            made.setProperty(QTextFormat.Property.FontPixelSize, code.pixelSize())
            made.setBackground(self.colour("hover"))
        if style & Style.BOLD:
            made.setFontWeight(QFont.Weight.DemiBold)
        if style & Style.ITALIC:
            made.setFontItalic(True)
        if style & Style.STRIKE:
            made.setFontStrikeOut(True)
        if style & Style.MATH:
            made.setForeground(
                self.colour("ink2" if quoted else "ink")
            )  # what is drawn has no other way to know
            made.setFontFamilies(self.mono.families())
        if style & Style.NOTE:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        if run.href:
            made.setAnchor(True)
            made.setAnchorHref(run.href)
            made.setForeground(self.colour("accent"))
            made.setFontUnderline(not style & Style.NOTE)
        return made


def letters_of(path: Path) -> str:
    """Containers in short: "q" for a quote and "i" for an item, outermost first."""
    return "".join("q" if container is Container.QUOTE else "i" for container in path)


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction of its own reads from right to left (as Qt decides it)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
