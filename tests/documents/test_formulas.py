# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas through the real, confined child: outlines of honest ones, only time lost on hostile ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from desktop.documents.formula_wire import MAX_NUMBERS
from desktop.documents.formulas import MOST_DEATHS, FormulaRenderer
from desktop.domain.formula import MAX_SOURCE, Drawing, Formula


@pytest.fixture
def renderer() -> Iterator[FormulaRenderer]:
    renderer = FormulaRenderer()
    yield renderer
    renderer.close()


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}",
        r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\begin{cases} x & y>0 \\ z & \text{otherwise für } x\end{cases}",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
        r"\boxed{42} \cancel{x} \hat{y} \mathbb{R} \operatorname{softmax}",
        r"\underbrace{\sum_{i=1}^n x_i}_{n} \left. x \right|_{0} \binom{n}{k} \xrightarrow{f}",
        "5",
    ],
)
def test_an_honest_formula_becomes_an_outline(renderer: FormulaRenderer, source: str) -> None:
    drawing = renderer.draw(Formula(source, display=True))
    assert isinstance(drawing, Drawing)
    assert drawing.consistent
    assert 0 < drawing.width < 5000
    ys = drawing.numbers[1::2]
    assert -drawing.ascent - 5 <= min(ys) <= max(ys) <= drawing.descent + 5


@pytest.mark.parametrize(
    "source",
    [
        "",
        r"\frac{",
        r"\nothing{x}",
        "中文",  # the font has no letters for it
        "{" * 900 + "x" + "}" * 900,
        "x^{" * 200 + "}" * 200,
        r"\begin{matrix}" + "a&" * 600 + r"\end{matrix}",
        "x" * (MAX_SOURCE + 1),
        "\ud800",
        r"\href{file:///etc/passwd}{\input{/etc/passwd}}",
    ],
)
def test_what_cannot_be_drawn_is_none_and_the_next_one_is(renderer: FormulaRenderer, source: str) -> None:
    assert renderer.draw(Formula(source)) is None
    assert renderer.draw(Formula("x")) is not None


def test_a_slow_one_is_cut_off_and_too_many_end_it() -> None:
    renderer = FormulaRenderer(seconds=0.05)
    slow = Formula("x" * 1900)
    try:
        assert renderer.draw(Formula("x")) is not None
        began = time.monotonic()
        for _attempt in range(MOST_DEATHS + 1):
            assert renderer.draw(slow) is None
        assert time.monotonic() - began < 20
        assert renderer.draw(Formula("x")) is None  # no child is started any more
    finally:
        renderer.close()


def test_nothing_is_drawn_after_closing(renderer: FormulaRenderer) -> None:
    assert renderer.draw(Formula("x")) is not None
    renderer.close()
    assert renderer.draw(Formula("x")) is None


def test_outlines_are_bounded(renderer: FormulaRenderer) -> None:
    drawing = renderer.draw(Formula("+".join("ab" * 20)))
    assert drawing is not None
    assert len(drawing.numbers) < MAX_NUMBERS
