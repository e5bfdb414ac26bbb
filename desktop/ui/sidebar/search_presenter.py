# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches as one types, reads on as one scrolls, and opens what was found."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from desktop.domain.conversation import Chat, SearchHit
from desktop.domain.question import Question, parse
from desktop.services.finder import PAGE, Cursor, Finder, Found
from desktop.ui.sidebar.search_model import HitRoles, matches
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.tasks import Tasks

TITLES = 5  # chats shown above the messages


class SearchPresenter(QObject):
    """Attributes:
    opened: (chat id, message id or None, words to be marked in it) to be shown.
    failed: an error to be shown.
    """

    opened = Signal(str, object, object)
    failed = Signal(object)

    def __init__(self, finder: Finder, tasks: Tasks, view: Sidebar) -> None:
        super().__init__(view)
        self._finder = finder
        self._tasks = tasks
        self._view = view
        self._asked = 0  # which question is the newest
        self._question = Question("")
        self._more: Cursor | None = None
        self._is_reading = False
        view.search.asked.connect(self._ask)
        view.search.leaving.connect(self._go_to_results)
        view.results.clicked.connect(self._open)
        view.results.activated.connect(self._open)
        view.hits.more_wanted.connect(self._read_on)

    def _ask(self, text: str) -> None:
        self._asked += 1
        self._question, self._more, self._is_reading = parse(text), None, False
        if self._question.is_empty:
            self._view.show_chats()
            return
        self._look(first=True)

    def _look(self, *, first: bool = False, short: int = PAGE) -> None:
        """Look through a slice; there may be little in it, so on until a page is full."""
        asked = self._asked
        chats = self._view.chats.all_chats() if first else ()

        def found(slice_: Found) -> None:
            if asked != self._asked:  # an answer that came late is not shown
                return
            self._more = slice_.more
            left = short - len(slice_.hits)
            self._is_reading = slice_.more is not None and left > 0
            more = slice_.more is not None and not self._is_reading
            if first:
                self._view.hits.show_found(slice_.chats[:TITLES], slice_.hits, more=more)
                self._view.results.scrollToTop()
            else:
                self._view.hits.add_hits(slice_.hits, more=more)
            if self._view.hits.rowCount() or not self._is_reading:
                self._view.show_results(self._view.hits.rowCount() > 0)
            if self._is_reading:
                self._look(short=left)

        self._is_reading = True
        self._tasks.watch(
            self._finder.look(self._question, limit=short, at=self._more, chats=chats),
            found,
            self.failed.emit,
        )

    def _read_on(self) -> None:
        if self._more is not None and not self._is_reading:
            self._look()

    def _go_to_results(self) -> None:
        first = self._view.hits.first()
        if first.isValid():
            self._view.results.setFocus(Qt.FocusReason.TabFocusReason)
            self._view.results.setCurrentIndex(first)

    def _open(self, index: QModelIndex) -> None:
        hit, chat = index.data(HitRoles.HIT), index.data(HitRoles.CHAT)
        if isinstance(hit, SearchHit):
            self.opened.emit(hit.chat_id, hit.message_id, matches(hit.snippet))
        elif isinstance(chat, Chat):
            self.opened.emit(chat.id, None, ())
