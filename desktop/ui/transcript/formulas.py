# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas in text: drawn elsewhere, kept as paths, put into Qt's documents as one character each."""

from __future__ import annotations

import functools
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPyTextObject,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
    QTextFragment,
)

from desktop.domain.formula import EM, Drawing, Formula
from desktop.ui.tasks import Tasks
from desktop.ui.theme import fonts

OBJECT = "\ufffc"  # what stands for a formula in a document
OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 1
SOURCE_PROPERTY = QTextFormat.Property.UserProperty.value + 20  # LaTeX with the marks around it
_SIZE_PROPERTY = SOURCE_PROPERTY + 1  # pixels of its letters
_DISPLAY_PROPERTY = SOURCE_PROPERTY + 2
_LARGER = 1.1  # the letters of formulas look smaller than those of the text
_TEXT_DESCENT = 0.24  # of the size of the letters around it: no line stands lower for having only formulas
_LEAST = 0.6  # a wide formula is drawn no smaller than this, rather as it was written
_KEPT = 400
_ASKED = 64  # a longer queue forgets the formulas asked for first: they are off screen by now
_SIDE = 1  # px beside it
_TOGETHER_S = 0.1


@dataclass(frozen=True, slots=True)
class Outline:
    """A formula as a path, at the size of EM."""

    path: QPainterPath
    width: float
    ascent: float
    descent: float


class FormulaStore(QObject):
    """Formulas drawn so far, those looked at last.

    Attributes:
        arrived: one or several were drawn.
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draw: Callable[[Formula], Drawing | None] | None = None
        self._tasks: Tasks | None = None
        self._kept: OrderedDict[Formula, Outline | None] = OrderedDict()
        self._asked: dict[Formula, None] = {}
        self._busy = False
        self._told = 0.0

    def serve(self, draw: Callable[[Formula], Drawing | None], tasks: Tasks) -> None:
        """Have formulas drawn by ``draw``, which blocks, on a thread of ``tasks``."""
        self._draw, self._tasks = draw, tasks

    def has(self, formula: Formula) -> bool:
        """Whether it is known how, or that it cannot be, drawn. Asks otherwise, if anyone draws."""
        if self._draw is None or formula in self._kept:
            return True
        self._asked.pop(formula, None)
        self._asked[formula] = None
        while len(self._asked) > _ASKED:
            del self._asked[next(iter(self._asked))]
        self._next()
        return False

    def outline(self, formula: Formula) -> Outline | None:
        """How it is drawn; None if it cannot be, or is not known."""
        if formula in self._kept:
            self._kept.move_to_end(formula)
        return self._kept.get(formula)

    def _next(self) -> None:
        """Draw what was asked for last: it is what a person looks at."""
        if (
            self._busy
            or not self._asked
            or self._draw is None
            or self._tasks is None
            or self._tasks.is_closed
        ):
            return
        self._busy = True
        formula, _nothing = self._asked.popitem()
        draw = self._draw

        def work() -> Outline | None:
            drawing = draw(formula)
            return _outline(drawing) if drawing is not None else None

        self._tasks.run(
            work, lambda found: self._drawn(formula, found), lambda _e: self._drawn(formula, None)
        )

    def _drawn(self, formula: Formula, outline: Outline | None) -> None:
        self._busy = False
        self._kept[formula] = outline
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._next()
        now = time.monotonic()
        if not self._asked or now - self._told > _TOGETHER_S:  # each telling has text laid out anew
            self._told = now
            self.arrived.emit()


class FormulaObjects(QPyTextObject):
    """Draws the formulas of one document, as Qt asks for it."""

    def __init__(self, document: QTextDocument, store: FormulaStore) -> None:
        super().__init__(document)
        self._store = store
        self._held: dict[Formula, Outline] = {}  # those in the document, whatever the store forgets
        document.documentLayout().registerHandler(OBJECT_TYPE, self)

    def forget(self) -> None:
        """The document is written anew."""
        self._held.clear()

    def format_of(
        self, formula: Formula, text: str, base: QTextCharFormat, size: int, room: float
    ) -> QTextCharFormat | None:
        """The format of the character that stands for a formula; None if it cannot be drawn in this room.

        Args:
            formula: what it is.
            text: how it was written.
            base: colour and the like.
            size: pixels of the letters around it.
            room: the widest it may be, pixels.
        """
        outline = self._store.outline(formula)
        if outline is None:
            return None
        letters = size * _LARGER
        wide = width_of(outline, size)
        if wide > room:
            letters *= room / wide
            if letters < size * _LARGER * _LEAST:
                return None
        self._held[formula] = outline
        made = QTextCharFormat()
        made.setForeground(base.foreground())
        made.setObjectType(OBJECT_TYPE)
        made.setProperty(SOURCE_PROPERTY, text)
        made.setProperty(_DISPLAY_PROPERTY, formula.display)
        made.setProperty(_SIZE_PROPERTY, letters)
        # Qt takes how far an object reaches below the line from the descent of its font.
        made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
        made.setFont(_font_reaching(round(max(outline.descent * letters / EM, _TEXT_DESCENT * size))))
        return made

    def intrinsicSize(self, _document: QTextDocument, _position: int, format: QTextFormat) -> QSizeF:  # noqa: A002
        """The room it takes."""
        outline, scale = self._found(format)
        if outline is None:
            return QSizeF(0, 0)
        below = QFontMetrics(format.toCharFormat().font()).descent()
        return QSizeF(outline.width * scale + 2 * _SIDE, math.ceil(outline.ascent * scale) + below)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _position: int,
        format: QTextFormat,  # noqa: A002
    ) -> None:
        """Fill the path in the colour of the text."""
        outline, scale = self._found(format)
        if outline is None:
            return
        made = format.toCharFormat()
        below = QFontMetrics(made.font()).descent()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.x() + _SIDE, rect.y() + rect.height() - below)
        painter.scale(scale, scale)
        painter.fillPath(outline.path, QBrush(made.foreground().color()))
        painter.restore()

    def _found(self, made: QTextFormat) -> tuple[Outline | None, float]:
        text, display = str(made.property(SOURCE_PROPERTY)), bool(made.property(_DISPLAY_PROPERTY))
        outline = self._held.get(Formula.marked(text, display=display))
        return outline, float(made.property(_SIZE_PROPERTY) or 0) / EM


def width_of(outline: Outline, size: int) -> float:
    """How wide it is among letters of so many pixels."""
    return outline.width * size * _LARGER / EM + 2 * _SIDE


def with_sources(block: QTextBlock, start: int, end: int) -> str:
    """The text of a block between two places in it, with formulas as they were written."""
    text = block.text()[start:end]
    if OBJECT not in text:
        return text
    pieces: list[str] = []
    for fragment, begin in _fragments(block):
        words = fragment.text()[max(0, start - begin) : max(0, end - begin)]
        source = str(fragment.charFormat().property(SOURCE_PROPERTY) or OBJECT)
        pieces.append(words.replace(OBJECT, source))
    return "".join(pieces)


def _fragments(block: QTextBlock) -> Iterator[tuple[QTextFragment, int]]:
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        yield fragment, fragment.position() - block.position()
        iterator += 1


@functools.lru_cache(maxsize=128)
def _font_reaching(descent: int) -> QFont:
    """A font whose descent is nearest to so many pixels. Asking fonts costs more than drawing a formula."""
    font = fonts.sans(max(1, descent / _TEXT_DESCENT))
    for _step in range(12):
        short = descent - QFontMetrics(font).descent()
        if not short:
            break
        font.setPixelSize(max(1, font.pixelSize() + (2 if short > 0 else -2)))
    return font


def _outline(drawing: Drawing) -> Outline:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    numbers = iter(drawing.numbers)
    for step in drawing.steps:
        match step:
            case "M":
                path.moveTo(next(numbers), next(numbers))
            case "L":
                path.lineTo(next(numbers), next(numbers))
            case "Q":
                path.quadTo(next(numbers), next(numbers), next(numbers), next(numbers))
            case "C":
                path.cubicTo(*(next(numbers) for _number in range(6)))
            case "Z":
                path.closeSubpath()
    return Outline(path, drawing.width, drawing.ascent, drawing.descent)
