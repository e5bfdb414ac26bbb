# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply as blocks: the reasoning behind one block that opens and shuts, then the answer."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.reasoning import Kind, Part, Splitter
from desktop.ui.markdown.blocks import Block, Container, ThoughtBlock
from desktop.ui.markdown.parser import MarkdownParser
from desktop.ui.markdown.stream import StreamingDocument


class ReplyDocument:
    """A StreamingDocument for a reply that may begin with reasoning.

    ``append``, ``finish`` and ``open_thought`` return the index of the first block that changed.
    """

    def __init__(self, parser: MarkdownParser) -> None:
        self._parser = parser
        self._splitter = Splitter()
        self._thought: StreamingDocument | None = None
        self._answer = StreamingDocument(parser)
        self._opened = False
        self._quoted: list[Block] = []  # the reasoning's blocks
        self._before: list[Block] = []  # what stands before the answer's blocks
        self._blocks: list[Block] = []

    @property
    def blocks(self) -> list[Block]:
        """All blocks so far; do not change the list."""
        return self._answer.blocks if self._thought is None else self._blocks

    @property
    def unchecked(self) -> bool:
        """Whether ``finish`` has something to parse again."""
        return self._answer.unchecked

    @property
    def thinking(self) -> bool:
        """Whether the reasoning is still arriving."""
        return self._splitter.thinking

    @property
    def thought(self) -> str:
        """The reasoning, as it was written; "" if there is none."""
        return self._thought.source if self._thought is not None else ""

    @property
    def opened(self) -> bool:
        """Whether the reasoning's own blocks are shown."""
        return self._opened

    def append(self, text: str) -> int:
        """Take more text."""
        return self._take(self._splitter.feed(text))

    def finish(self) -> int:
        """The text is complete."""
        unanswered = self._splitter.thinking
        changed = self._take(self._splitter.end())
        self._splitter = Splitter()  # no longer thinking
        if self._thought is None:
            return min(changed, self._answer.finish())
        self._quote(self._thought.finish())
        first = len(self._before) + self._answer.finish()
        self._opened = self._opened or unanswered  # there is nothing else to read
        return min(changed, self._renew(first))

    def open_thought(self, opened: bool) -> int:
        """Show the reasoning, or put it away."""
        self._opened = opened
        return self._renew(len(self._blocks))

    def _take(self, parts: list[Part]) -> int:
        changed = len(self.blocks)
        for part in parts:
            match part.kind:
                case Kind.ANSWER if self._thought is None:
                    changed = min(changed, self._answer.append(part.text))
                case Kind.ANSWER:
                    text = part.text if self._answer.source else part.text.lstrip("\r\n")
                    changed = min(changed, self._renew(len(self._before) + self._answer.append(text)))
                case Kind.THOUGHT:
                    if self._thought is None:
                        self._thought = StreamingDocument(self._parser)
                    self._quote(self._thought.append(part.text))
                    changed = min(changed, self._renew(len(self._blocks)))
                case Kind.THOUGHT_ALL_ALONG:
                    self._thought, self._answer = (
                        StreamingDocument(self._parser),
                        StreamingDocument(self._parser),
                    )
                    self._thought.append(part.text)
                    self._thought.finish()
                    self._quote(0)
                    self._renew(0)
                    changed = 0
        return min(changed, len(self.blocks))

    def _quote(self, changed: int) -> None:
        blocks = self._thought.blocks[changed:] if self._thought is not None else []
        self._quoted[changed:] = [replace(block, path=(Container.QUOTE, *block.path)) for block in blocks]

    def _renew(self, changed: int) -> int:
        """Bring the list up to date, of which ``changed`` is known to be new."""
        if self._thought is None:
            return changed
        before: list[Block] = []
        if self._thought.source.strip():
            before.append(ThoughtBlock(self._splitter.thinking, self._opened))
            if self._opened:
                before += self._quoted
        if before != self._before:
            common = 0
            for old, new in zip(self._before, before, strict=False):
                if old != new:
                    break
                common += 1
            changed, self._before = min(changed, common), before
        self._blocks = [*before, *self._answer.blocks]
        return changed
