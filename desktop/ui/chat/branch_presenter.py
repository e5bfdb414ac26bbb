# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions and branches of the chat shown: new answers, edits, going on, forks, deleting, the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role
from desktop.i18n import _, ngettext
from desktop.services.branches import BranchMap, MapRow, RemovedBranch
from desktop.services.replies import OnReplyEvent, Rejected, Reply, ReplyEvent
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.chat.message_menu import MessageMenu
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.problems import Problems
from desktop.ui.tasks import Tasks


class ShownChat(Protocol):
    """What this needs of whoever shows the chat."""

    @property
    def shown(self) -> ChatId | None:
        """The chat shown."""

    @property
    def is_answering(self) -> bool:
        """Whether the chat shown is being answered."""

    def begin(self, start: Callable[[OnReplyEvent], Reply]) -> None:
        """Begin an answer in the chat shown."""

    def read_again(self, message: MessageId | None = None) -> None:
        """The path changed: show it as it is now, at a message if one is given."""


class BranchPresenter(QObject):
    """Attributes:
    forked: with the chat that was made.
    can_fork: whether there is a list in which a second chat could be found again.
    """

    forked = Signal(object)

    def __init__(
        self, session: Session, tasks: Tasks, page: ChatPage, problems: Problems, chat: ShownChat
    ) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._problems = problems
        self._chat = chat
        self.can_fork = True
        self._removed: list[RemovedBranch] = []
        self._removed_of: ChatId | None = None
        self._begun: dict[MessageId, str] = {}  # edits that were left and not sent; in memory only
        self._sent: set[MessageId] = set()  # edits that are on their way into the vault
        transcript = page.transcript
        transcript.regenerate_requested.connect(self.regenerate)
        transcript.retry_requested.connect(self.regenerate)
        transcript.continue_requested.connect(self.go_on)
        transcript.sibling_requested.connect(self._show_version)
        transcript.edit_requested.connect(self.edit)
        transcript.editing.confirmed.connect(self._edited)
        transcript.editing.left.connect(self._edit_left)
        page.map_requested.connect(self.toggle_map)
        page.map.chosen.connect(self._open_line)
        page.map.left.connect(self._leave_map)
        page.map_words_wanted.connect(self._read_words)
        page.undo.undone.connect(self._undo)
        page.undo.over.connect(self._erase)

    def regenerate(self, message_id: MessageId) -> None:
        """Answer the question above a message, or a question, once more."""
        chat_id = self._free_chat()
        if chat_id is not None:
            self._chat.begin(lambda on: self._session.replies.regenerate(chat_id, message_id, on))

    def go_on(self, message_id: MessageId) -> None:
        """Have the model go on with an answer that broke off."""
        chat_id = self._free_chat()
        if chat_id is not None:
            self._chat.begin(lambda on: self._session.replies.go_on(chat_id, message_id, on))

    def edit(self, message_id: MessageId) -> None:
        """Put a message in other words, where it stands."""
        if self._free_chat() is None:
            self._problems.show_message(_("An answer is being written here. Stop it first, or wait."))
            return

        def begin(messages: list[Message]) -> None:
            if messages:
                text = self._begun.pop(message_id, messages[0].content)
                self._page.transcript.begin_edit(messages[0], text)

        self._tasks.watch(self._session.history.messages([message_id]), begin, self._problems.show)

    def offer(self, menu: MessageMenu, message: Message, size: int) -> None:
        """Put into a message's menu what can be done with its branch.

        Args:
            menu: the menu.
            message: whose it is.
            size: how many messages go if it is deleted.
        """
        menu.offer_branches(message, size, can_fork=self.can_fork)
        menu.edit_requested.connect(lambda: self.edit(message.id))
        menu.answer_requested.connect(lambda: self.regenerate(message.id))
        menu.continue_requested.connect(lambda: self.go_on(message.id))
        menu.end_requested.connect(lambda: self.end_at(message.id))
        menu.fork_requested.connect(lambda: self.fork(message.id))
        menu.delete_requested.connect(lambda: self.delete(message.id))

    def end_at(self, message_id: MessageId) -> None:
        """Let the next question be asked from a message; what followed it stays as another version."""
        chat_id = self._free_chat()
        if chat_id is None:
            return

        def ended(_nothing: None) -> None:
            self._read_again(chat_id)
            self._page.composer.setFocus()

        self._tasks.watch(self._session.branches.end_at(chat_id, message_id), ended, self._problems.show)

    def fork(self, message_id: MessageId) -> None:
        """Copy the chat down to a message into a new one, and show that."""
        chat_id = self._chat.shown
        if chat_id is None:
            return

        def made(chat: Chat) -> None:
            announce(self._page, _("New chat: {title}").format(title=chat.title))
            self.forked.emit(chat)

        self._tasks.watch(self._session.branches.fork(chat_id, message_id), made, self._problems.show)

    def delete(self, message_id: MessageId) -> None:
        """Hide a message with all that follows it, and offer to bring it back."""
        chat_id = self._free_chat()
        if chat_id is None:
            self._problems.show_message(_("An answer is being written here. Stop it first, or wait."))
            return

        def hidden(removed: RemovedBranch) -> None:
            self._removed_of = chat_id
            self._removed.append(removed)
            count = sum(one.messages for one in self._removed)
            self._page.undo.offer_words(
                ngettext("Message deleted", "{count} messages deleted", count).format(count=count)
            )
            self._read_again(chat_id)

        if self._removed_of not in (None, chat_id):
            self._page.undo.finish()
        self._tasks.watch(self._session.branches.delete(chat_id, message_id), hidden, self._problems.show)

    def toggle_map(self) -> None:
        """Show the map of the chat, or the chat again."""
        chat_id = self._chat.shown
        if self._page.shows_map:
            self._leave_map()
        elif chat_id is not None:

            def show(found: BranchMap) -> None:
                if chat_id == self._chat.shown:
                    self._page.show_map(found)

            self._tasks.watch(self._session.branches.map(chat_id), show, self._problems.show)

    def _free_chat(self) -> ChatId | None:
        """The chat shown, unless it is being answered."""
        return None if self._chat.is_answering else self._chat.shown

    def _show_version(self, message_id: MessageId, step: int) -> None:
        chat_id = self._free_chat()
        if chat_id is not None:
            shown = self._session.branches.show_version(chat_id, message_id, step)
            self._tasks.watch(shown, lambda _found: self._read_again(chat_id), self._problems.show)

    def _edited(self, message_id: str, text: str) -> None:
        chat_id, edited = self._free_chat(), MessageId(message_id)
        row = self._page.transcript.model.row(edited)
        if chat_id is None or row is None:
            return
        if text == self._page.transcript.model.text(row):  # nothing was changed
            self._page.transcript.editing.end()
            return
        self._sent.add(edited)
        if self._page.transcript.model.entry(row).role is Role.USER:

            def start(on_event: OnReplyEvent) -> Reply:
                def listen(event: ReplyEvent) -> None:
                    if isinstance(event, Rejected):
                        self._sent.discard(edited)
                    on_event(event)

                return self._session.replies.edit(chat_id, edited, text, listen)

            self._chat.begin(start)
            return

        def failed(error: Exception) -> None:
            self._sent.discard(edited)
            self._problems.show(error)

        kept = self._session.branches.edit_answer(chat_id, edited, text)
        self._tasks.watch(kept, lambda _made: self._read_again(chat_id), failed)

    def _edit_left(self, message_id: str, text: str) -> None:
        left = MessageId(message_id)
        if left in self._sent:
            self._sent.discard(left)
        else:
            self._begun[left] = text

    def _read_again(self, chat_id: ChatId) -> None:
        if chat_id == self._chat.shown:
            self._chat.read_again()

    def _undo(self) -> None:
        removed, self._removed = [one.id for one in self._removed], []
        chat_id, self._removed_of = self._removed_of, None
        back = self._session.branches.undo_delete(removed)

        def done(_nothing: None) -> None:
            if chat_id is not None:
                self._read_again(chat_id)

        self._tasks.watch(back, done, self._problems.show)

    def _erase(self) -> None:
        # By name, not by due time: see SidebarPresenter.
        removed, self._removed = [one.id for one in self._removed], []
        self._removed_of = None
        self._tasks.run(
            lambda: self._session.branches.erase(removed), self._page.undo.show_receipt, self._not_erased
        )

    def _not_erased(self, error: Exception) -> None:
        self._page.undo.withdraw()
        self._problems.show(error)

    def _open_line(self, line: MapRow) -> None:
        chat_id = self._chat.shown
        if chat_id is None:
            return
        self._leave_map()
        if line.shown or self._chat.is_answering:
            self._page.transcript.show_message(line.id)
            return
        branch = self._session.history.show_message(chat_id, line.id)

        def shown(_nothing: None) -> None:
            if chat_id == self._chat.shown:
                self._chat.read_again(line.id)

        self._tasks.watch(branch, shown, self._problems.show)

    def _leave_map(self) -> None:
        self._page.leave_map()
        self._page.transcript.setFocus()

    def _read_words(self, ids: list[MessageId]) -> None:
        self._tasks.watch(
            self._session.branches.first_words(ids), self._page.map.model.deliver, self._problems.show
        )
