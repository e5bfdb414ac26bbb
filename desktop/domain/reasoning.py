# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model thinks before it answers, told apart from the answer by the marks it puts around it.

The text stays as the model wrote it; this only says which part is which. A mark counts at the beginning of a
reply only. Some models' templates write the opening mark into the prompt, so that a reply holds the closing
one alone: on a line of its own and outside of code, it turns all that came before into reasoning.
"""

from __future__ import annotations

import enum
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

CLOSERS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
}
_LONGEST = max(len(mark) for mark in CLOSERS.values())
_UNOPENED = ("</think>", "</thinking>", "[/THINK]")
_ALONE = re.compile(rf"^[ \t]*(?:{'|'.join(map(re.escape, _UNOPENED))})[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


class Kind(enum.Enum):
    """What a part of a reply is."""

    THOUGHT = enum.auto()
    ANSWER = enum.auto()
    THOUGHT_ALL_ALONG = enum.auto()  # all of the reasoning: what was given as answer before is part of it


@dataclass(frozen=True, slots=True)
class Part:
    """Text of one kind, without the marks."""

    kind: Kind
    text: str


class _Stage(enum.Enum):
    BEGINNING = enum.auto()
    THINKING = enum.auto()
    ANSWERING = enum.auto()


class Splitter:
    """Tells the parts of a reply apart as it arrives, however it is cut into pieces."""

    def __init__(self) -> None:
        self._stage = _Stage.BEGINNING
        self._held = ""  # may be half of a mark
        self._closer = ""
        self._whole: list[str] | None = []  # the answer so far, while a closing mark may still come alone
        self._tail = ""  # the end of it: a mark may have begun there

    @property
    def thinking(self) -> bool:
        """Whether the reasoning has begun and not ended."""
        return self._stage is _Stage.THINKING

    def feed(self, text: str) -> list[Part]:
        """Take more of the reply; gives what is certain by now."""
        if self._stage is _Stage.BEGINNING:
            return self._begin(self._held + text)
        if self._stage is _Stage.THINKING:
            return self._think(self._held + text)
        return self._answer(text)

    def end(self) -> list[Part]:
        """There is no more: what was held back belongs to what it stands in."""
        held, self._held = self._held, ""
        if self._stage is _Stage.ANSWERING:
            return self._alone(ended=True)
        kind = Kind.THOUGHT if self._stage is _Stage.THINKING else Kind.ANSWER
        return [Part(kind, held)] if held else []

    def _begin(self, text: str) -> list[Part]:
        start = text.lstrip()
        opener = next((mark for mark in CLOSERS if start.startswith(mark)), None)
        if opener is not None:
            self._stage, self._closer, self._held, self._whole = _Stage.THINKING, CLOSERS[opener], "", None
            return self._think(start.removeprefix(opener))
        if any(mark.startswith(start) for mark in CLOSERS):
            self._held = text
            return []
        self._stage, self._held = _Stage.ANSWERING, ""
        return self._answer(text)

    def _think(self, text: str) -> list[Part]:
        before, mark, after = text.partition(self._closer)
        if mark:
            self._stage, self._held = _Stage.ANSWERING, ""
            parts = [Part(Kind.THOUGHT, before), Part(Kind.ANSWER, after)]
            return [part for part in parts if part.text]
        keep = next(n for n in range(len(self._closer) - 1, -1, -1) if text.endswith(self._closer[:n]))
        self._held = text[len(text) - keep :]
        text = text[: len(text) - keep]
        return [Part(Kind.THOUGHT, text)] if text else []

    def _answer(self, text: str) -> list[Part]:
        if self._whole is None:
            return [Part(Kind.ANSWER, text)] if text else []
        self._whole.append(text)
        near, self._tail = self._tail + text, (self._tail + text)[-2 * _LONGEST :]
        marked = any(mark in near for mark in _UNOPENED)
        return (self._alone() if marked else []) or [Part(Kind.ANSWER, text)]

    def _alone(self, *, ended: bool = False) -> list[Part]:
        """Look for a closing mark without an opening one; a line counts once it is complete."""
        whole = "".join(self._whole or ())
        found = _ALONE.search(whole)
        if found is None or (found.end() == len(whole) and not ended):
            return []
        if len(_FENCE.findall(whole, 0, found.start())) % 2:
            return []
        self._whole = None
        # The closing mark went out as answer; whoever was told starts again from these two.
        parts = [Part(Kind.THOUGHT_ALL_ALONG, whole[: found.start()])]
        after = whole[found.end() :]
        return [*parts, Part(Kind.ANSWER, after)] if after else parts


def split(reply: str) -> tuple[str, str]:
    """A whole reply as its reasoning ("" for none) and its answer."""
    splitter = Splitter()
    thought: list[str] = []
    answer: list[str] = []
    for part in (*splitter.feed(reply), *splitter.end()):
        if part.kind is Kind.ANSWER:
            answer.append(part.text)
        elif part.kind is Kind.THOUGHT:
            thought.append(part.text)
        else:
            thought, answer = [part.text], []
    text = "".join(answer)
    return "".join(thought).strip(), text if text == reply else text.lstrip()


def said(reply: str) -> str:
    """What a reply says, without its reasoning: what is copied and read out."""
    thought, answer = split(reply)
    return answer or thought or reply


class Stopwatch:
    """How long a model thinks before it answers, by when the pieces of its reply arrive.

    Attributes:
        seconds: of reasoning so far; 0 if there was none.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = 0.0
        self._clock = clock
        self._splitter = Splitter()
        self._began: float | None = None

    def add(self, text: str) -> None:
        """A piece arrived."""
        if not text:
            return
        now = self._clock()
        if self._began is None:
            self._began = now
        if any(part.kind is not Kind.ANSWER for part in self._splitter.feed(text)):
            self.seconds = now - self._began
