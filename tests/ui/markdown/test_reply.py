# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from desktop.ui.markdown.blocks import Block, Container, TextBlock, ThoughtBlock
from desktop.ui.markdown.parser import MarkdownParser
from desktop.ui.markdown.reply import ReplyDocument

TEXTS = (
    "<think>\nHm.\n\n- a\n- b\n</think>\n\n# Yes\n\nIt is.",
    "Hm.\n\nStill.\n</think>\n\nYes.",
    "Yes.\n\nNo reasoning.",
    "<think>\n\n</think>\n\nYes.",
    "<think>Hm",
)


@pytest.fixture
def parser() -> MarkdownParser:
    return MarkdownParser()


def words(blocks: list[Block]) -> list[str]:
    return [block.text if isinstance(block, TextBlock) else type(block).__name__ for block in blocks]


def test_reasoning_is_one_block_until_it_is_opened(parser: MarkdownParser) -> None:
    document = ReplyDocument(parser)
    document.append(TEXTS[0])
    document.finish()
    assert words(document.blocks) == ["ThoughtBlock", "Yes", "It is."]
    assert document.open_thought(True) == 0
    assert words(document.blocks) == ["ThoughtBlock", "Hm.", "a", "b", "Yes", "It is."]
    assert document.blocks[1].path == (Container.QUOTE,)
    document.open_thought(False)
    assert words(document.blocks) == ["ThoughtBlock", "Yes", "It is."]
    assert document.thought == "\nHm.\n\n- a\n- b\n"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("opened", [False, True])
def test_arriving_bit_by_bit_gives_the_same_and_says_what_changed(
    parser: MarkdownParser, text: str, opened: bool
) -> None:
    whole, bits = ReplyDocument(parser), ReplyDocument(parser)
    for document in (whole, bits):
        document.open_thought(opened)
    whole.append(text)
    whole.finish()
    seen: list[Block] = []
    for step in (*(lambda letter=letter: bits.append(letter) for letter in text), bits.finish):
        changed = step()
        assert bits.blocks[:changed] == seen[:changed]
        seen = list(bits.blocks)
    assert seen == whole.blocks


def test_it_says_that_reasoning_still_arrives(parser: MarkdownParser) -> None:
    document = ReplyDocument(parser)
    document.append("<think>Hm")
    assert document.thinking
    assert document.blocks == [ThoughtBlock(thinking=True)]
    document.append(".</think>")
    assert not document.thinking
    assert document.blocks == [ThoughtBlock(thinking=False)]


def test_reasoning_without_an_answer_is_there_to_read(parser: MarkdownParser) -> None:
    document = ReplyDocument(parser)
    document.append("<think>Hm.")
    document.finish()
    assert words(document.blocks) == ["ThoughtBlock", "Hm."]


def test_empty_reasoning_is_not_shown(parser: MarkdownParser) -> None:
    document = ReplyDocument(parser)
    document.append(TEXTS[3])
    document.finish()
    assert words(document.blocks) == ["Yes."]
