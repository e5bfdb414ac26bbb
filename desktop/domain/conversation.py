# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats and messages as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NewType

ChatId = NewType("ChatId", str)
MessageId = NewType("MessageId", str)

NEVER = 36_500  # days; a hundred years after its last message stand for "this chat never goes by itself"


class Role(enum.StrEnum):
    """Who wrote a message, in the vocabulary every chat template uses."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Status(enum.StrEnum):
    """What became of a message; a user's message is always COMPLETE."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"  # the person stopped it
    FAILED = "failed"  # the engine gave up; what came before is kept
    INTERRUPTED = "interrupted"  # the app ended while it streamed


class StopReason(enum.StrEnum):
    """Why a reply ended."""

    END = "end"  # the model said it was done
    LENGTH = "length"  # the token limit or the end of the window
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class UsedSampling:
    """How the words of a reply were drawn.

    Attributes:
        seed: with it, and the same of all else, the same words come again.
        stops: how many stop words held; what they are stays with the chat.
        json_schema: whether the answer was held to a JSON schema.
    """

    seed: int
    temperature: float
    top_p: float
    top_k: int
    min_p: float
    repeat_penalty: float
    presence_penalty: float
    frequency_penalty: float
    max_tokens: int
    stops: int = 0
    json_schema: bool = False


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """What was measured while a reply was made.

    Attributes:
        prompt_tokens: tokens in the fitted prompt.
        cached_tokens: how many of those were reused and not evaluated again.
        completion_tokens: tokens generated.
        time_to_first_token_s: seconds from the request to the first token.
        tokens_per_second: generation speed after the first token (0 if fewer than two).
        dropped_messages: oldest messages left out so that the prompt fits.
        context_size: the window, in tokens.
        system_tokens: how many of the prompt's tokens were the instructions (0 before that was counted).
        sampling: how its words were drawn (None before that was kept).
        thinking_s: seconds until the reasoning before the answer was done (0 if there was none).
    """

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    time_to_first_token_s: float
    tokens_per_second: float
    dropped_messages: int = 0
    context_size: int = 0
    system_tokens: int = 0
    sampling: UsedSampling | None = None
    thinking_s: float = 0.0

    @property
    def total_s(self) -> float:
        """Seconds from the question to the end of the reply."""
        if self.tokens_per_second <= 0:
            return self.time_to_first_token_s
        return self.time_to_first_token_s + max(0, self.completion_tokens - 1) / self.tokens_per_second


@dataclass(frozen=True, slots=True)
class Message:
    """One node of a conversation tree; ``parent_id`` is None for a root. Times are aware UTC.

    Attributes:
        edited: an answer in the person's words, not the model's.
    """

    id: MessageId
    chat_id: ChatId
    parent_id: MessageId | None
    role: Role
    content: str
    status: Status
    created_at: datetime
    model: str | None = None
    stop_reason: StopReason | None = None
    stats: ReplyStats | None = None
    edited: bool = False

    @property
    def can_continue(self) -> bool:
        """Whether it is an answer that broke off, so that the model could go on where it stopped."""
        if self.role is not Role.ASSISTANT or self.status is Status.STREAMING or not self.content.strip():
            return False
        return self.status is not Status.COMPLETE or self.stop_reason is StopReason.LENGTH


class PathEntry(NamedTuple):
    """A message on the shown path without its text, so that a long chat opens fast.

    A tuple, because ten thousand of them are made at once and that takes half of a dataclass's time.

    Attributes:
        length: characters of text.
        lines: line breaks in the text, plus one.
        siblings: how many messages share this one's parent and role (1 if alone).
        sibling_index: its place among them, from 0, oldest first.
    """

    id: MessageId
    role: Role
    status: Status
    length: int
    lines: int
    siblings: int = 1
    sibling_index: int = 0


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation as the list shows it. ``messages`` counts all branches without system messages.

    ``retention_days`` is its own rule: None follows the rule for all, NEVER keeps it whatever that says.
    """

    id: ChatId
    title: str  # "" until it has one
    created_at: datetime
    updated_at: datetime
    model: str | None = None
    messages: int = 0
    head_id: MessageId | None = None
    system_prompt: str | None = None
    training_consent: bool = False
    pinned: bool = False
    archived: bool = False
    retention_days: int | None = None
    temporary: bool = False
    folder: str | None = None  # its name
    pin_place: int | None = None  # among the pinned ones; None: above those that were put in order
    unread: bool = False  # an answer ended while another chat was shown


@dataclass(frozen=True, slots=True)
class Place:
    """Where one reads: the message at the top of the view, and how much of it is above, in thousandths."""

    message: MessageId
    part: int = 0


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that matches a search; ``snippet`` marks matches with U+E000 … U+E001."""

    chat_id: ChatId
    message_id: MessageId
    role: Role
    snippet: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeletionReceipt:
    """What a completed deletion removed, and what was looked at afterwards.

    Attributes:
        residue_found: shingles or index terms of the deleted text found anywhere checked (0 is the promise);
            None if it could not be looked at.
        checked: what was scanned, in words a person can read.
        pages: how many decrypted pages were looked at, the log's among them.
        looked_for: how many words and groups of words were looked for in them.
        backups: how many copies were removed.
    """

    deleted_chats: int
    deleted_messages: int
    residue_found: int | None
    checked: tuple[str, ...]
    pages: int = 0
    looked_for: int = 0
    backups: int = 0
