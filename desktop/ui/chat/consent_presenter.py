# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the chat shown may be used for training: told in its header."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.domain.conversation import Chat, ChatId
from desktop.services.session import Session
from desktop.ui.chat.header import Header
from desktop.ui.chat.problems import Problems
from desktop.ui.tasks import Tasks


class ConsentPresenter(QObject):
    """Keeps the header true; the menu there and the list's change it."""

    def __init__(self, session: Session, tasks: Tasks, header: Header, problems: Problems) -> None:
        super().__init__(header)
        self._session = session
        self._tasks = tasks
        self._header = header
        self._problems = problems
        self._shown: ChatId | None = None

    def show(self, chat_id: ChatId | None) -> None:
        """Tell of this chat; None for one that has not begun. A temporary one is never asked about."""
        self._shown = chat_id
        self._header.show_consent(None)
        self.refresh()

    def refresh(self) -> None:
        """It may have been changed elsewhere."""
        if self._shown is not None and not self._session.temporary:
            self._tasks.watch(self._session.history.chat(self._shown), self._found, self._problems.show)

    def _found(self, chat: Chat) -> None:
        if chat.id == self._shown:
            self._header.show_consent(chat.training_consent)
