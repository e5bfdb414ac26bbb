# SPDX-License-Identifier: GPL-3.0-or-later
"""From markdown-it's inline tokens to runs of text, and long source cut into pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from desktop.ui.markdown.blocks import NOTE_ADDRESS, TEXT_LENGTH, Run, Runs, Style

LINE_BREAK = "\u2028"
_STYLES = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
_SENTENCE_END = re.compile(r"[.!?…。！？]\s+|[。！？]")
_BRACKET = re.compile(r"[\[\]]")
_SPACE = re.compile(r"\s+")
_NOTE = re.compile(r"\d{1,3}|[^\W\d_]\w{2,20}")  # and not what excludes characters in a pattern: [^a-z]


def runs_of(tokens: Sequence[Token] | None) -> Runs:
    """Flatten inline tokens. Pictures become their description and address; HTML never gets here as HTML.

    A single line break stays a line break: in a chat, models and people mean it.
    """
    return _merged(_flatten(tokens or ()))


def bracket_depth(source: str) -> int:
    """How many square brackets are open at once, at most; one that is never closed stays open."""
    depth = deepest = 0
    for match in _BRACKET.finditer(source):
        depth = depth + 1 if match.group() == "[" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _flatten(tokens: Sequence[Token]) -> Iterator[Run]:
    style = Style.PLAIN
    href = ""
    for token in tokens:
        name, _, edge = token.type.rpartition("_")
        if token.type == "text":
            yield Run(token.content, style, href)
        elif token.type in ("softbreak", "hardbreak"):
            yield Run(LINE_BREAK, style, href)
        elif token.type == "code_inline":
            yield Run(token.content, style | Style.CODE, href)
        elif token.type == "math_inline":
            yield Run(
                token.content, style | Style.MATH | (Style.DISPLAY if token.meta["display"] else style), href
            )
        elif token.type == "footnote_ref":
            label = str(token.meta["label"])
            if _NOTE.fullmatch(label):
                yield Run(label, style | Style.NOTE, NOTE_ADDRESS + label)
            else:
                yield Run(f"[^{label}]", style, href)
        elif token.type == "image":
            yield Run(token.content, style, href)
            yield Run(f" ({token.attrGet('src') or ''})", style | Style.QUIET, href)
        elif name == "link":
            href = str(token.attrGet("href") or "") if edge == "open" else ""
        elif name in _STYLES:
            style = style | _STYLES[name] if edge == "open" else style & ~_STYLES[name]
        elif token.content:
            yield Run(token.content, style, href)


def _merged(runs: Iterator[Run]) -> Runs:
    merged: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        alone = run.style & (Style.MATH | Style.NOTE)
        if merged and not alone and merged[-1].style == run.style and merged[-1].href == run.href:
            merged[-1] = Run(merged[-1].text + run.text, run.style, run.href)
        else:
            merged.append(run)
    return tuple(merged)


def pieces_of(source: str, limit: int = TEXT_LENGTH) -> list[str]:
    """Cut an oversized paragraph's source into pieces that are parsed and laid out on their own.

    A cut falls after a sentence (else a word, else anywhere), where no emphasis, code or link seems open. It
    depends only on the ``limit`` characters before it, so text that is appended never moves one.
    """
    pieces: list[str] = []
    while len(source) > limit:
        cut = _cut(source[:limit])
        pieces.append(source[:cut])
        source = source[cut:]
    pieces.append(source)
    return pieces


def _cut(text: str) -> int:
    for pattern in (_SENTENCE_END, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, len(text) // 2) if match.end() < len(text)]
        settled = [end for end in ends if _settled(text[:end])]
        if settled or ends:
            return (settled or ends)[-1]
    return len(text)


def _settled(text: str) -> bool:
    """A cheap guess at whether every opener has its closer."""
    even = all(text.count(mark) % 2 == 0 for mark in ("`", "**", "~~", "$"))
    closed = all(text.count(opener) <= text.count(closer) for opener, closer in (("[", "]"), ("\\(", "\\)")))
    return even and closed and text.count("*") % 2 == 0
