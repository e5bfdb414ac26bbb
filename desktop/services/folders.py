# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of chats, and the order of the pinned ones. Each call returns a Future."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from desktop.domain.conversation import ChatId
from desktop.domain.folder import Folder
from desktop.storage import folders
from desktop.storage.database import Database


class Folders:
    """The folders of one database. What cannot be done is raised through the Future as a UserActionError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listed(self) -> Future[list[Folder]]:
        """All of them, in the order they were made."""
        return self._database.read(folders.folders)

    def create(self, name: str) -> Future[Folder]:
        """Make an empty folder; white space in its name is folded."""
        return self._database.write(lambda c: folders.create(c, name))

    def rename(self, old: str, new: str) -> Future[None]:
        """Give a folder another name."""
        return self._database.write(lambda c: folders.rename(c, old, new))

    def delete(self, name: str) -> Future[None]:
        """Take a folder away; its chats go back to the others."""
        return self._database.write(lambda c: folders.delete(c, name))

    def set_opened(self, name: str, opened: bool) -> Future[None]:
        """Whether the list shows the chats in it."""
        return self._database.write(lambda c: folders.set_opened(c, name, opened))

    def move(self, chat_ids: Sequence[ChatId], name: str | None) -> Future[None]:
        """Put chats into a folder, out of the one they are in; None: into none."""
        ids = tuple(chat_ids)
        return self._database.write(lambda c: folders.move(c, ids, name))

    def order_pins(self, chat_ids: Sequence[ChatId]) -> Future[None]:
        """Pin these chats and keep them in this order."""
        ids = tuple(chat_ids)
        return self._database.write(lambda c: folders.order_pins(c, ids))
