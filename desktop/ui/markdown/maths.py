# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas in Markdown: $…$ and \\(…\\) in a line, $$…$$ and \\[…\\] on their own.

Dollars are prices and shell variables far more often than not, and brackets are escaped for other reasons,
so that a formula must look like one. A block of its own ends at an empty line at the latest, so that what is
still arriving never changes blocks that were finished.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_TEXT = re.compile(r"\\(?:text|mathrm|operatorname|mbox|textbf|textit)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(r"[^\W\d_]{2,}[,;:]?\s+[^\W\d_]{2,}")  # two words in a row
_SIGNS = re.compile(r"[\\^_=<>+*/{}|]|\d\s*-")
_PUNCTUATION = ".,;:"
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}


def enable(markdown: MarkdownIt) -> None:
    """Have formulas parsed."""
    markdown.inline.ruler.before("escape", "math_inline", _inline)
    markdown.block.ruler.before(
        "fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _is_display(content: str) -> bool:
    return bool(content.strip()) and "`" not in content and not _PROSE.search(_TEXT.sub("", content))


def _is_bracketed(content: str) -> bool:
    return _is_display(content) and bool(_SIGNS.search(content))


def _is_in_dollars(content: str, before: str, after: str) -> bool:
    """Whether what stands between two single dollars is a formula.

    Args:
        content: what stands there.
        before: the character before the first dollar, or nothing.
        after: the one after the second.
    """
    if not content or content != content.strip() or "\n" in content or before.isalnum() or after.isdigit():
        return False
    if not _is_display(content):
        return False
    words = _WORD.search(_TEXT.sub("", content))
    if content[0].isdigit() and words:  # $5 or 10$
        return False
    # $HOME:$PATH; but the $n$th is one.
    return not after.isalpha() or len(content) == 1 or bool(re.search(r"[\\^_]", content))


def _inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    opener = source[start : start + 2]
    closer = _CLOSERS.get(opener)
    if closer is not None:
        end = source.find(closer, start + 2, state.posMax)
        content = source[start + 2 : end] if end >= 0 else ""
        if not (_is_bracketed(content) if opener == "\\[" else _is_display(content)):
            return False
    elif source[start] == "$":
        opener = closer = "$"
        end = _next_dollar(source, start + 1, state.posMax)
        content = source[start + 1 : end] if end >= 0 else ""
        before = source[start - 1] if start else ""
        if not _is_in_dollars(content, before, source[end + 1 : end + 2]):
            return False
    else:
        return False
    state.pos = end + len(closer)
    if not silent:
        token = state.push("math_inline", "", 0)
        token.content = source[start : state.pos]
        token.meta = {"display": opener in ("$$", "\\[")}
    return True


def _next_dollar(source: str, start: int, end: int) -> int:
    while (found := source.find("$", start, end)) >= 0:
        if source[found - 1] != "\\":
            return found
        start = found + 1
    return -1


def _block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    if state.is_code_block(first):
        return False
    line = _line(state, first)
    opener = line[:2]
    if opener not in ("$$", "\\[") or line.startswith("$$$"):
        return False
    closer, rest = _CLOSERS[opener], line[2:]
    place = rest.find(closer)
    if place >= 0 and rest[place + 2 :].strip(_PUNCTUATION + " \t"):
        return False  # words follow it: part of a paragraph
    if opener == "\\[" and rest.strip() and not _SIGNS.search(rest.replace(closer, "")):
        return False
    last, closed = first, place >= 0
    while not closed and last + 1 < end:
        if state.isEmpty(last + 1) or state.sCount[last + 1] < state.blkIndent:
            break
        last += 1
        closed = _line(state, last).rstrip(_PUNCTUATION + " \t").endswith(closer)
    if silent:
        return True
    state.line = last + 1
    token = state.push("math_block", "", 0)
    token.content = state.getLines(first, last + 1, state.blkIndent, False).strip()
    token.map = [first, last + 1]
    token.meta = {"closed": closed, "after": len(token.content) - len(token.content.rstrip(_PUNCTUATION))}
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
