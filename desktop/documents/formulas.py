# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws formulas in a child that is capped in time and memory and replaced when it misbehaves."""

from __future__ import annotations

import threading

from desktop.documents.formula_wire import MAX_FRAME, Draw, Drawn, FromChild, Ready
from desktop.domain.formula import MAX_SOURCE, Drawing, Formula
from desktop.sandbox.capped import CappedChild
from desktop.sandbox.frames import FrameError

DRAW_SECONDS = 1.0
"""The cap on one formula. Honest ones take milliseconds, a page-long one a tenth of a second."""

MOST_DEATHS = 3
"""A child that dies more often is not started again: the text is shown as it was written."""


class FormulaRenderer:
    """Draws one formula at a time; safe from any thread."""

    def __init__(self, *, seconds: float = DRAW_SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()  # held while one is drawn
        self._state = threading.Lock()  # guards the rest, never held long
        self._worker: CappedChild[FromChild] | None = None
        self._deaths = 0
        self._closed = False

    def draw(self, formula: Formula) -> Drawing | None:
        """Draw it; None if it cannot be drawn, for whatever reason. Blocks."""
        if not formula.source or len(formula.source) > MAX_SOURCE:
            return None
        with self._turn:
            worker = self._current()
            if worker is None:
                return None
            try:
                answer = worker.ask(Draw(formula.source, formula.display), self._seconds)
            except (FrameError, UnicodeError):
                answer = None
            if isinstance(answer, Drawn):
                drawing = Drawing(
                    answer.width, answer.ascent, answer.descent, answer.steps, tuple(answer.numbers)
                )
                return drawing if drawing.consistent else None
            if answer is None or isinstance(answer, Ready):
                with self._state:
                    self._deaths += 1
                    self._worker = None
                worker.child.close()
        return None

    def close(self) -> None:
        """End the child, which has read what it drew; what is being drawn is not."""
        with self._state:
            self._closed = True
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.child.kill()
            with self._turn:
                worker.child.close()

    def _current(self) -> CappedChild[FromChild] | None:
        with self._state:
            if self._closed or self._deaths > MOST_DEATHS:
                return None
            if self._worker is None:
                try:
                    self._worker = CappedChild("formula", FromChild, Ready, limit=MAX_FRAME)
                except OSError:
                    self._deaths += 1
            return self._worker
