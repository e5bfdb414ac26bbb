# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person looks for: words, and plain words that narrow it down (``from:me``, ``after:2026-01-01``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desktop.domain.conversation import Role

ME, MODEL = "me", "model"
SPANS = {"today": 0, "week": 6, "month": 29, "year": 364}  # days before today
_WORD = re.compile(r'(?<!\S)(from|model|after|before|is):(?:"([^"]*)"|([^\s"]+))(?!\S)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"?')


@dataclass(frozen=True, slots=True)
class Filters:
    """What a message must be, beside holding the words.

    Attributes:
        role: who wrote it.
        model: part of the name of the model that wrote it, case aside.
        after: not before this moment, aware.
        before: not at or after this moment, aware.
        pinned: only in pinned chats.
        archived: only in archived chats.
    """

    role: Role | None = None
    model: str = ""
    after: datetime | None = None
    before: datetime | None = None
    pinned: bool = False
    archived: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether more than the time has to be looked at in each message that holds the words."""
        return bool(self.role or self.model or self.pinned or self.archived)


@dataclass(frozen=True, slots=True)
class Question:
    """Words, and what narrows them down."""

    words: str
    filters: Filters = Filters()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words.strip() and self.filters == Filters()


def parse(text: str, *, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> Question:
    """Take the narrowing words out of ``text``; what is none, or has no such value, is looked for."""
    filters = Filters()
    words: list[str] = []
    end = 0
    for begin, past, name, value in _narrowing(text):
        narrowed = _narrow(filters, name, value, now())
        if narrowed is not None:
            words.append(text[end:begin])
            filters, end = narrowed, past
    words.append(text[end:])
    return Question(" ".join("".join(words).split()), filters)


def value_of(text: str, name: str) -> str:
    """The value of a narrowing word in ``text``, "" if it has none; the last one counts."""
    values = [value for _begin, _past, found, value in _narrowing(text) if found == name]
    return values[-1] if values else ""


def has_word(text: str, name: str, value: str) -> bool:
    """Whether this very word stands in ``text``."""
    return any((found, said) == (name, value) for _begin, _past, found, said in _narrowing(text))


def with_word(text: str, name: str, value: str, *, only: bool = True) -> str:
    """``text`` with a narrowing word, in place of those of its name if it can be there ``only`` once."""
    kept = without_word(text, name) if only else without_word(text, name, value)
    said = f'"{value}"' if re.search(r"\s", value) else value
    return f"{kept} {name}:{said} ".lstrip()


def without_word(text: str, name: str, value: str | None = None) -> str:
    """``text`` without the narrowing words of a name, or without the one of this value."""
    for begin, past, found, said in reversed(_narrowing(text)):
        if found == name and value in (None, said):
            text = f"{text[:begin].rstrip()} {text[past:].lstrip()}"
    return text.strip()


def day(text: str) -> date | None:
    """A day as it is written in questions: 2026-01-31."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _narrowing(text: str) -> list[tuple[int, int, str, str]]:
    """Beginning, end, name and value of each narrowing word; what stands in quotes is none."""
    quotes = [each.span() for each in _QUOTED.finditer(text)]
    return [
        (*match.span(), match[1].lower(), match[2] if match[2] is not None else match[3])
        for match in _WORD.finditer(text)
        if not any(begin < match.start() < end for begin, end in quotes)
    ]


def _narrow(filters: Filters, name: str, value: str, now: datetime) -> Filters | None:
    said = value.strip().lower()
    match name, said:
        case "from", ("me" | "user"):
            return replace(filters, role=Role.USER)
        case "from", ("model" | "ai" | "assistant"):
            return replace(filters, role=Role.ASSISTANT)
        case "is", "pinned":
            return replace(filters, pinned=True)
        case "is", "archived":
            return replace(filters, archived=True)
        case "model", _ if said:
            return replace(filters, model=value.strip())
        case (("after" | "before"), _):
            moment = _moment(said, now)
            if moment is None:
                return None
            return replace(filters, after=moment) if name == "after" else replace(filters, before=moment)
    return None


def _moment(said: str, now: datetime) -> datetime | None:
    """The beginning of a day, where the person is."""
    wanted = now.date() - timedelta(days=SPANS[said]) if said in SPANS else day(said)
    if wanted is None:
        return None
    try:
        return datetime(wanted.year, wanted.month, wanted.day).astimezone(
            now.tzinfo if said in SPANS else None
        )
    except (OverflowError, OSError, ValueError):
        return None
