# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one message, and what the person thinks of it, in a small menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.conversation import Message, Role
from desktop.domain.reasoning import split
from desktop.domain.training import Rating
from desktop.i18n import _, ngettext


class MessageMenu(QMenu):
    """Goes when it is closed.

    Attributes:
        rated: with 1, -1, or 0 to take it back.
        more_requested: the person wants to say more about their rating.
        edit_requested, answer_requested, continue_requested, end_requested, fork_requested,
        delete_requested: what was chosen.
        copy_requested: this text should go to the clipboard.
        rich_copy_requested: the message should go there with its looks.
        details_requested: what is known of the message.
    """

    rated = Signal(int)
    more_requested = Signal()
    edit_requested = Signal()
    answer_requested = Signal()
    continue_requested = Signal()
    end_requested = Signal()
    fork_requested = Signal()
    delete_requested = Signal()
    copy_requested = Signal(str)
    rich_copy_requested = Signal()
    details_requested = Signal()

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("About this message"))
        self._message = message

    def offer_rating(self, given: Rating | None) -> None:
        """Offer to rate the answer; ``given`` is what the person said before."""
        for rating, words in ((Rating.UP, _("Good answer")), (Rating.DOWN, _("Bad answer"))):
            action = self.addAction(words)
            action.setCheckable(True)
            action.setChecked(rating is given)
            value = 0 if rating is given else int(rating)
            action.triggered.connect(lambda _checked, v=value: self.rated.emit(v))
        more = self.addAction(_("Say why, or what it should have said…"))
        more.setEnabled(given is not None)
        more.triggered.connect(self.more_requested)
        self.addSeparator()

    def offer_branches(self, message: Message, size: int, *, can_fork: bool) -> None:
        """Offer what makes other versions of the message, or takes it away.

        Args:
            message: the message.
            size: how many messages go if it is deleted.
            can_fork: whether it may go on in a chat of its own.
        """
        self.addAction(_("Edit…")).triggered.connect(self.edit_requested)
        if message.role is Role.USER:
            self.addAction(_("Answer this again")).triggered.connect(self.answer_requested)
        if message.can_continue:
            self.addAction(_("Continue this answer")).triggered.connect(self.continue_requested)
        if size > 1 and message.role is Role.ASSISTANT:
            self.addAction(_("Ask something else from here")).triggered.connect(self.end_requested)
        if can_fork:
            self.addAction(_("New chat from here")).triggered.connect(self.fork_requested)
        others = size - 1
        words = ngettext(
            "Delete this and the {count} message that follows",
            "Delete this and the {count} messages that follow",
            others,
        ).format(count=others)
        delete = self.addAction(words if others else _("Delete this message"))
        delete.triggered.connect(self.delete_requested)
        self.addSeparator()

    def offer_copies(self) -> None:
        """Offer what the copy button does not do."""
        if self._message.role is Role.ASSISTANT:
            self.addAction(_("Copy with its looks")).triggered.connect(self.rich_copy_requested)
            thought, _answer = split(self._message.content)
            if thought:
                action = self.addAction(_("Copy with its reasoning"))
                action.triggered.connect(lambda: self.copy_requested.emit(self._message.content))
            self.addSeparator()

    def offer_details(self) -> None:
        """Offer to tell who wrote it, when, and what it took."""
        self.addAction(_("Details…")).triggered.connect(self.details_requested)
