# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the chats in order by itself: titles the model gave, marks of what waits and was not read, places."""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QObject

from desktop.domain.conversation import ChatId, Place
from desktop.services.session import Session
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.problems import Problems
from desktop.ui.shell.awake import Awake
from desktop.ui.shell.chats_card import ChatsCard
from desktop.ui.sidebar.presenter import SidebarPresenter
from desktop.ui.tasks import Tasks


class OrderPresenter(QObject):
    """Listens to the session; what a person does with chats is done by ``ActsPresenter``.

    Attributes:
        awake: holds up falling asleep while an answer is written.
    """

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        chats: SidebarPresenter,
        chat: ChatPresenter,
        problems: Problems,
        *,
        page: ChatPage,
    ) -> None:
        super().__init__(chats.view)
        self._session = session
        self._tasks = tasks
        self._chats = chats
        self._chat = chat
        self._page = page
        self._problems = problems
        chat.waiting_changed.connect(chats.view.chats.show_waiting)
        chat.ended_elsewhere.connect(lambda one: self._mark(ChatId(one), True))
        chat.shown_changed.connect(self._seen)
        self.awake = Awake(tasks, self)
        chat.running_changed.connect(self.awake.keep)
        self._places: dict[ChatId, Place] = {}
        self._first: ChatId | None = None  # to be shown as soon as the chats are known
        tasks.watch(session.places.places(), self._know_places, problems.show)
        chat.left.connect(self._keep_place)
        chat.path_opened.connect(self._go_back)
        chat.shown_changed.connect(self._keep_last)
        chats.view.chats.changed.connect(self._open_first)
        if session.naming is not None:
            session.naming.on_title(lambda one, title: tasks.post(lambda: self._show_title(one, title)))

    def fill(self, card: ChatsCard) -> None:
        """Show in the settings what is chosen, and keep what is chosen there."""
        places = self._session.places
        self._tasks.watch(places.opens_last(), card.show_opens_last, self._problems.show)
        card.last_switched.connect(
            lambda on: self._tasks.watch(places.set_opens_last(on), _done, self._problems.show)
        )
        naming = self._session.naming
        if naming is None:
            card.hide()
            return
        self._tasks.watch(naming.is_on(), card.show_titles, self._problems.show)
        card.titles_switched.connect(
            lambda on: self._tasks.watch(naming.switch(on), _done, self._problems.show)
        )

    def open_last(self) -> None:
        """Show the chat that was shown last, if the person wants that."""

        def found(chat_id: ChatId | None) -> None:
            self._first = chat_id
            self._open_first()

        self._tasks.watch(self._session.places.to_open(), found, self._problems.show)

    def _open_first(self) -> None:
        chat = None if self._first is None else self._chats.view.chats.chat(self._first)
        if chat is not None and self._chat.shown is None:
            self._first = None
            self._chat.show_chat(chat)

    def _keep_last(self, chat_id: ChatId | None) -> None:
        if chat_id is not None:
            self._first = None
        if self._first is None:
            self._keep(self._session.places.keep_last(chat_id))

    def _know_places(self, places: dict[ChatId, Place]) -> None:
        self._places = {**places, **self._places}

    def _keep_place(self, chat_id: str, place: Place | None) -> None:
        if place == self._places.get(ChatId(chat_id)):
            return
        if place is None:
            self._places.pop(ChatId(chat_id), None)
        else:
            self._places[ChatId(chat_id)] = place
        self._keep(self._session.places.keep(ChatId(chat_id), place))

    def _go_back(self, chat_id: str) -> None:
        if (place := self._places.get(ChatId(chat_id))) is not None:
            self._page.transcript.place.show(place)

    def _keep(self, kept: Future[None]) -> None:
        """Where one was is worth no complaint, and a chat that was deleted meanwhile needs no place."""
        self._tasks.watch(kept, _done, lambda _gone: None)

    def _seen(self, chat_id: ChatId | None) -> None:
        chat = None if chat_id is None else self._chats.view.chats.chat(chat_id)
        if chat is not None and chat.unread:
            self._mark(chat.id, False)

    def _mark(self, chat_id: ChatId, unread: bool) -> None:
        """Keep whether something was not seen; a chat that was deleted meanwhile needs no mark."""
        self._chats.view.chats.show_unread(chat_id, unread)
        self._keep(self._session.history.set_unread([chat_id], unread))

    def _show_title(self, chat_id: ChatId, title: str) -> None:
        self._chats.view.chats.show_title(chat_id, title)
        self._chat.show_title(chat_id, title)


def _done(_nothing: None) -> None:
    """It is kept; nothing needs to be shown."""
