# SPDX-License-Identifier: GPL-3.0-or-later
"""How full the model's window is, counted by the model while one writes, and what is in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.domain.conversation import ChatId
from desktop.services.session import Session
from desktop.services.window import Measured
from desktop.ui.answering.beginning import Beginning
from desktop.ui.answering.window_card import WindowCard
from desktop.ui.chat.page import ChatPage
from desktop.ui.tasks import Tasks

_PAUSE_MS = 350  # after the last key


class WindowMeter(QObject):
    """Looks at the whole conversation when it changes, at what is being written while it is."""

    def __init__(
        self, session: Session, tasks: Tasks, page: ChatPage, beginning: Callable[[], Beginning]
    ) -> None:
        super().__init__(page)
        self._window = session.window
        self._tasks = tasks
        self._composer = page.composer
        self._page = page
        self._beginning = beginning
        self._chat: ChatId | None = None
        self._base: Measured | None = None  # without what is being written
        self._draft = 0
        self._looks = 0
        self._card: WindowCard | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._count)
        page.composer.edit.textChanged.connect(self._timer.start)
        page.composer.tokens.clicked.connect(self._open)

    def show(self, chat_id: ChatId | None) -> None:
        """Another chat is shown, or it has begun."""
        self._chat = chat_id
        self._base = None
        self.look()

    def look(self) -> None:
        """The conversation, or how it is answered, changed."""
        if self._tasks.is_closed:  # locked meanwhile
            return
        self._looks += 1
        look, said = self._looks, self._beginning()
        found = self._window.look(
            self._chat, beginning=said.get("settings"), told=said.get("system_prompt", "")
        )
        self._tasks.watch(found, lambda measured: self._found(look, measured), lambda _error: None)

    def _found(self, look: int, measured: Measured | None) -> None:
        if look != self._looks or measured is None or not self._composer.is_idle:
            return
        self._base = measured
        self._show()
        if self._composer.text:
            self._timer.start()

    def _count(self) -> None:
        """Only what is being written: however long the chat is, a few words cost no more than a few words."""
        if self._base is None:
            self.look()
            return
        if self._tasks.is_closed or not self._composer.is_idle:
            return
        self._looks += 1
        look = self._looks
        counted = self._window.count(self._composer.text)
        self._tasks.watch(counted, lambda found: self._counted(look, found), lambda _error: None)

    def _counted(self, look: int, found: Measured | None) -> None:
        if look == self._looks and found is not None:
            self._draft = found.messages if self._composer.text else 0
            self._show()

    def _show(self) -> None:
        base = self._base
        if base is not None:
            used = base.used + self._draft
            self._composer.show_tokens(used, base.window, base.dropped_messages, exactly=True)
            if self._card is not None and self._card.isVisible():
                self._card.show_window(base, self._draft)

    def _open(self) -> None:
        if self._base is None:
            self.look()
            return
        if self._card is None:
            self._card = WindowCard(self._page.theme, self._page)
        self._card.show_window(self._base, self._draft)
        self._card.open_over(self._composer.tokens)
