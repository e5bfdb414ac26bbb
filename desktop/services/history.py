# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats and messages: listing, reading, renaming, deleting with proof.

Every call returns a Future: the work runs on the database's own threads, so the window never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from desktop.domain.archive import ArchivedChat
from desktop.domain.conversation import (
    Chat,
    ChatId,
    DeletionReceipt,
    Message,
    MessageId,
    PathEntry,
)
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage import (
    activity,
    archive,
    chat_view,
    consent,
    conversations,
    deletion,
    drafts,
    retention,
)
from desktop.storage.database import Connection, Database
from desktop.storage.vault import OpenVault

UNDO_WINDOW = timedelta(seconds=10)
MAX_TITLE = 200  # characters; longer titles are cut, not refused


class History:
    """What was said, kept in one database (a vault's, or one in memory)."""

    def __init__(
        self,
        database: Database,
        vault: OpenVault | None,
        *,
        forget: Callable[[], object] = lambda: None,
    ) -> None:
        """Over one database.

        Args:
            database: where chats are.
            vault: its vault; None in memory.
            forget: has whoever may still remember what was erased forget it.
        """
        self._database = database
        self._vault = vault
        self._forget = forget

    def chats(self, *, include_archived: bool = False) -> Future[list[Chat]]:
        """All chats, the last changed first; those waiting to be deleted are left out."""
        return self._database.read(lambda c: conversations.list_chats(c, include_archived=include_archived))

    def chat(self, chat_id: ChatId) -> Future[Chat]:
        """One chat.

        Raises (through the Future):
            UnknownChatError.
        """
        return self._database.read(lambda c: conversations.get_chat(c, chat_id))

    def path(self, chat_id: ChatId) -> Future[list[PathEntry]]:
        """The shown path, first message first, without texts."""
        return self._database.read(lambda c: conversations.path(c, chat_id))

    def messages(self, ids: Sequence[MessageId]) -> Future[list[Message]]:
        """These messages, in this order; ids that no longer exist are left out."""
        wanted = tuple(ids)
        return self._database.read(lambda c: conversations.messages(c, wanted))

    def all_messages(self, chat_id: ChatId) -> Future[list[Message]]:
        """Every message of every branch, oldest first."""
        return self._database.read(lambda c: conversations.all_messages(c, chat_id))

    def whole(self, chat_id: ChatId) -> Future[ArchivedChat]:
        """A chat with every branch, to be taken in elsewhere."""
        return self._database.read(lambda c: archive.read_chat(c, chat_id))

    def take_in(self, chat: ArchivedChat) -> Future[ChatId]:
        """Put a whole chat here as it is; consent to training is not taken over.

        Raises (through the Future):
            ChatPresentError: it is here already.
        """
        return self._database.write(lambda c: archive.insert_chat(c, chat))

    def keep_temporary(self, chat: ArchivedChat) -> Future[Chat]:
        """Put a chat here that was temporary, and record that.

        Raises (through the Future):
            ChatPresentError: it is here already.
        """

        def keep(connection: Connection) -> Chat:
            chat_id = archive.insert_chat(connection, chat)
            activity.record(connection, "kept", chats=1)
            return conversations.get_chat(connection, chat_id)

        return self._database.write(keep)

    def show_message(self, chat_id: ChatId, message_id: MessageId) -> Future[None]:
        """Make the shown path run through ``message_id`` (down to the newest message below it)."""
        return self._database.write(lambda c: conversations.show_branch(c, chat_id, message_id))

    def rename(self, chat_id: ChatId, title: str) -> Future[None]:
        """Give a chat a title; white space is folded."""
        folded = " ".join(title.split())[:MAX_TITLE]
        return self._database.write(lambda c: conversations.rename(c, chat_id, folded))

    def set_pinned(self, chat_ids: Sequence[ChatId], pinned: bool) -> Future[None]:
        """Keep chats at the top of the list, or not.

        Raises (through the Future):
            UnknownChatError: nothing was changed.
        """
        ids = tuple(chat_ids)

        def pin(connection: Connection) -> None:
            conversations.set_pinned(connection, ids, pinned)
            if not pinned:
                retention.ask_about(connection, ids)

        return self._database.write(pin)

    def set_archived(self, chat_ids: Sequence[ChatId], archived: bool) -> Future[None]:
        """Take chats out of the list, or put them back.

        Raises (through the Future):
            UnknownChatError: nothing was changed.
        """
        ids = tuple(chat_ids)
        return self._database.write(lambda c: conversations.set_archived(c, ids, archived))

    def set_unread(self, chat_ids: Sequence[ChatId], unread: bool) -> Future[None]:
        """Say whether there is something in chats that was not seen yet.

        Raises (through the Future):
            UnknownChatError: nothing was changed.
        """
        ids = tuple(chat_ids)
        return self._database.write(lambda c: chat_view.set_unread(c, ids, unread))

    def drafts(self) -> Future[dict[ChatId | None, str]]:
        """What was begun and not sent, by chat; None is the chat that has not begun."""
        return self._database.read(drafts.drafts)

    def keep_drafts(self, texts: Mapping[ChatId | None, str]) -> Future[None]:
        """Keep these drafts; an empty one is forgotten, and those of other chats stay."""
        kept = dict(texts)
        return self._database.write(lambda c: drafts.keep_drafts(c, kept))

    def set_training_consent(self, chat_ids: Sequence[ChatId], given: bool) -> Future[int]:
        """Say whether these chats may be used for training; dated and recorded. The number that changed.

        Raises (at once):
            UserActionError: they are temporary.
        Raises (through the Future):
            UnknownChatError: nothing was changed.
        """
        if self._vault is None:
            raise UserActionError(_("A temporary chat is never used for training."))
        ids = tuple(chat_ids)
        return self._database.write(lambda c: consent.set_consent(c, ids, given))

    def delete(self, chat_ids: Sequence[ChatId]) -> Future[None]:
        """Hide chats at once; they are gone for good after the undo window (see complete_deletions).

        Raises (through the Future):
            UnknownChatError: nothing was hidden.
        """
        ids = tuple(chat_ids)
        due = datetime.now(UTC) + UNDO_WINDOW
        return self._database.write(lambda c: deletion.mark_deleted(c, ids, due))

    def undo_delete(self, chat_ids: Sequence[ChatId]) -> Future[None]:
        """Bring back chats whose deletion has not been completed."""
        ids = tuple(chat_ids)
        return self._database.write(lambda c: deletion.undelete(c, ids))

    def complete_deletions(self) -> DeletionReceipt | None:
        """Erase all that is hidden, due or not, and look whether anything is left. Blocks; seconds.

        Returns:
            The receipt, or None when nothing was hidden.
        """
        ever = datetime.max.replace(tzinfo=UTC)

        def hidden(connection: Connection) -> list[ChatId]:
            return deletion.due(connection, ever)

        ids = self._database.read(hidden).result()
        if not ids:
            return None
        return self.delete_now(ids, may_go=hidden)  # not those that were brought back meanwhile

    def delete_now(
        self,
        chat_ids: Sequence[ChatId],
        *,
        may_go: Callable[[Connection], Collection[ChatId]] | None = None,
    ) -> DeletionReceipt:
        """Erase these chats without an undo window, and say what was checked. Blocks; seconds.

        Args:
            chat_ids: which.
            may_go: asked at the last moment: only those go that are in it; None: all.
        """
        try:
            return deletion.purge(self._database, self._vault, tuple(chat_ids), may_go=may_go)
        finally:  # they may be gone and only the look have failed
            self._forget()
