# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.ui.markdown.blocks import Block
from desktop.ui.markdown.parser import MarkdownParser
from desktop.ui.markdown.stream import CHECKED_BLOCKS, CUT_LENGTH, StreamingDocument

PARSER = MarkdownParser()
FRAGMENTS = [
    *[
        "para ",
        "word **bold** x ",
        "\n",
        "\n\n",
        "- item ",
        "1. one ",
        "  - nested ",
        "11. - both ",
        "    deep ",
        "> quote ",
    ],
    *["```py\n", "```\n", "code()\n", "| a | b |\n", "|---|---|\n", "| 1 | *2* |\n", "# head\n", "---\n"],
    *["***", "`c`", "\n\n- a\n\n  b\n", "  ", "\t", "#", "*", "_x_", "[a](b)", "~~s~~", "==\n", "5) z\n"],
    *["$$", "$$\n", "\n$$\nx", "$x$", "\\[", "\\]", "\\(", "[^1]", "\n[^1]: note ", "[^no]:\n", "x^2 = "],
    *["\n> - q\n>   z\n", "\r\n", "\r", "[ ] t\n", "-", "\\", "long words that fill a line. " * 20],
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_any_chunking_equals_the_whole(chunks: list[str]) -> None:
    document = StreamingDocument(PARSER)
    for chunk in chunks:
        document.append(chunk)
    document.finish()
    assert document.blocks == (PARSER.parse("".join(chunks)) if chunks else [])


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab*_`[]()>-#|\n \t1.~\\$^:=", max_size=200), st.integers(1, 7))
def test_any_text_in_small_steps_equals_the_whole(text: str, step: int) -> None:
    document = StreamingDocument(PARSER)
    for start in range(0, len(text), step):
        changed = document.append(text[start : start + step])
        assert 0 <= changed <= len(document.blocks)
    document.finish()
    assert document.blocks == (PARSER.parse(text) if text else [])


@pytest.mark.parametrize(
    "source",
    [
        "word **bold** and `code` go on. " * 300,
        "".join(f"{n}. item with *some* words in it\n" for n in range(200)),
        "```py\n" + "x = call(1, 'two')\n" * 500,
        "| a | b |\n|---|---|\n" + "| one **x** | two |\n" * 300,
        "> quoted line here **b**\n>\n" * 200,
        "- step\n\n  ```py\n" + "  x = call(1)\n" * 500,
        "".join("  " * (n % 4) + "- item words here\n" for n in range(300)),
        "- para one\n\n  para two\n\n" * 200,
    ],
    ids=["paragraph", "list", "fence", "table", "quote", "fence in a list", "nested list", "loose list"],
)
def test_one_endless_block_is_frozen_on_the_way(source: str) -> None:
    document = StreamingDocument(PARSER)
    unfinished = 0
    for start in range(0, len(source), 37):
        document.append(source[start : start + 37])
        unfinished = max(unfinished, len(document.unfinished))
    assert unfinished <= 4 * CUT_LENGTH  # what each update parses again stays small
    document.finish()
    assert document.blocks == PARSER.parse(source)


def test_finished_blocks_are_not_touched_again() -> None:
    document = StreamingDocument(PARSER)
    document.append("# Title\n\nFirst paragraph.\n\nSecond line\nmore")
    before = document.blocks[:2]
    assert document.append(" goes on") == 2
    assert document.blocks[0] is before[0]
    assert document.blocks[1] is before[1]


@pytest.mark.parametrize("count", [100, 3000])
def test_finishing_fits_a_frame(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a few pages is checked once more; one of 64 KB is not, and is right all the same."""
    source = "".join("  " * (n % 4) + f"- item {n} words\n" for n in range(count))
    document = StreamingDocument(PARSER)
    for start in range(0, len(source), 700):
        document.append(source[start : start + 700])
    assert document.unchecked
    parsed: list[str] = []
    parse = PARSER.parse

    def counted(text: str) -> list[Block]:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(PARSER, "parse", counted)
    document.finish()
    assert parsed == ([source] if count <= CHECKED_BLOCKS else [])
    assert document.blocks == parse(source)
