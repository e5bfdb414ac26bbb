# SPDX-License-Identifier: GPL-3.0-or-later
"""A message's Markdown between others: it passes for no heading of ours and swallows nothing that follows."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_OURS = 2  # "#" titles a chat, "##" names who speaks
_MOST_PASSES = 8
_ATX = re.compile(r"^( {0,3})(#{1,6})")


def contained(text: str) -> str:
    """``text`` with its headings two levels lower, open code blocks closed, and no HTML that reaches further.

    What does not settle so, because someone made it to, is quoted line by line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for _ in range(_MOST_PASSES):  # what was inside HTML may be a heading once that is none any more
        changed = _pass(text)
        if changed == text:
            return text
        text = changed
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _pass(text: str) -> str:
    lines: list[str | None] = [*text.split("\n")]
    for token in _blocks(text):
        if token.level or token.map is None:  # what is quoted or in a list ends with that
            continue
        first, end = token.map
        if token.type == "heading_open" and int(token.tag[1:]) <= _OURS:
            _lower(lines, first, end)
        elif token.type == "html_block":
            lines[first] = (lines[first] or "").replace("<", "\\<", 1)
        elif token.type == "fence" and not _is_closed(lines, token, first, end):
            lines.append(token.markup)
    return "\n".join(line for line in lines if line is not None)


def _blocks(text: str) -> list[Token]:
    markdown = MarkdownIt("commonmark")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown.parse(text)


def _lower(lines: list[str | None], first: int, end: int) -> None:
    if _ATX.match(lines[first] or ""):
        lines[first] = _ATX.sub(rf"\1{'#' * _OURS}\2", lines[first] or "")
        return
    # Underlined: the last line is the underline.
    words = " ".join((line or "").strip() for line in lines[first : end - 1])
    lines[first] = f"{'#' * (_OURS + 1)} {words}"
    lines[first + 1 : end] = [None] * (end - first - 1)


def _is_closed(lines: list[str | None], token: Token, first: int, end: int) -> bool:
    last = (lines[end - 1] or "").strip() if end - 1 > first else ""
    return len(last) >= len(token.markup) and set(last) == {token.markup[0]}
