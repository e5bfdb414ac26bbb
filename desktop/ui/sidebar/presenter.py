# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the sidebar true to the history, and passes on what a person does there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat, ChatId, DeletionReceipt
from desktop.services.history import History
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.tasks import Tasks


class SidebarPresenter(QObject):
    """Attributes:
    opened: (chat id, message id or None, words to be marked in it) to be shown.
    renamed: (chat id, title) once it is kept.
    leaving: a chat is about to be deleted; whatever answers it should stop.
    deleted: (chat id, the one to show instead or None) once it is hidden.
    failed: an error to be shown.
    """

    opened = Signal(str, object, object)
    renamed = Signal(str, str)
    leaving = Signal(str)
    deleted = Signal(str, object)
    failed = Signal(object)

    def __init__(self, history: History, tasks: Tasks, view: Sidebar) -> None:
        super().__init__(view)
        self._history = history
        self._tasks = tasks
        self._view = view
        self._undoable: dict[ChatId, Chat] = {}
        view.list.opened.connect(lambda chat_id: self.opened.emit(chat_id, None, ()))
        view.list.undo_requested.connect(view.undo.undo)
        view.chats.renamed.connect(lambda chat_id, title: self.rename(ChatId(chat_id), title))
        view.undo.undone.connect(self._undo)
        view.undo.over.connect(self._complete)

    @property
    def view(self) -> Sidebar:
        """What it keeps true."""
        return self._view

    def load(self) -> None:
        """Read the chats, and erase what an earlier run hid and did not live to erase."""
        self._tasks.run(self._history.complete_deletions, self._erased, self.failed.emit)
        self.reload()

    def reload(self) -> None:
        """Chats came in, or went by themselves."""
        self._tasks.watch(self._history.chats(include_archived=True), self._loaded, self.failed.emit)

    def forget(self) -> None:
        """Every chat was erased: show none, and offer none back."""
        self._undoable = {}
        self._view.undo.withdraw()
        self._loaded(())

    def chat_changed(self, chat: Chat) -> None:
        """A chat began or was answered: it goes to the top."""
        known = self._view.chats.chat(chat.id)
        self._view.chats.put_first(replace(chat, title=known.title) if known and known.title else chat)

    def rename(self, chat_id: ChatId, title: str) -> None:
        """Give a chat a title."""

        def kept(_nothing: None) -> None:
            self._view.chats.show_title(chat_id, title)
            self.renamed.emit(chat_id, title)

        self._tasks.watch(self._history.rename(chat_id, title), kept, self.failed.emit)

    def delete(self, chat_ids: Sequence[ChatId]) -> None:
        """Hide chats at once, and offer to bring them back, together."""
        known = self._view.chats.chat
        chats = {chat_id: chat for chat_id in chat_ids if (chat := known(chat_id)) is not None}
        if not chats:
            return
        for chat_id in chats:
            self.leaving.emit(chat_id)
        instead = {chat_id: self._view.chats.neighbour(chat_id, chats.keys()) for chat_id in chats}

        def hidden(_nothing: None) -> None:
            self._undoable |= chats
            self._view.chats.take_out(*chats)
            self._view.undo.offer(len(self._undoable))
            for chat_id in chats:
                self.deleted.emit(chat_id, instead[chat_id])

        self._tasks.watch(self._history.delete(tuple(chats)), hidden, self.failed.emit)

    def _loaded(self, chats: Sequence[Chat]) -> None:
        self._view.chats.show_chats(chats)
        self._view.show_chats()

    def _undo(self) -> None:
        chats, self._undoable = self._undoable, {}

        def back(_nothing: None) -> None:
            self._view.chats.put_back(*chats.values())
            if len(chats) == 1:  # of several nobody can say which one is wanted
                self.opened.emit(next(iter(chats)), None, ())

        self._tasks.watch(self._history.undo_delete(tuple(chats)), back, self.failed.emit)

    def _complete(self) -> None:
        # By name, not by due time: a coarse timer rings early, and the clock may be set back.
        ids, self._undoable = tuple(self._undoable), {}
        self._tasks.run(lambda: self._history.delete_now(ids), self._erased, self._not_erased)

    def _erased(self, receipt: DeletionReceipt | None) -> None:
        if receipt is not None:
            self._view.undo.show_receipt(receipt)

    def _not_erased(self, error: Exception) -> None:
        self._view.undo.withdraw()
        self.failed.emit(error)
