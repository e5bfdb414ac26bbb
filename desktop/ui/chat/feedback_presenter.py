# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu of a message, and what the person says of an answer."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Message, MessageId, Role
from desktop.domain.training import Feedback, Rating
from desktop.i18n import _
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.chat.branch_presenter import BranchPresenter
from desktop.ui.chat.copy_presenter import CopyPresenter
from desktop.ui.chat.details_panel import DetailsPanel
from desktop.ui.chat.message_menu import MessageMenu
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.problems import Problems
from desktop.ui.chat.reply_facts import facts
from desktop.ui.tasks import Tasks


class FeedbackPresenter(QObject):
    """Answers to "more actions" under a message.

    Args:
        session: keeps what is said; a temporary one cannot.
        tasks: the way onto this thread.
        page: where it is asked and shown.
        problems: where errors are shown.
        branches: what else can be done with a message.
        copies: copies it.
    """

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        page: ChatPage,
        problems: Problems,
        *,
        branches: BranchPresenter,
        copies: CopyPresenter,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._problems = problems
        self._branches = branches
        self._copies = copies
        page.transcript.more_requested.connect(self._show_menu)
        page.transcript.details_requested.connect(self._show_details)
        page.feedback_bar.saved.connect(self._save)

    def _show_menu(self, message_id: MessageId, at: QWidget) -> None:
        training = self._session.training

        def read() -> tuple[list[Message], dict[MessageId, Feedback], int]:
            told = training.feedback([message_id]).result() if training else {}
            messages = self._session.history.messages([message_id]).result()
            size = self._session.branches.size(messages[0].chat_id, message_id).result() if messages else 0
            return messages, told, size

        def show(found: tuple[list[Message], dict[MessageId, Feedback], int]) -> None:
            messages, told, size = found
            if messages:
                menu = self.menu_of(messages[0], told.get(message_id), at, size)
                menu.popup(at.mapToGlobal(QPoint(0, at.height())))

        self._tasks.run(read, show, self._problems.show)

    def menu_of(self, message: Message, before: Feedback | None, at: QWidget, size: int = 1) -> MessageMenu:
        """What can be done with a message, and what is known of it."""
        menu = MessageMenu(message, at)
        if message.role is Role.ASSISTANT and self._session.training is not None:
            menu.offer_rating(before.rating if before else None)
            menu.rated.connect(lambda rating: self._rate(message.id, rating, before))
            if before is not None:
                menu.more_requested.connect(
                    lambda: self._page.feedback_bar.ask(message.id, before.rating, before)
                )
        self._branches.offer(menu, message, size)
        menu.offer_copies()
        menu.copy_requested.connect(self._copies.copy_text)
        menu.rich_copy_requested.connect(lambda: self._copies.copy_rich(message))
        menu.offer_details()
        menu.details_requested.connect(lambda: self._tell(message, at))
        return menu

    def _show_details(self, message_id: MessageId, at: QWidget) -> None:
        def show(found: list[Message]) -> None:
            if found:
                self._tell(found[0], at)

        self._tasks.watch(self._session.history.messages([message_id]), show, self._problems.show)

    def _tell(self, message: Message, at: QWidget) -> None:
        panel = DetailsPanel(self._page.theme, facts(message), at)
        panel.copy_requested.connect(self._copies.copy_text)
        panel.show_at(at)

    def _rate(self, message_id: MessageId, rating: int, before: Feedback | None) -> None:
        if self._session.training is None:
            return
        given = Rating(rating) if rating else None
        kept = self._session.training.rate(message_id, given)

        def rated(_nothing: None) -> None:
            announce(self._page, _("Your rating is kept") if given else _("Your rating is taken back"))
            if given is not None:
                self._page.feedback_bar.ask(message_id, given, before)
            else:
                self._page.feedback_bar.hide()

        self._tasks.watch(kept, rated, self._problems.show)

    def _save(self, message_id: str, rating: int, reason: str, correction: str) -> None:
        if self._session.training is not None:
            kept = self._session.training.rate(
                MessageId(message_id), Rating(rating), reason=reason, correction=correction
            )
            self._tasks.watch(kept, lambda _nothing: None, self._problems.show)
