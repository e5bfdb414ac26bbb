# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the chat shown may be used for training: told in its header, changed in its menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat, ChatId
from desktop.services.session import Session
from desktop.ui.chat.header import Header
from desktop.ui.chat.problems import Problems
from desktop.ui.tasks import Tasks


class ConsentPresenter(QObject):
    """Attributes:
    changed: chat id, and whether it may be used from now on.
    """

    changed = Signal(str, bool)

    def __init__(self, session: Session, tasks: Tasks, header: Header, problems: Problems) -> None:
        super().__init__(header)
        self._session = session
        self._tasks = tasks
        self._header = header
        self._problems = problems
        self._shown: ChatId | None = None
        header.consent_changed.connect(self._set)

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

    def _set(self, given: bool) -> None:
        if (chat_id := self._shown) is not None:

            def changed(_count: int) -> None:
                self.refresh()
                self.changed.emit(chat_id, given)

            change = self._session.history.set_training_consent([chat_id], given)
            self._tasks.watch(change, changed, self._problems.show)
