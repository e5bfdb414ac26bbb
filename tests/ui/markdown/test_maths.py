# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from desktop.domain.formula import Formula
from desktop.ui.markdown.blocks import Block, Style, TextBlock
from desktop.ui.markdown.parser import MarkdownParser


@pytest.fixture
def parser() -> MarkdownParser:
    return MarkdownParser()


def formulas(blocks: list[Block]) -> list[tuple[str, bool]]:
    runs = [run for block in blocks if isinstance(block, TextBlock) for run in block.runs]
    return [(run.text, bool(run.style & Style.DISPLAY)) for run in runs if run.style & Style.MATH]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("so $x^2$ is", "$x^2$"),
        (r"so \(x_1 * y_1 * z\) is", r"\(x_1 * y_1 * z\)"),
        ("the $n$th", "$n$"),
        ("$x$, $y$", "$x$"),
        (r"$\text{total cost} = 5$", r"$\text{total cost} = 5$"),
        ("($a_1$)", "$a_1$"),
        ("$100$", "$100$"),
    ],
)
def test_a_formula_in_a_line(parser: MarkdownParser, source: str, found: str) -> None:
    assert formulas(parser.parse(source))[0] == (found, False)


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5 and $10.",
        "Between $5-$10 and maybe 3$ more",
        "$5, or 10$",
        "5$ and 10$",
        "US$5 to A$10",
        "$HOME/bin:$PATH",
        r"\$x\$",
        "`$x$` and `$y$`",
        "$ x $",
        "$x",
        "$$",
        "a $$ b",
        r"\[note\] and \[1\]",
        r"\(see the note\)",
        "$`x`$",
        "from $20 (today only) to $30",
    ],
)
def test_prices_variables_and_escapes_are_not(parser: MarkdownParser, source: str) -> None:
    assert formulas(parser.parse(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "$$x^2$$",
        "$$\nx\n- y\n= z\n$$",
        "\\[\nx^2\n\\]",
        "- a\n\n  $$x$$",
        "> $$\n> x\n> $$",
        "so\n$$x$$\nor",
        "so $$x$$ or",
    ],
)
def test_a_formula_of_its_own(parser: MarkdownParser, source: str) -> None:
    found = formulas(parser.parse(source))
    assert len(found) == 1
    assert found[0][1]
    assert Formula.marked(found[0][0], display=True).source.startswith("x")


def test_a_formula_of_its_own_ends_at_an_empty_line(parser: MarkdownParser) -> None:
    blocks = parser.parse("$$\nx\n\n**y**\n$$")
    assert formulas(blocks) == []
    assert isinstance(blocks[0], TextBlock)
    assert blocks[0].text == "$$\u2028x"


def test_its_full_stop_stays(parser: MarkdownParser) -> None:
    [block] = parser.parse("$$x$$.")
    assert isinstance(block, TextBlock)
    assert block.displayed
    assert block.text == "$$x$$."


def test_the_marks_are_taken_off() -> None:
    for text in ("$x$", "$$x$$", r"\(x\)", "\\[ x \\]"):
        assert Formula.marked(text, display=False).source == "x"
