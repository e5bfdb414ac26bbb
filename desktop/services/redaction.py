# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of one chat without personal data: the person's word first, then the filter's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.archive import Piece
from desktop.domain.conversation import ChatId, Role
from desktop.personal_data import Detector, Finding, Kind, Pseudonyms, joined
from desktop.services.name_model import load_names
from desktop.storage import training
from desktop.storage.database import Database


@dataclass(frozen=True, slots=True)
class Passage:
    """Something the filter would take out, or did not because the person said so.

    Attributes:
        value: as it stands in the text.
        stand_in: what is put in its place; "" if it stays.
    """

    start: int
    end: int
    kind: Kind
    value: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class ReviewedMessage:
    """One text of a chat that would leave.

    Attributes:
        role: whose message, or which other piece of the chat.
        text: as it is.
        filtered: as it would leave.
        passages: what the filter found.
    """

    role: Role | Piece
    text: str
    filtered: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class FilteredChat:
    """What the filter does to one chat.

    Attributes:
        removed: how many passages it replaces, by kind.
    """

    id: ChatId
    title: str
    messages: tuple[ReviewedMessage, ...]
    removed: Mapping[Kind, int]


def detector_of(database: Database) -> Detector:
    """What looks for personal data as the person wants it: their own terms, a name model if any. Blocks.

    Raises:
        EnvironmentFaultError: the name model cannot be loaded.
    """
    terms = database.read(training.own_terms).result()
    uses_model = database.read(training.uses_name_model).result()
    return Detector(terms, load_names() if uses_model else None)


class Redaction:
    """Filters the texts of one chat.

    Args:
        detector: knows the person's own terms.
        choices: values the person decided on: hidden always (True) or never (False).

    Attributes:
        removed: how many passages were replaced so far, by kind.
    """

    def __init__(self, detector: Detector, choices: Mapping[str, bool]) -> None:
        self._detector = detector
        self._never = {_plain(value) for value, hidden in choices.items() if not hidden}
        self._always = Detector([value for value, hidden in choices.items() if hidden])
        self._stand_ins = Pseudonyms()
        self.removed: Counter[Kind] = Counter()

    def apply(self, text: str) -> str:
        """``text`` as it leaves."""
        hidden = self._hidden(text, self._detector.find(text))
        self.removed.update(finding.kind for finding in hidden)
        return self._stand_ins.apply(text, hidden)

    def apply_own(self, text: str) -> str:
        """``text`` without what the person listed or decided on: for names of things, as a model's."""
        hidden = self._hidden(text, self._detector.find_own(text))
        self.removed.update(finding.kind for finding in hidden)
        return self._stand_ins.apply(text, hidden)

    def reviewed(self, role: Role | Piece, text: str) -> ReviewedMessage:
        """``text`` with what would be taken out of it."""
        found = self._detector.find(text)
        hidden = self._hidden(text, found)
        self.removed.update(finding.kind for finding in hidden)
        passages = [
            Passage(
                one.start,
                one.end,
                one.kind,
                text[one.start : one.end],
                self._stand_ins.of(one.kind, text[one.start : one.end]) if one in hidden else "",
            )
            for one in sorted([*hidden, *(one for one in found if self._is_let_stand(text, one))])
        ]
        return ReviewedMessage(role, text, self._stand_ins.apply(text, hidden), tuple(passages))

    def _is_let_stand(self, text: str, finding: Finding) -> bool:
        return _plain(text[finding.start : finding.end]) in self._never

    def _hidden(self, text: str, found: Sequence[Finding]) -> list[Finding]:
        always = self._always.find_own(text)
        kept = [one for one in found if not self._is_let_stand(text, one)]
        return joined([*always, *kept])


def _plain(value: str) -> str:
    return " ".join(value.casefold().split())
