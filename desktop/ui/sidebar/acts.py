# SPDX-License-Identifier: GPL-3.0-or-later
"""Does with chats what was wished for in a menu or the bar: one or many, from the list or the header."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat
from desktop.services.session import Session
from desktop.services.training import exported_in_words
from desktop.ui.chat.chat_menu import Act, Wish
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.sidebar.folders import FoldersPresenter
from desktop.ui.sidebar.presenter import SidebarPresenter
from desktop.ui.tasks import Tasks

T = TypeVar("T")

_EXPORTED = "exported-before"  # a notice


class ActsPresenter(QObject):
    """Attributes:
    export_requested: with the chats to be written to a file.
    instructions_requested: with the id of a chat, of which is asked what the model is told in it.
    folders: the folders in the list.
    changed: chats were pinned, archived, allowed or given a rule.
    failed: an error to be shown.
    """

    export_requested = Signal(object)
    instructions_requested = Signal(str)
    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        chats: SidebarPresenter,
        chat: ChatPresenter,
        page: ChatPage,
    ) -> None:
        """Listen to each menu.

        Args:
            session: whose chats.
            tasks: for what takes a moment.
            chats: of the sidebar; deletes, and offers to bring back.
            chat: knows which chat is shown.
            page: where it is shown: a menu of its own, and what has to be told.
        """
        view = chats.view
        super().__init__(view)
        self._session = session
        self._tasks = tasks
        self._view = view
        self._chats = chats
        self._notices = page.notices
        self._chat = chat
        for place in (view.list, view.selection):
            place.asks_consent = not session.temporary
            place.wished.connect(self.do)
        for offering in (view.selection, page.header):
            offering.folders = view.chats.folder_names
        self.folders = FoldersPresenter(session, tasks, view)
        self.folders.failed.connect(self.failed)
        page.header.wished.connect(self.do)
        page.header.look_up = lambda: view.chats.chat(chat.shown) if chat.shown is not None else None
        self.changed.connect(chat.consent.refresh)

    def do(self, wish: Wish) -> None:
        """Do it; the list shows it once it is kept."""
        history, ids, given = self._session.history, wish.chats, bool(wish.value)
        match wish.act:
            case Act.RENAME:
                self._view.list.begin_rename(ids[0])
            case Act.DELETE:
                self._chats.delete(ids)
            case Act.INSTRUCTIONS:
                self.instructions_requested.emit(ids[0])
            case Act.FOLDER | Act.NEW_FOLDER:
                self.folders.do(wish)
            case Act.STOP:
                for one in ids:
                    self._chat.stop_chat(one)
            case Act.EXPORT:
                self.export_requested.emit(self._those(wish))
            case Act.PIN:
                self._keep(history.set_pinned(ids, given), wish, lambda c: replace(c, pinned=given))
            case Act.ARCHIVE:
                self._keep(history.set_archived(ids, given), wish, lambda c: replace(c, archived=given))
            case Act.CONSENT:
                allow = history.set_training_consent(ids, given)
                self._keep(allow, wish, lambda c: replace(c, training_consent=given))
                self._tell_exported(wish)
            case Act.LET_GO:
                days = None if wish.value is None else int(wish.value)
                rule = self._session.retention.set_days_of(ids, days)
                self._keep(rule, wish, lambda c: replace(c, retention_days=days))

    def _keep(self, change: Future[T], wish: Wish, apply: Callable[[Chat], Chat]) -> None:
        def kept(_result: T) -> None:
            self._view.chats.change([apply(chat) for chat in self._those(wish)])
            self.changed.emit()

        self._tasks.watch(change, kept, self.failed.emit)

    def _tell_exported(self, wish: Wish) -> None:
        """Whoever withdraws chats hears in what they left before."""
        training = self._session.training
        self._notices.take_back(_EXPORTED)
        if training is None or wish.value:
            return

        def tell(exports: list[datetime]) -> None:
            if exports:
                self._notices.show_notice(_EXPORTED, exported_in_words(exports), icon="shield-check")

        self._tasks.watch(training.exported_before(wish.chats), tell, self.failed.emit)

    def _those(self, wish: Wish) -> list[Chat]:
        known = self._view.chats.chat
        return [chat for one in wish.chats if (chat := known(one)) is not None]
