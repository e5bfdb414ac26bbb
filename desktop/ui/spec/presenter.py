# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the page of what the model is told true, and does what is asked for there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import ChatId
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.ui.spec.page import Shown, SpecPage
from desktop.ui.tasks import Tasks


class SpecPresenter(QObject):
    """Attributes:
    changed: a layer was changed.
    """

    changed = Signal()

    def __init__(self, session: Session, tasks: Tasks, page: SpecPage) -> None:
        super().__init__(page)
        self._session = session
        self._spec = session.spec
        self._tasks = tasks
        self._page = page
        self._chat: ChatId | None = None
        self._looks = 0  # the last look is the one that counts
        page.person.saved.connect(self._save_person)
        page.chat.saved.connect(self._save_chat)
        page.app.saved.connect(self._save_app)
        page.app.off_requested.connect(self._switch_app_off)
        page.app.reset_requested.connect(self._reset_app)

    def begin(self, chat_id: ChatId | None) -> None:
        """Show what holds in this chat; None for no chat."""
        self._page.begin(same_chat=chat_id == self._chat)
        self._chat = chat_id
        self.load()

    def load(self) -> None:
        """Look again."""
        chat_id = self._chat
        self._looks += 1
        look = self._looks
        self._tasks.run(lambda: self._look(chat_id), lambda found: self._show(look, found), self._failed)

    def _look(self, chat_id: ChatId | None) -> Shown:
        info = self._session.models.info
        window = info.context_size if info is not None else 0
        shipped = self._spec.shipped
        if chat_id is None:
            return Shown(self._spec.layers(), shipped, None, window, None)
        title = self._session.history.chat(chat_id).result().title or _("Untitled chat")
        last = self._spec.last_given(chat_id).result()
        return Shown(self._spec.layers(chat_id), shipped, title, window, last)

    def _show(self, look: int, found: Shown) -> None:
        if look == self._looks:  # or another chat was opened meanwhile, or something was changed
            self._page.show_spec(found)

    def _save_person(self, text: str) -> None:
        card = self._page.person
        self._keep(lambda: self._spec.set_person(text), lambda: card.show_saved(text), card.show_failed)

    def _save_chat(self, text: str) -> None:
        chat_id = self._chat
        if chat_id is None:
            return
        card = self._page.chat

        def saved() -> None:
            if chat_id == self._chat:
                card.show_saved(text)

        self._keep(lambda: self._spec.set_chat(chat_id, text), saved, card.show_failed)

    def _save_app(self, text: str) -> None:
        self._keep_app(lambda: self._spec.set_app(text), _("Your words are told now instead."))

    def _switch_app_off(self) -> None:
        self._keep_app(self._spec.switch_app_off, _("Switched off, from the next answer on."))

    def _reset_app(self) -> None:
        self._keep_app(self._spec.reset_app, _("Inglenook's words are told again."))

    def _keep_app(self, change: Callable[[], Future[None]], words: str) -> None:
        card = self._page.app
        self._keep(change, lambda: card.show_saved(words), card.show_failed)

    def _keep(
        self,
        change: Callable[[], Future[None]],
        done: Callable[[], object],
        failed: Callable[[str], object],
    ) -> None:
        """Make a change; what came of it is told where it was asked for."""

        def kept(_nothing: None) -> None:
            done()
            self.changed.emit()
            self.load()

        def refused(error: Exception) -> None:
            failed(_in_words(error))
            if not isinstance(error, InglenookError):
                raise error

        try:
            future = change()
        except InglenookError as error:
            failed(str(error))
        else:
            self._tasks.watch(future, kept, refused)

    def _failed(self, error: Exception) -> None:
        self._page.app.show_failed(_in_words(error))
        if not isinstance(error, InglenookError):
            raise error


def _in_words(error: Exception) -> str:
    return (
        str(error) if isinstance(error, InglenookError) else _("Something went wrong. Nothing was changed.")
    )
