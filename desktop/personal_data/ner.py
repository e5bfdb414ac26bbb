# SPDX-License-Identifier: GPL-3.0-or-later
"""Names found by a trained model: what the detector wants of one, and spaCy's pipelines made to fit."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from desktop.personal_data.kinds import Finding, Kind

_PEOPLE = frozenset({"PERSON", "PER"})  # as OntoNotes and WikiNER label them


_ANY = "xx"  # what spaCy calls a pipeline of many languages
_SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset("the and is was of to my you it that with for have this are not".split()),
    "de": frozenset("der die das und ist ich nicht mit ein eine zu den von sie auf für wir hat".split()),
    "fr": frozenset("le les et est je une des du pas que vous dans pour sur elle mon au il".split()),
    "es": frozenset("el los las y es una que por con para del se su mi está lo al como".split()),
}
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 4_000  # characters that tell the language


class NameModel(Protocol):
    """Finds people's names. Looks nothing up."""

    def find(self, text: str) -> Iterator[Finding]:
        """The names in ``text``."""


class SpacyNames:
    """Names by spaCy pipelines: each where its language is spoken, as elsewhere it takes any noun for a name.

    Args:
        pipelines: loaded ones, with a component that sets ``doc.ents``.
    """

    def __init__(self, pipelines: Sequence[Callable[[str], Any]]) -> None:
        self._pipelines = tuple(pipelines)
        self._lock = threading.Lock()  # a pipeline keeps a state of its own while it runs

    def find(self, text: str) -> Iterator[Finding]:
        """The names in ``text``, without what is no letter at their ends."""
        spoken = _spoken(text)
        for pipeline in self._pipelines:
            language = getattr(pipeline, "lang", _ANY)
            if spoken and language not in (spoken, _ANY):
                continue
            with self._lock:
                spans = [
                    (entity.start_char, entity.end_char)
                    for entity in pipeline(text).ents
                    if entity.label_ in _PEOPLE
                ]
            for start, end in spans:
                yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Finding]:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    if end - start > 1 and not any(character.isdigit() for character in text[start:end]):
        yield Finding(start, end, Kind.NAME)


def _spoken(text: str) -> str:
    """The language the small words are of, or Chinese by its signs; "" if nothing tells."""
    beginning = text[:_LOOKED_AT]
    words = [word.lower() for word in _WORD.findall(beginning)]
    if sum("\u4e00" <= sign <= "\u9fff" for sign in beginning) * 4 > len(beginning):
        return "zh"
    counts = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""
