# SPDX-License-Identifier: GPL-3.0-or-later
"""Code in colour: Pygments' tokens as a few theme colours, each WCAG AA on the ground of code."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token as Kind
from pygments.util import ClassNotFound

_ROLES = (
    (Kind.Comment, "ink3"),
    (Kind.Keyword, "dusk"),
    (Kind.Operator.Word, "dusk"),
    (Kind.Name.Function, "accent"),
    (Kind.Name.Class, "accent"),
    (Kind.Name.Decorator, "accent"),
    (Kind.Name.Tag, "dusk"),
    (Kind.Name.Attribute, "accent"),
    (Kind.Literal.String, "ok"),
    (Kind.Literal.Number, "accent"),
    (Kind.Generic.Deleted, "danger"),
    (Kind.Generic.Inserted, "ok"),
    (Kind.Generic.Heading, "accent"),
)
_COMMON = ("python", "bash", "json", "javascript", "html", "css", "sql", "c", "java", "yaml")
_MOST = 12_000  # characters; more than this in one piece is data, not code to read


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, start + length) in the colour of ``token``."""

    start: int
    length: int
    token: str


def spans(language: str, text: str, before: str = "") -> list[Span]:
    """The coloured parts of ``text``; none for an unknown language.

    Args:
        language: as written after the fence.
        text: one piece of code.
        before: the piece before it, so that a string or comment may run across.
    """
    lexer = _lexer(language.lower())
    if lexer is None or len(text) > _MOST:
        return []
    context = before[-_MOST:] + "\n" if before else ""
    return list(_coloured(lexer, context + text, len(context)))


def prepare() -> None:
    """Load the common languages ahead, on a thread where nobody waits: a first use can take 90 ms."""
    for language in _COMMON:
        _lexer(language)


def _coloured(lexer: Lexer, source: str, skip: int) -> Iterator[Span]:
    for start, kind, value in lexer.get_tokens_unprocessed(source):  # type: ignore[no-untyped-call]
        end = start + len(value)
        if end <= skip or not value.strip():
            continue
        token = next((token for parent, token in _ROLES if kind in parent), "")
        if token:
            begin = max(start, skip)
            yield Span(begin - skip, end - begin, token)


@functools.lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        found = get_lexer_by_name(language)  # type: ignore[no-untyped-call]
    except ClassNotFound:
        return None
    return found if isinstance(found, Lexer) else None
