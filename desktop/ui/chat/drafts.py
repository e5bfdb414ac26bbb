# SPDX-License-Identifier: GPL-3.0-or-later
"""What was begun and not sent, in the window and in the vault: neither makes the other forget."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.conversation import ChatId

Texts = Mapping[ChatId | None, str]  # by chat; None is the one that has not begun


class Drafts:
    """The drafts of one window."""

    def __init__(self) -> None:
        self._texts: dict[ChatId | None, str] = {}
        self._kept: dict[ChatId | None, str] = {}  # as they were given to be kept
        self._are_known = False

    def of(self, chat_id: ChatId | None) -> str:
        """What is begun there."""
        return self._texts.get(chat_id, "")

    def put(self, chat_id: ChatId | None, text: str) -> None:
        """This is begun there now; "" if it was sent."""
        self._texts[chat_id] = text

    def to_keep(self) -> Texts | None:
        """What goes into the vault; None before it is known what is there, or that would be lost."""
        if not self._are_known:
            return None
        self._kept = dict(self._texts)
        return self._kept

    def restore(self, kept: Texts) -> None:
        """These were kept the last time; what was begun since stays."""
        self._are_known = True
        self._texts = {**kept, **{chat: text for chat, text in self._texts.items() if text}}

    def learn(self, kept: Texts, *, new: bool) -> None:
        """Some of these came in with their chats; ``new``: and perhaps that of the one not begun."""
        known = {chat: text for chat, text in self._texts.items() if text or chat is not None or not new}
        self._texts = {**kept, **known}

    def renew(self, kept: Texts) -> None:
        """These say something else than when they were given to be kept; what was begun since stays."""
        begun = {chat: text for chat, text in self._texts.items() if text != self._kept.get(chat, "")}
        self._texts = {**kept, **begun}
