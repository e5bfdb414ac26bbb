# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats as they leave without personal data: looked at before they are written, and written so.

The person's word holds here as it does for training: their own terms, and what they decided in a chat.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from desktop.domain.archive import ArchivedChat, ArchivedFeedback, ArchivedMessage, Piece
from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import ChatId, Role
from desktop.personal_data import Kind
from desktop.services.export.reading import shown_path
from desktop.services.redaction import FilteredChat, Redaction, detector_of
from desktop.storage import training
from desktop.storage.database import Database

Pause = Callable[[], object]  # called between texts; raises to give up


class ChatFilter:
    """Takes personal data out of chats, each with stand-ins of its own. Blocks.

    Args:
        database: where the person's terms and decisions are.
        every_branch: whether all branches leave, or the shown path only.
        pause: called before each text.

    Attributes:
        removed: how many passages were replaced so far, by kind.
    """

    def __init__(self, database: Database, *, every_branch: bool, pause: Pause = lambda: None) -> None:
        self._database = database
        self._every_branch = every_branch
        self._pause = pause
        self._detector = detector_of(database)
        self.removed: Counter[Kind] = Counter()

    def apply(self, chat: ArchivedChat) -> ArchivedChat:
        """The chat as it leaves; of messages that do not leave nothing but their place is kept.

        Raises:
            UnknownChatError: it was deleted meanwhile.
        """
        redaction = self._redaction(chat.id)
        leaving = {message.id for message in self._leaving(chat)}

        def message_of(message: ArchivedMessage) -> ArchivedMessage:
            self._pause()
            leaves = message.id in leaving
            return msgspec.structs.replace(
                message,
                content=redaction.apply(message.content) if leaves else "",
                model=_model(redaction, message.model),
                feedback=_feedback(redaction, message.feedback) if leaves else None,
            )

        filtered = msgspec.structs.replace(
            chat,
            title=redaction.apply(chat.title),
            system_prompt=None if chat.system_prompt is None else redaction.apply(chat.system_prompt),
            model=_model(redaction, chat.model),
            draft=redaction.apply(chat.draft) if chat.draft and self._every_branch else None,
            messages=[message_of(message) for message in chat.messages],
            filter_choices=[],  # a list of what is to be hidden
            settings=_without_words(chat.settings),
        )
        self.removed += redaction.removed
        return filtered

    def look(self, chat: ArchivedChat) -> FilteredChat:
        """What would be taken out of the chat.

        Raises:
            UnknownChatError: it was deleted meanwhile.
        """
        redaction = self._redaction(chat.id)
        reviewed = []
        for role, text in self._texts(chat):
            self._pause()
            if text or role not in (Piece.REASON, Piece.BETTER_ANSWER):
                reviewed.append(redaction.reviewed(role, text))
        self.removed += redaction.removed
        return FilteredChat(ChatId(chat.id), chat.title, tuple(reviewed), dict(redaction.removed))

    def _texts(self, chat: ArchivedChat) -> Iterator[tuple[Role | Piece, str]]:
        yield Piece.TITLE, chat.title
        if chat.system_prompt:
            yield Role.SYSTEM, chat.system_prompt
        for message in self._leaving(chat):
            yield message.role, message.content
            if message.feedback is not None and self._every_branch:
                yield Piece.REASON, message.feedback.reason
                yield Piece.BETTER_ANSWER, message.feedback.correction or ""
        if chat.draft and self._every_branch:
            yield Piece.DRAFT, chat.draft

    def _leaving(self, chat: ArchivedChat) -> list[ArchivedMessage]:
        return list(chat.messages) if self._every_branch else shown_path(chat)

    def _redaction(self, chat_id: str) -> Redaction:
        choices = functools.partial(training.filter_choices, chat_id=ChatId(chat_id))
        return Redaction(self._detector, self._database.read(choices).result())


def _feedback(redaction: Redaction, said: ArchivedFeedback | None) -> ArchivedFeedback | None:
    if said is None:
        return None
    better = None if said.correction is None else redaction.apply(said.correction)
    return msgspec.structs.replace(said, reason=redaction.apply(said.reason), correction=better)


def _model(redaction: Redaction, name: str | None) -> str | None:
    return None if name is None else redaction.apply_own(name)


def _without_words(settings: ChatSettings | None) -> ChatSettings | None:
    """Numbers name nobody; stop words and a schema are texts in which nothing is looked for, so they stay."""
    return None if settings is None else msgspec.structs.replace(settings, stop=(), json_schema=None)
