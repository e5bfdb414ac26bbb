# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions and branches of a chat: moving between them, forking, deleting, and the map of it all.

Every call but ``erase`` returns a Future: the work runs on the database's own threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.branches import MapRow, RemovedBranch, lay_out
from desktop.domain.conversation import Chat, ChatId, DeletionReceipt, Message, MessageId
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.services.history import MAX_TITLE, UNDO_WINDOW
from desktop.storage import branches, conversations, deletion, removal
from desktop.storage.database import Connection, Database
from desktop.storage.vault import OpenVault

__all__ = ["BranchMap", "Branches", "MapRow", "RemovedBranch"]


@dataclass(frozen=True, slots=True)
class BranchMap:
    """A chat as a map.

    Attributes:
        rows: one line a message, top to bottom.
        head: the line of the leaf of the shown path; None in an empty chat.
    """

    rows: tuple[MapRow, ...]
    head: int | None


class Branches:
    """What can be done with the tree of a chat, in one database (a vault's, or one in memory)."""

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

    def edit_answer(self, chat_id: ChatId, message_id: MessageId, text: str) -> Future[Message]:
        """Put the person's words beside an answer, as another version; what the model said stays.

        Raises (at once):
            UserActionError: there are no words.
        Raises (through the Future):
            UnknownChatError, UnknownMessageError, or UserActionError if it is no answer.
        """
        if not text.strip():
            raise UserActionError(_("There are no words in it. To take a message away, delete it."))
        return self._database.write(lambda c: branches.add_edited_answer(c, chat_id, message_id, text))

    def show_version(self, chat_id: ChatId, message_id: MessageId, step: int) -> Future[MessageId | None]:
        """Show the version of a message so many steps newer (older, if negative); None if there is none."""

        def show(connection: Connection) -> MessageId | None:
            found = branches.version(connection, chat_id, message_id, step)
            if found is not None:
                conversations.show_branch(connection, chat_id, found)
            return found

        return self._database.write(show)

    def end_at(self, chat_id: ChatId, message_id: MessageId) -> Future[None]:
        """Let the shown path end at a message, so that the next question is asked from there.

        Raises (through the Future):
            UnknownChatError, UnknownMessageError.
        """
        return self._database.write(lambda c: conversations.set_head(c, chat_id, message_id))

    def fork(self, chat_id: ChatId, message_id: MessageId) -> Future[Chat]:
        """Copy a chat down to a message into a new one, named after it; both stay.

        Nothing in the copy may be used for training unless the person says so there.

        Raises (through the Future):
            UnknownChatError, UnknownMessageError.
        """

        def copy(connection: Connection) -> Chat:
            title = conversations.get_chat(connection, chat_id).title or _("New chat")
            taken = {chat.title for chat in conversations.list_chats(connection, include_archived=True)}
            return branches.fork(connection, chat_id, message_id, _fork_title(title, taken))

        return self._database.write(copy)

    def size(self, chat_id: ChatId, message_id: MessageId) -> Future[int]:
        """How many messages go if this one is deleted: itself, and all that follow it in any version."""
        return self._database.read(lambda c: branches.branch_size(c, chat_id, message_id))

    def delete(self, chat_id: ChatId, message_id: MessageId) -> Future[RemovedBranch]:
        """Hide a message and all that follow it; other versions of it stay. Gone for good after ``erase``.

        The next unlocking erases what was hidden and not brought back.

        Raises (through the Future):
            UnknownChatError, UnknownMessageError, or UserActionError while an answer there is being written.
        """
        due = datetime.now(UTC) + UNDO_WINDOW
        return self._database.write(lambda c: removal.hide_branch(c, chat_id, message_id, due))

    def undo_delete(self, removed: Sequence[ChatId]) -> Future[None]:
        """Bring back what was hidden: the last first, since an earlier one may have hung on it.

        Raises (through the Future):
            UserActionError: one is erased already; none was brought back.
        """
        ids = tuple(reversed(removed))

        def back(connection: Connection) -> None:
            for one in ids:
                removal.bring_back(connection, one)

        return self._database.write(back)

    def erase(self, removed: Sequence[ChatId]) -> DeletionReceipt:
        """Erase what was hidden, and say what was looked at. Blocks; seconds."""
        try:
            return deletion.purge(self._database, self._vault, tuple(removed))
        finally:  # it may be gone and only the look have failed
            self._forget()

    def map(self, chat_id: ChatId) -> Future[BranchMap]:
        """All messages of a chat, laid out.

        Raises (through the Future):
            UnknownChatError.
        """

        def read(connection: Connection) -> BranchMap:
            nodes, head_id = branches.tree(connection, chat_id)
            rows = lay_out(nodes, head_id)
            head = next((place for place, row in enumerate(rows) if row.id == head_id), None)
            return BranchMap(tuple(rows), head)

        return self._database.read(read)

    def first_words(self, ids: Sequence[MessageId]) -> Future[dict[MessageId, str]]:
        """How these messages begin, on one line each."""
        wanted = tuple(ids)
        return self._database.read(lambda c: branches.first_words(c, wanted))


def _fork_title(title: str, taken: set[str]) -> str:
    """A title that says where the chat comes from, and that no other has."""
    number = 1
    while True:
        template = _("{title} (branch)") if number == 1 else _("{title} (branch {number})")
        room = MAX_TITLE - len(template.format(title="", number=number))
        made = template.format(title=title[:room], number=number)
        if made not in taken:
            return made
        number += 1
