# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying: a message as it was written, or with its looks; several with who said what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from desktop.domain.conversation import Message, MessageId, Role
from desktop.domain.reasoning import said
from desktop.i18n import _, ngettext
from desktop.services.session import Session
from desktop.ui import clipboard
from desktop.ui.announce import announce
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.problems import Problems
from desktop.ui.markdown.rich import to_html
from desktop.ui.tasks import Tasks


class CopyPresenter(QObject):
    """Puts into the clipboard what is asked for; the reasoning before an answer stays out."""

    def __init__(self, session: Session, tasks: Tasks, page: ChatPage, problems: Problems) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._problems = problems
        page.transcript.copy_message_requested.connect(self.copy)
        page.transcript.choosing.copy_requested.connect(self.copy_several)

    def copy(self, message_id: MessageId) -> None:
        """Copy a message as it was written, in Markdown."""
        self._with([message_id], lambda messages: self._put(said(messages[0].content)))

    def copy_rich(self, message: Message) -> None:
        """Copy a message with its looks, for a letter or a document."""
        text = said(message.content)
        self._put(text, to_html(text))

    def copy_text(self, text: str) -> None:
        """Copy a text."""
        self._put(text)

    def copy_several(self, ids: Sequence[MessageId]) -> None:
        """Copy several messages with who said what, with and without looks."""

        def put(messages: Sequence[Message]) -> None:
            by_id = {message.id: message for message in messages}
            text = as_markdown([by_id[each] for each in ids if each in by_id])
            words = ngettext("{count} message copied", "{count} messages copied", len(by_id))
            self._put(text, to_html(text), words.format(count=len(by_id)))

        self._with(ids, put)

    def _with(self, ids: Sequence[MessageId], do: Callable[[Sequence[Message]], None]) -> None:
        def found(messages: Sequence[Message]) -> None:
            if messages:
                do(messages)

        self._tasks.watch(self._session.history.messages(ids), found, self._problems.show)

    def _put(self, text: str, html: str = "", words: str = "") -> None:
        clipboard.copy(text, html)
        announce(self._page, words or _("Copied"))


def as_markdown(messages: Sequence[Message]) -> str:
    """Messages one after the other, each under who said it."""
    return "\n\n".join(f"**{_author(each)}:**\n\n{said(each.content).strip()}" for each in messages) + "\n"


def _author(message: Message) -> str:
    match message.role:
        case Role.USER:
            return _("You")
        case Role.SYSTEM:
            return _("Instructions")
    return message.model or _("Inglenook")
