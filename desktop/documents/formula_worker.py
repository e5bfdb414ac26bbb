# SPDX-License-Identifier: GPL-3.0-or-later
"""The formula child: turns LaTeX, which a model wrote, into outlines, with nothing in reach.

ziamath draws it as an SVG; what leaves the child are numbers only, so that nobody has to parse an SVG that
something hostile may have shaped.
"""

from __future__ import annotations

import os
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import ziamath.tex
import ziamath.zmath
from ziamath.config import config

from desktop.documents.formula_wire import MAX_FRAME, MAX_NUMBERS, Draw, Drawn, FromChild, Ready, Refused
from desktop.domain.formula import EM
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter, PipeClosedError
from desktop.sandbox.process import claim_pipes
from desktop.sandbox.profiles import DOCUMENT

_STEP = re.compile(r"([MLQCZ])|(-?\d+(?:\.\d*)?(?:e-?\d+)?)|[\s,]+|(.)")
_ARITY = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
_UNKNOWN = re.compile(r"<m[ion][^>]*>\\")  # a command nobody knows is passed on as it was written
_UNSEEN = ("Cf", "Zs", "Cc")  # categories of characters that need no glyph
_WARM = (
    r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}",
    r"\int_0^\infty e^{-x^2}\,dx \quad \text{for } \mathbb{R} \mathcal{L} \mathbf{v}",
    r"\hat{x} \boxed{\cancel{1}}",
    r"\left( \begin{pmatrix} a & b \\ c & d \end{pmatrix} \right] \begin{cases} x & y \\ z & w \end{cases}",
    r"\underbrace{\sum_{i=1}^n x_i}_{n} \xrightarrow{f} \operatorname{softmax}(x) \binom{n}{k}",
    r"\unknown",
    r"\frac{",
)


class CannotDrawError(Exception):
    """It is no formula, or has in it what the font or the outline has no way to show."""


class _Outline:
    def __init__(self) -> None:
        self.steps: list[str] = []
        self.numbers: list[float] = []

    def add(self, step: str, *numbers: float) -> None:
        self.steps.append(step)
        self.numbers += numbers
        if len(self.numbers) > MAX_NUMBERS or len(self.steps) > MAX_NUMBERS:
            raise CannotDrawError

    def polygon(self, *corners: tuple[float, float]) -> None:
        for place, corner in enumerate(corners):
            self.add("L" if place else "M", *corner)
        self.add("Z")


def draw(request: Draw) -> Drawn:
    """Draw one formula.

    Raises:
        CannotDrawError: see there. Whatever else the library raises means the same.
    """
    mathml = ziamath.tex.tex2mml(request.source, inline=not request.display)
    if _UNKNOWN.search(mathml):
        raise CannotDrawError
    made = ziamath.zmath.Math.fromlatex(request.source, size=EM, inline=not request.display, margin=0)
    for character in set("".join(made.mathml.itertext())):
        if unicodedata.category(character) not in _UNSEEN and not made.font.glyphindex(character):
            raise CannotDrawError
    outline = _Outline()
    for element in made.svgxml():
        _take(element, outline)
    box = made.node.bbox
    if not outline.steps:
        raise CannotDrawError
    left = min(0.0, box.xmin)
    if left:
        shifted = iter(outline.numbers)
        outline.numbers = [n for x, y in zip(shifted, shifted, strict=True) for n in (x - left, y)]
    return Drawn(
        max(0.0, box.xmax - left),
        box.ymax,
        -box.ymin,
        "".join(outline.steps),
        [round(number, 2) for number in outline.numbers],
    )


def _take(element: ET.Element, outline: _Outline) -> None:
    thick = float(element.get("stroke-width") or 0)
    match element.tag:
        case "rect":
            x, y, width, height = (float(element.get(name, "0")) for name in ("x", "y", "width", "height"))
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            if not thick:
                outline.polygon(*corners)
                return
            half = thick / 2
            outline.polygon(*_grown(x, y, width, height, half))
            outline.polygon(*reversed(_grown(x, y, width, height, -half)))  # the other way round: a hole
        case "path" if thick:
            for start, end in _lines(element.get("d", "")):
                outline.polygon(*_thick_line(start, end, thick / 2))
        case "path":
            for step, numbers in _path(element.get("d", "")):
                outline.add(step, *numbers)
        case "g" if set(element.keys()) <= {"fill"}:  # a sign put together from parts
            for part in element:
                _take(part, outline)
        case _:
            raise CannotDrawError


def _grown(x: float, y: float, width: float, height: float, by: float) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = x - by, y - by, x + width + by, y + height + by
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _thick_line(
    start: tuple[float, float], end: tuple[float, float], half: float
) -> tuple[tuple[float, float], ...]:
    across, down = end[0] - start[0], end[1] - start[1]
    length = (across * across + down * down) ** 0.5 or 1.0
    x, y = -down / length * half, across / length * half
    return (
        (start[0] + x, start[1] + y),
        (end[0] + x, end[1] + y),
        (end[0] - x, end[1] - y),
        (start[0] - x, start[1] - y),
    )


def _lines(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    at = (0.0, 0.0)
    for step, numbers in _path(path):
        if step not in ("M", "L"):
            raise CannotDrawError
        to = (numbers[0], numbers[1])
        if step == "L":
            yield at, to
        at = to


def _path(path: str) -> Iterator[tuple[str, list[float]]]:
    step = ""
    numbers: list[float] = []
    for found in _STEP.finditer(path):
        letter, number, other = found.groups()
        if other:
            raise CannotDrawError
        if letter:
            if step and len(numbers) != _ARITY[step]:
                raise CannotDrawError
            if step:
                yield step, numbers
            step, numbers = letter, []
        elif number:
            numbers.append(float(number))
    if step:
        if len(numbers) != _ARITY[step]:
            raise CannotDrawError
        yield step, numbers


def _answer(request: Draw) -> FromChild:
    try:
        return draw(request)
    except (
        Exception
    ):  # whatever a stranger's formula makes of the library, MemoryError and RecursionError too
        return Refused()


def main() -> int:
    """Serve requests until the pipe ends."""
    commands, events = claim_pipes()
    config.svg2 = False  # letters as paths, not as references to symbols
    for source in _WARM:  # everything that reads files the first time
        _answer(Draw(source, True))
    writer = FrameWriter(events, limit=MAX_FRAME)
    reader: FrameReader[Draw] = FrameReader(commands, Draw, limit=MAX_FRAME)
    confine_child(DOCUMENT)
    try:
        writer.send(Ready())
        while (request := reader.receive()) is not None:
            try:
                writer.send(_answer(request))
            except PipeClosedError:
                raise
            except (FrameError, MemoryError):
                writer.send(Refused())
    except FrameError:
        return os.EX_PROTOCOL if hasattr(os, "EX_PROTOCOL") else 1
    return 0
