# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline

from desktop.ui.markdown.blocks import (
    CODE_LINES,
    PLAIN_LENGTH,
    TABLE_ROWS,
    TEXT_LENGTH,
    CodeBlock,
    Container,
    Marker,
    RuleBlock,
    Run,
    Style,
    TableBlock,
    TextBlock,
)
from desktop.ui.markdown.parser import MarkdownParser, plain_blocks


@pytest.fixture(scope="module")
def parser() -> MarkdownParser:
    return MarkdownParser()


def test_headings_emphasis_and_code(parser: MarkdownParser) -> None:
    assert parser.parse("## A *b* **c** `d` ~~e~~") == [
        TextBlock(
            (
                Run("A "),
                Run("b", Style.ITALIC),
                Run(" "),
                Run("c", Style.BOLD),
                Run(" "),
                Run("d", Style.CODE),
                Run(" "),
                Run("e", Style.STRIKE),
            ),
            level=2,
        )
    ]


def test_html_is_text(parser: MarkdownParser) -> None:
    source = "<img src=x onerror=alert(1)> and <b>bold</b>"
    [block] = parser.parse(source)
    assert isinstance(block, TextBlock)
    assert block.text == source


def test_html_block_is_text(parser: MarkdownParser) -> None:
    [block] = parser.parse("<script>\nalert(1)\n</script>")
    assert isinstance(block, TextBlock)
    assert "alert" in block.text


def test_images_are_their_description_and_address(parser: MarkdownParser) -> None:
    [block] = parser.parse("![a cat](https://example.org/cat.png)")
    assert isinstance(block, TextBlock)
    assert block.runs == (Run("a cat"), Run(" (https://example.org/cat.png)", Style.QUIET))


def test_links_keep_their_address(parser: MarkdownParser) -> None:
    [block] = parser.parse("see [this](https://example.org/a)")
    assert isinstance(block, TextBlock)
    assert block.runs[-1] == Run("this", href="https://example.org/a")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_dangerous_addresses_are_no_links(parser: MarkdownParser, address: str) -> None:
    [block] = parser.parse(f"[x]({address})")
    assert isinstance(block, TextBlock)
    assert not any(run.href for run in block.runs)


def test_nested_lists_and_numbers(parser: MarkdownParser) -> None:
    blocks = parser.parse("3. a\n4. b\n   - c\n5. d\n")
    item = Container.ITEM
    assert [(b.marker, b.path) for b in blocks] == [
        (Marker(3), (item,)),
        (Marker(4), (item,)),
        (Marker(), (item, item)),
        (Marker(5), (item,)),
    ]


def test_an_item_that_begins_with_a_list_keeps_its_own_number(parser: MarkdownParser) -> None:
    first, second, third = parser.parse("11. - nested\n    - second\n12. 1. - [x] deep\n")
    assert first.marker == Marker(outer=Marker(11))
    assert second.marker == Marker()
    assert third.marker is not None
    assert third.marker.texts() == ("12.", "1.", "[x]")


def test_task_lists(parser: MarkdownParser) -> None:
    done, still = parser.parse("- [x] done\n- [ ] open\n")
    assert isinstance(done, TextBlock)
    assert isinstance(still, TextBlock)
    assert (done.marker, done.text) == (Marker(checked=True), "done")
    assert (still.marker, still.text) == (Marker(checked=False), "open")


def test_quotes_and_rules(parser: MarkdownParser) -> None:
    quote, rule = parser.parse("> said\n\n---\n")
    assert quote.path == (Container.QUOTE,)
    assert rule == RuleBlock()


def test_table(parser: MarkdownParser) -> None:
    [table] = parser.parse("| a | b |\n|:--|--:|\n| 1 | **2** |\n")
    assert isinstance(table, TableBlock)
    assert table.alignments == ("left", "right")
    assert table.rows == (((Run("1"),), (Run("2", Style.BOLD),)),)


def test_line_breaks_stay(parser: MarkdownParser) -> None:
    [block] = parser.parse("roses\nviolets")
    assert isinstance(block, TextBlock)
    assert block.text == "roses\u2028violets"


def test_everything_comes_in_bounded_pieces(parser: MarkdownParser) -> None:
    code = parser.parse("```py\n" + "x = 1\n" * 150 + "```\n")
    assert [b.index for b in code if isinstance(b, CodeBlock)] == [0, 1, 2]
    assert all(b.text.count("\n") < CODE_LINES for b in code if isinstance(b, CodeBlock))
    table = parser.parse("|a|\n|-|\n" + "|x|\n" * 40)
    assert all(len(b.rows) <= TABLE_ROWS for b in table if isinstance(b, TableBlock))
    text = parser.parse("A sentence of words. " * 400)
    assert len(text) > 3
    assert all(len(b.text) <= TEXT_LENGTH for b in text if isinstance(b, TextBlock))
    assert (
        "".join(b.text for b in text if isinstance(b, TextBlock)) == ("A sentence of words. " * 400).strip()
    )


def test_plain_text_is_kept_as_typed() -> None:
    blocks = plain_blocks("# not a *heading*\r\n\r\nend")
    assert [b.text for b in blocks if isinstance(b, TextBlock)] == ["# not a *heading*", "", "end"]


def test_an_endless_line_comes_in_pieces() -> None:
    blocks = plain_blocks("word " * 10_000)
    assert len(blocks) > 3
    assert all(len(b.text) <= PLAIN_LENGTH for b in blocks if isinstance(b, TextBlock))


@pytest.mark.parametrize(
    "source", ["[" * 5000, "> " * 500 + "x", "- " * 500 + "x", "a" + "`" * 3000, "*a_" * 2000]
)
def test_hostile_text_is_shown_and_nothing_is_lost(parser: MarkdownParser, source: str) -> None:
    text = "".join(block.text for block in parser.parse(source) if isinstance(block, TextBlock))
    assert text
    assert "x" not in source or "x" in text


@pytest.mark.parametrize("source", ["[a " * 3000, "![a " * 2500, "[" * 900 + "a" + "]" * 900, "[`a " * 2000])
def test_brackets_that_never_close_are_read_a_few_times_at_most(
    parser: MarkdownParser, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    skip = ParserInline.skipToken

    def counted(inline: ParserInline, state: StateInline) -> None:
        nonlocal steps
        steps += 1
        skip(inline, state)

    monkeypatch.setattr(ParserInline, "skipToken", counted)
    blocks = parser.parse(source)
    assert steps <= len(source)
    assert sum(len(block.text) for block in blocks if isinstance(block, TextBlock)) >= len(source) // 2


def test_links_among_brackets_stay_links(parser: MarkdownParser) -> None:
    [block] = parser.parse("a[i[j[k]]] and [[1], [2], [[3]]] " * 20 + "[this](https://example.org/a)")
    assert isinstance(block, TextBlock)
    assert block.runs[-1].href == "https://example.org/a"


def test_a_footnote_is_marked_and_stands_where_it_was_written(parser: MarkdownParser) -> None:
    blocks = parser.parse(
        "So it is.[^1] And so.[^why]\n\n[^1]: A note\n    of two lines.\n\n[^why]: Because.\n\nMore."
    )
    marks = [(run.text, run.href) for run in blocks[0].runs if run.style & Style.NOTE]
    assert marks == [("1", "#note:1"), ("why", "#note:why")]
    assert [block.marker.texts() for block in blocks if block.marker] == [("1",), ("why",)]
    assert blocks[1].text == "A note\u2028of two lines."
    assert blocks[2].text == "Because."
    assert blocks[3].text == "More."
    assert blocks[3].marker is None
    assert parser.parse("[^longer]: Note.")[0].text == "longer: Note."


def test_what_excludes_characters_in_a_pattern_is_no_footnote(parser: MarkdownParser) -> None:
    [block] = parser.parse("It is [^a-z] or [^x].")
    assert block.text == "It is [^a-z] or [^x]."
