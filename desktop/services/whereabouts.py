# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one was: in each chat, and in which chat last. Each call returns a Future."""

from __future__ import annotations

from concurrent.futures import Future

from desktop.domain.conversation import ChatId, Place
from desktop.storage import chat_view, records
from desktop.storage.database import Connection, Database

OPEN_LAST_SETTING = "view.open_last"
LAST_SETTING = "view.last_chat"


class Places:
    """Kept in the vault: where one read tells what one was interested in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def places(self) -> Future[dict[ChatId, Place]]:
        """Where one read, for the chats that were not left at their end."""
        return self._database.read(chat_view.places)

    def keep(self, chat_id: ChatId, place: Place | None) -> Future[None]:
        """Keep where one read in a chat; None: at its end."""
        return self._database.write(lambda c: chat_view.set_place(c, chat_id, place))

    def opens_last(self) -> Future[bool]:
        """Whether the chat that was shown last is shown after unlocking; no, unless the person said so."""
        return self._database.read(_opens_last)

    def set_opens_last(self, on: bool) -> Future[None]:
        """Say whether it is."""
        return self._database.write(lambda c: records.set_setting(c, OPEN_LAST_SETTING, on))

    def keep_last(self, chat_id: ChatId | None) -> Future[None]:
        """This chat is shown now; None: one that has not begun."""
        return self._database.write(lambda c: records.set_setting(c, LAST_SETTING, chat_id))

    def to_open(self) -> Future[ChatId | None]:
        """The chat to be shown first, if one is to be."""

        def look(connection: Connection) -> ChatId | None:
            last = records.get_setting(connection, LAST_SETTING)
            return ChatId(last) if _opens_last(connection) and isinstance(last, str) else None

        return self._database.read(look)


def _opens_last(connection: Connection) -> bool:
    return records.get_setting(connection, OPEN_LAST_SETTING, False) is True
