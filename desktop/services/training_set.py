# SPDX-License-Identifier: GPL-3.0-or-later
"""From one consented chat to the lines of a data set.

Examples are ``{"messages": [{"role", "content"}]}``, preferences ``{"prompt", "chosen", "rejected"}``: the
forms that TRL reads (https://huggingface.co/docs/trl/dataset_formats).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role, Status
from desktop.domain.training import Feedback, Rating
from desktop.services.redaction import Redaction
from desktop.storage import conversations, feedback, training
from desktop.storage.connection import Connection


class Turn(msgspec.Struct, frozen=True):
    """One message."""

    role: str
    content: str


class Example(msgspec.Struct, frozen=True):
    """A conversation to learn from."""

    messages: list[Turn]


class Pair(msgspec.Struct, frozen=True):
    """Two answers to the same conversation."""

    prompt: list[Turn]
    chosen: list[Turn]
    rejected: list[Turn]


@dataclass(frozen=True, slots=True)
class Material:
    """One chat as it was in one moment, consent included."""

    chat: Chat
    since: datetime | None
    messages: dict[MessageId, Message]
    feedback: dict[MessageId, Feedback]
    choices: dict[str, bool]

    def path(self, leaf: MessageId | None) -> list[Message]:
        """From the root down to ``leaf``."""
        found: list[Message] = []
        while leaf is not None:
            message = self.messages[leaf]
            found.append(message)
            leaf = message.parent_id
        return found[::-1]


def read_material(conn: Connection, chat_id: ChatId) -> Material | None:
    """A chat if it may be used, all of it as it is in this one moment."""
    chat = next((one for one in training.consented_chats(conn) if one.id == chat_id), None)
    if chat is None:
        return None
    return Material(
        chat,
        training.consented_since(conn, chat_id),
        {message.id: message for message in conversations.all_messages(conn, chat_id)},
        feedback.feedback_in(conn, chat_id),
        training.filter_choices(conn, chat_id),
    )


def shown_texts(material: Material) -> Iterator[tuple[Role, str]]:
    """The system prompt and the messages of the shown path."""
    if material.chat.system_prompt:
        yield Role.SYSTEM, material.chat.system_prompt
    for message in material.path(material.chat.head_id):
        yield message.role, message.content


def _turns(material: Material, messages: Sequence[Message], redaction: Redaction) -> list[Turn]:
    turns = []
    if material.chat.system_prompt:
        turns.append(Turn("system", redaction.apply(material.chat.system_prompt)))
    for message in messages:
        said = material.feedback.get(message.id)
        text = said.correction if said and said.correction else message.content
        turns.append(Turn(str(message.role), redaction.apply(text)))
    return turns


def example_of(material: Material, redaction: Redaction) -> Example | None:
    """The shown path down to its last answer that is whole and was not found bad; corrected where it was."""
    path: list[Message] = []
    until = 0
    for message in material.path(material.chat.head_id):
        said = material.feedback.get(message.id)
        is_bad = said is not None and said.rating is Rating.DOWN and not said.correction
        is_broken = message.role is Role.ASSISTANT and message.status is not Status.COMPLETE
        if is_bad or (is_broken and not (said and said.correction)) or not message.content.strip():
            break
        path.append(message)
        if message.role is Role.ASSISTANT:
            until = len(path)
    return Example(_turns(material, path[:until], redaction)) if until else None


def pairs_of(material: Material, redaction: Redaction) -> list[Pair]:
    """An answer that was liked beside one to the same question that was not, or beside its correction."""
    by_parent: dict[MessageId | None, list[Feedback]] = {}
    for said in material.feedback.values():
        by_parent.setdefault(material.messages[said.message_id].parent_id, []).append(said)
    pairs = []
    for parent, told in by_parent.items():
        liked = [
            said.correction or material.messages[said.message_id].content
            for said in told
            if said.correction or said.rating is Rating.UP
        ]
        disliked = [
            material.messages[said.message_id].content
            for said in told
            if said.rating is Rating.DOWN or said.correction
        ]
        if parent is None or not liked or not disliked:
            continue
        prompt = _turns(material, material.path(parent), redaction)
        pairs += [
            Pair(
                prompt,
                [Turn("assistant", redaction.apply(good))],
                [Turn("assistant", redaction.apply(bad))],
            )
            for good in liked
            for bad in disliked
            if good.strip() and bad.strip() and good != bad
        ]
    return pairs
