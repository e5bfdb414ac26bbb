# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting right what is kept about a person: what is wished, where it stands, what came of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from desktop.domain.conversation import ChatId

PlaceKey = tuple[int | str, ...]


class TextKind(enum.StrEnum):
    """What a text that is kept is."""

    TITLE = "title"
    FOLDER = "folder"  # its name
    INSTRUCTIONS = "instructions"  # what the model is told: in a chat, in every chat
    MESSAGE = "message"
    DRAFT = "draft"
    FEEDBACK = "feedback"  # the reason given for a rating
    BETTER_ANSWER = "better-answer"
    TERM = "own-term"  # of the list of what is always hidden
    DECISION = "filter-decision"
    SETTING = "setting"  # of how a chat is answered: a set's name, a stop word, a schema


@dataclass(frozen=True, slots=True)
class Wish:
    """``old`` is to become ``new``, wherever it stands or where the person chooses.

    Attributes:
        ignore_case: look for it in capitals and small letters, too.
    """

    old: str
    new: str
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in which text, and at which character of it."""

    kind: TextKind
    key: PlaceKey
    start: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place, with what stands around it.

    Attributes:
        chat_id: of the chat it belongs to, if to one.
        chat_title: "" if it has none.
    """

    place: Place
    before: str
    found: str
    after: str
    chat_id: ChatId | None
    chat_title: str


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """Where it stands.

    Attributes:
        shown: the first of them.
        total: how many there are.
    """

    shown: tuple[Occurrence, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CorrectionReceipt:
    """What was put right, and what was looked at afterwards.

    Attributes:
        places: how many were replaced.
        messages: how many messages they were in.
        chats: how many chats.
        changed_meanwhile: places that were chosen and hold something else by now; they were left.
        residue_found: traces of the old words found anywhere checked (0 is the promise); None if it could not
            be looked at.
        checked: what was looked at, in words.
    """

    places: int
    messages: int
    chats: int
    changed_meanwhile: int
    residue_found: int | None
    checked: tuple[str, ...]
