# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the chats in order by itself: titles the model gave, and marks of what waits and was not read."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.domain.conversation import ChatId
from desktop.services.session import Session
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.problems import Problems
from desktop.ui.shell.chats_card import ChatsCard
from desktop.ui.sidebar.presenter import SidebarPresenter
from desktop.ui.tasks import Tasks


class OrderPresenter(QObject):
    """Listens to the session; what a person does with chats is done by ``ActsPresenter``."""

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        chats: SidebarPresenter,
        chat: ChatPresenter,
        problems: Problems,
    ) -> None:
        super().__init__(chats.view)
        self._session = session
        self._tasks = tasks
        self._chats = chats
        self._chat = chat
        self._problems = problems
        chat.waiting_changed.connect(chats.view.chats.show_waiting)
        chat.ended_elsewhere.connect(lambda one: self._mark(ChatId(one), True))
        chat.shown_changed.connect(self._seen)
        if session.naming is not None:
            session.naming.on_title(lambda one, title: tasks.post(lambda: self._show_title(one, title)))

    def fill(self, card: ChatsCard) -> None:
        """Show in the settings what is chosen, and keep what is chosen there."""
        naming = self._session.naming
        if naming is None:
            card.hide()
            return
        self._tasks.watch(naming.is_on(), card.show_titles, self._problems.show)
        card.titles_switched.connect(
            lambda on: self._tasks.watch(naming.switch(on), lambda _nothing: None, self._problems.show)
        )

    def _seen(self, chat_id: ChatId | None) -> None:
        chat = None if chat_id is None else self._chats.view.chats.chat(chat_id)
        if chat is not None and chat.unread:
            self._mark(chat.id, False)

    def _mark(self, chat_id: ChatId, unread: bool) -> None:
        """Keep whether something was not seen; a chat that was deleted meanwhile needs no mark."""
        self._chats.view.chats.show_unread(chat_id, unread)
        marked = self._session.history.set_unread([chat_id], unread)
        self._tasks.watch(marked, lambda _nothing: None, lambda _gone: None)

    def _show_title(self, chat_id: ChatId, title: str) -> None:
        self._chats.view.chats.show_title(chat_id, title)
        self._chat.show_title(chat_id, title)
