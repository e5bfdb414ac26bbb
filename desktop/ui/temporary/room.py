# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the one temporary chat that may be open: begins it, asks before it goes, keeps it, ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop import logs
from desktop.domain.conversation import Chat, MessageId
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.temporary import Sealed, TemporaryChat, models_like
from desktop.ui.chat.model_presenter import ModelPresenter
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.chat.problems import Problems
from desktop.ui.tasks import Tasks
from desktop.ui.temporary.page import TemporaryPage
from desktop.ui.theme.theme import Theme

MakeModels = Callable[[Models | None], Models]


@dataclass(frozen=True, slots=True)
class _Open:
    """What is only there while a temporary chat is."""

    chat: TemporaryChat
    page: TemporaryPage
    tasks: Tasks
    presenter: ChatPresenter
    models: ModelPresenter
    problems: Problems


class TemporaryRoom(QObject):
    """Attributes:
    begun: with its page, which is to be shown.
    asked: it is about to go and its page asks about that; the page is to be shown.
    stayed: the person wants to stay after all.
    kept: (Chat, draft) once it is in the vault and has ended here.
    ended: with its page, which is to be taken away.
    failed: an error to be shown while there is no page.
    lasting_requested: a chat that is kept should begin instead.
    running_changed: the ids of the chats being answered here.
    models_requested: the models there are should be shown.
    """

    begun = Signal(object)
    asked = Signal()
    stayed = Signal()
    kept = Signal(object, str)
    ended = Signal(object)
    failed = Signal(object)
    lasting_requested = Signal()
    models_requested = Signal()
    running_changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        facts: Callable[[Session], PrivacyFacts],
        parent: QObject,
        *,
        vault: Session | None = None,
        make_models: MakeModels | None = None,
    ) -> None:
        """An empty room.

        Args:
            theme: the look.
            facts: what the privacy line may say of a session.
            parent: what it lives with.
            vault: where a chat can be kept; None before unlocking.
            make_models: makes the models of a chat, like those of the vault; None makes local ones.
        """
        super().__init__(parent)
        self._theme = theme
        self._facts = facts
        self._vault = vault
        self._make_models = make_models or models_like
        self._tasks = Tasks(self)
        # Not a task: those are called off when the vault is locked, and what was discarded must end.
        self._endings = ThreadPoolExecutor(max_workers=1, thread_name_prefix="temporary-end")
        self._open: _Open | None = None
        self._is_beginning = False
        self._then: Callable[[], object] | None = None

    @property
    def page(self) -> TemporaryPage | None:
        """The page of the chat that is open."""
        return self._open.page if self._open else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing would be lost."""
        held = self._open
        return held is None or not (
            held.presenter.shown or held.page.composer.text.strip() or held.chat.session.replies.is_answering
        )

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being written in it."""
        return self._open is not None and self._open.chat.session.replies.is_answering

    def begin(self) -> None:
        """Begin one, unless one is open."""
        self._make(lambda: TemporaryChat(self._models(), self._vault))

    def restore(self, sealed: Sealed) -> None:
        """Bring back the one that waited while the vault was locked."""
        vault = self._vault
        if vault is not None:
            self._make(lambda: TemporaryChat.unseal(sealed, vault, self._models()))

    def leave(self, then: Callable[[], object]) -> None:
        """Do ``then`` once the chat is gone; asks first if anything would be lost."""
        if self._open is None:
            then()
        elif self.is_blank:
            self.end()
            then()
        else:
            self._then = then
            self.asked.emit()
            self._open.page.ask_to_leave()

    def end(self) -> None:
        """Let it go, without asking."""
        held = self._take()
        if held is not None:
            self._endings.submit(_close, held.chat)

    def take(self) -> tuple[TemporaryChat, str] | None:
        """Give the chat away, with what was begun and not sent; hear nothing more."""
        held = self._open
        draft = held.page.composer.text if held is not None else ""
        taken = self._take()
        self._tasks.close()
        self._endings.shutdown(wait=False)
        return (taken.chat, draft) if taken is not None else None

    def _models(self) -> Models:
        return self._make_models(self._vault.models if self._vault else None)

    def _make(self, make: Callable[[], TemporaryChat]) -> None:
        if self._open is not None or self._is_beginning:
            return
        self._is_beginning = True

        def made() -> tuple[TemporaryChat, Chat | None]:
            chat = make()
            if self._tasks.is_closed:  # locked meanwhile: nobody will hear of it
                chat.close()
                return chat, None
            return chat, chat.chat()

        self._tasks.run(made, lambda found: self._enter(*found), self._not_made)

    def _not_made(self, error: Exception) -> None:
        self._is_beginning = False
        self.failed.emit(error)

    def _enter(self, temporary: TemporaryChat, chat: Chat | None) -> None:
        self._is_beginning = False
        session, tasks = temporary.session, Tasks(self)
        facts = replace(self._facts(session), encrypted=False, temporary=True)

        def load(ids: Sequence[MessageId]) -> None:
            tasks.watch(session.history.messages(ids), page.transcript.deliver, problems.show)

        page = TemporaryPage(self._theme, facts, load, vault_is_open=self._vault is not None)
        problems = Problems(page.notices, self.models_requested.emit)
        presenter = ChatPresenter(session, tasks, page, problems)
        presenter.running_changed.connect(self.running_changed)
        presenter.branches.can_fork = False  # there is no list in which the other one could be found again
        shelf = self._vault.library if self._vault is not None else session.library
        models = ModelPresenter(session, tasks, page.composer.chip, problems, shelf)
        self._open = _Open(temporary, page, tasks, presenter, models, problems)
        presenter.shown_changed.connect(lambda shown: page.show_begun(shown is not None))
        page.composer.chip.page_requested.connect(self.models_requested)
        if self._vault is None:
            page.composer.chip.hide_page()
        page.header.keep_requested.connect(self._keep)
        page.header.end_requested.connect(lambda: self.leave(lambda: None))
        page.empty.lasting_requested.connect(self.lasting_requested)
        page.leave_bar.kept.connect(self._keep)
        page.leave_bar.discarded.connect(self._discard)
        page.leave_bar.cancelled.connect(self._stay)
        if chat is not None:
            presenter.show_chat(chat)
        page.composer.set_text(temporary.draft)
        self.begun.emit(page)
        page.composer.setFocus()
        models.preload()

    def _keep(self) -> None:
        held, vault = self._open, self._vault
        if held is None or vault is None:
            return
        held.page.setEnabled(False)  # what is said from now on would be lost
        held.tasks.run(lambda: held.chat.keep(vault), self._was_kept, self._not_kept)

    def _was_kept(self, chat: Chat) -> None:
        held, then = self._open, self._then
        if held is None:
            return
        draft = held.page.composer.text
        self.end()
        self.kept.emit(chat, draft)
        if then is not None:
            then()

    def _not_kept(self, error: Exception) -> None:
        if self._open is not None:
            self._open.page.setEnabled(True)
            self._stay()
            self._open.problems.show(error)

    def _discard(self) -> None:
        then = self._then
        self.end()
        if then is not None:
            then()

    def _stay(self) -> None:
        self._then = None
        if self._open is not None:
            self._open.page.leave_bar.hide()
            self._open.page.composer.setFocus()
        self.stayed.emit()

    def _take(self) -> _Open | None:
        held, self._open, self._then = self._open, None, None
        if held is not None:
            held.models.close()
            held.tasks.close()
            self.running_changed.emit(frozenset())
            self.ended.emit(held.page)
            held.page.setParent(None)  # or PySide keeps it when what it stood in goes in the same moment
            held.page.deleteLater()
            held.tasks.deleteLater()
        return held


def _close(chat: TemporaryChat) -> None:
    try:
        chat.close()
    except Exception as error:  # nobody waits for it, so that it is told here
        logs.report_bug(error)
