# SPDX-License-Identifier: GPL-3.0-or-later
"""Titles for chats: from what was first said, and from what a model says when it is asked for one."""

from __future__ import annotations

import re

LONGEST = 60  # characters; about what the chat list shows in one line
_MOST_WORDS = 9
_SAME = 12  # characters in which a title and the beginning of a reply may agree
_STEM = 4  # letters that tell a word, whatever its ending
_MARKS = '"“”„«»`*_#<>|[]{}\\'
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,})[\"”“»]")
_LEADING = re.compile(
    r"^[\s#*_`>\-–—]*(?:title|titel|titre|título|标题|タイトル|عنوان)?[\s*_]*[:：]?\s*", re.I
)


def title_from(text: str) -> str:
    """Return the first words of ``text`` on one line, cut at a word where there is one; "" for no words."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST - 1]
    space = cut.rfind(" ")
    if space >= LONGEST // 2:  # scripts without spaces, and very long words, are cut where they are
        cut = cut[:space]
    return cut.rstrip(" ,;:.-–—") + "…"


def title_in(answer: str, question: str, reply: str) -> str:
    """The title that a model's answer to the wish for one holds; "" where there is none worth showing.

    A small model answers with a sentence, with what was said before, or with something else altogether. None
    of that is better than the first words of the question.

    Args:
        answer: what the model said when it was asked for a title.
        question: what the chat began with; a title has something of it.
        reply: what was answered to it; a title is not its beginning.
    """
    title = _without_marks(answer)
    if not title or len(title) > LONGEST or title[-1] in "…,:;.。？！?!" or len(title.split()) > _MOST_WORDS:
        return ""
    folded = title.casefold()
    beginning = " ".join(reply.split()).casefold()
    if len(folded) > _SAME and beginning.startswith(folded[: max(_SAME, len(folded) * 2 // 3)]):
        return ""
    return title if _touches(folded, question.casefold()) else ""


def _without_marks(answer: str) -> str:
    """One line without quotation marks, Markdown, controls or the words "Title:" before it."""
    lines = [line for line in answer.splitlines() if line.strip()]
    if not lines:
        return ""
    line = "".join(one if one.isprintable() else " " for one in lines[0])
    if (quoted := _QUOTED.search(line)) is not None:
        line = quoted[1]
    line = _LEADING.sub("", line)
    line = "".join(one for one in line if one not in _MARKS)
    line = " ".join(line.split()).strip(" -–—:")
    return line[:-1] if line.endswith((".", "。")) and line.count(".") <= 1 else line


def _touches(title: str, question: str) -> bool:
    """Whether a word of ``title``, or a character of a script without spaces, stands in ``question``."""
    for word in _WORD.findall(title):
        if any(_is_dense(one) and one in question for one in word):
            return True
        if len(word) >= _STEM and word[:_STEM] in question:
            return True
    return False


def _is_dense(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"
