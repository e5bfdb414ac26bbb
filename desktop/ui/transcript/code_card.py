# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of a code block as part of a bordered card; the first piece has the header and its buttons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTextEdit, QToolButton, QWidget

from desktop.i18n import _
from desktop.ui.markdown import highlight
from desktop.ui.markdown.blocks import CodeBlock
from desktop.ui.theme.icons import icon
from desktop.ui.transcript.pane import Pane
from desktop.ui.transcript.style import TranscriptStyle

_HEADER = 34
_PADDING = 12
_RADIUS = 12
_LINE = 20
_COPIED_MS = 1600


class CodePane(Pane):
    """The lines of a piece of code, coloured."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text: str | None = None
        self._language = ""
        self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)

    def show_code(
        self, block: CodeBlock, context: str, style: TranscriptStyle, width: int, wrap: bool
    ) -> int:
        """Show a piece in ``width`` pixels; ``context`` is the code before it. Returns the height."""
        restyled = self.dress(style, style.mono)
        mode = QTextEdit.LineWrapMode.WidgetWidth if wrap else QTextEdit.LineWrapMode.NoWrap
        if mode != self.lineWrapMode():
            self.setLineWrapMode(mode)
            wrapping = QTextOption.WrapMode
            self.setWordWrapMode(wrapping.WrapAtWordBoundaryOrAnywhere if wrap else wrapping.NoWrap)
        self.resize(width, max(1, self.height()))
        if wrap:
            self.document().setTextWidth(width)
        self._write(block, context, style, restyled)
        too_wide = not wrap and self.document().idealWidth() > width
        bar = too_wide and block.last
        policy = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if bar else policy.ScrollBarAlwaysOff)
        height = self.natural_height() + (self.horizontalScrollBar().sizeHint().height() if bar else 0)
        self.resize(width, height)
        return height

    def _write(self, block: CodeBlock, context: str, style: TranscriptStyle, restyled: bool) -> None:
        same = self._text if not restyled and self._language == block.language else None
        if same == block.text:
            return
        # Whole lines that stay the same stay laid out; the last one may have grown.
        keep = 0
        if same is not None:
            old, new = same.split("\n")[:-1], block.text.split("\n")[:-1]
            for left, right in zip(old, new, strict=False):
                if left != right:
                    break
                keep += 1
        self._text, self._language = block.text, block.language
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        made = QTextBlockFormat()
        made.setLineHeight(style.px(_LINE), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        if keep:
            line = self.document().findBlockByNumber(keep)
            cursor.setPosition(line.position())
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockFormat(made)
        start = sum(len(line) + 1 for line in block.text.split("\n")[:keep])
        position = start
        text = block.text
        for span in highlight.spans(block.language, text, context):
            if span.start + span.length <= position:
                continue
            begin = max(span.start, position)
            cursor.insertText(text[position:begin], QTextCharFormat())
            coloured = QTextCharFormat()
            coloured.setForeground(style.colour(span.token))
            position = span.start + span.length
            cursor.insertText(text[begin:position], coloured)
        cursor.insertText(text[position:], QTextCharFormat())
        cursor.endEditBlock()
        if not keep:
            self.put_caret(0)


class CodeCard(QWidget):
    """A piece of code on its card.

    Attributes:
        wrap_requested: the Wrap button was used.
        copy_requested: the Copy button was used.
    """

    wrap_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pane = CodePane(self)
        self.pane.setAccessibleName(_("Code"))
        self._block: CodeBlock | None = None
        self._style: TranscriptStyle | None = None
        self._header = QWidget(self)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(12, 0, 6, 0)
        row.setSpacing(2)
        self._language = QLabel(self._header)
        self._language.setProperty("kind", "caption")
        self._language.setTextFormat(Qt.TextFormat.PlainText)
        self._wrap = QToolButton(self._header)
        self._wrap.setText(_("Wrap"))
        self._wrap.setCheckable(True)
        self._wrap.setAccessibleName(_("Wrap long lines"))
        self._copy = QToolButton(self._header)
        self._copy.setText(_("Copy"))
        self._copy.setAccessibleName(_("Copy code"))
        row.addWidget(self._language, 1)
        for button in (self._wrap, self._copy):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        self._wrap.clicked.connect(self.wrap_requested)
        self._copy.clicked.connect(self._copied)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_COPIED_MS)
        self._rest.timeout.connect(self._settle)

    def show_code(
        self, block: CodeBlock, context: str, style: TranscriptStyle, width: int, wrap: bool
    ) -> int:
        """Show a piece in ``width`` pixels, border included; returns the height."""
        if style is not self._style:
            self._dress(style)
        self._block = block
        first, last = block.index == 0, block.last
        header = style.px(_HEADER) if first else 0
        self._header.setVisible(first)
        self._header.setGeometry(1, 1, width - 2, style.px(_HEADER) - 1)
        self._language.setText(block.language or _("code"))
        self._wrap.setChecked(wrap)
        padding = style.px(_PADDING)
        height = self.pane.show_code(block, context, style, width - 2 * padding, wrap)
        top = header + (padding if first else 0)
        self.pane.move(padding, top)
        total = top + height + (padding if last else 0)
        self.resize(width, total)
        self.update()
        return total

    @staticmethod
    def first_line(style: TranscriptStyle) -> int:
        """The middle of the first piece's first line, from its top."""
        return style.px(_HEADER / 2)

    def _dress(self, style: TranscriptStyle) -> None:
        self._style = style
        size = style.px(14)
        for button, name in ((self._wrap, "text-wrap"), (self._copy, "copy")):
            button.setFont(style.caption)
            button.setIcon(icon(name, style.tokens.ink3, size))
            button.setIconSize(QSize(size, size))
            button.setMinimumHeight(style.px(28))

    def _copied(self) -> None:
        self.copy_requested.emit()
        if self._style is not None:
            self._copy.setIcon(icon("check", self._style.tokens.ok, self._style.px(14)))
        self._copy.setText(_("Copied"))
        self._rest.start()

    def _settle(self) -> None:
        if self._style is not None:
            self._copy.setIcon(icon("copy", self._style.tokens.ink3, self._style.px(14)))
        self._copy.setText(_("Copy"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw this piece's part of the card."""
        del event
        if self._block is None or self._style is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self._style.px(_RADIUS)
        # The rounded ends lie outside the piece where the card goes on above or below it.
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        area.adjust(0, 0 if self._block.index == 0 else -2 * radius, 0, 0 if self._block.last else 2 * radius)
        outline = QPainterPath()
        outline.addRoundedRect(area, radius, radius)
        painter.setPen(self._style.colour("line"))
        painter.setBrush(self._style.colour("code"))
        painter.drawPath(outline)
        if self._block.index == 0:
            y = self._style.px(_HEADER) - 0.5
            painter.drawLine(0, round(y), self.width(), round(y))
