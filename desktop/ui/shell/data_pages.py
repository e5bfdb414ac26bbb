# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages behind the pages: taking chats along, moving, the review for training, what the model is told."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.domain.conversation import Chat, ChatId
from desktop.i18n import _
from desktop.services.session import Session
from desktop.ui.chat.notices import Notices
from desktop.ui.damage.presenter import DamagePresenter
from desktop.ui.files import choose_file, choose_folder, choose_new_file
from desktop.ui.moving.page import MovePage
from desktop.ui.moving.presenter import MovePresenter
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.spec.page import SpecPage
from desktop.ui.spec.presenter import SpecPresenter
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.theme import Theme
from desktop.ui.training.review_page import ReviewPage
from desktop.ui.training.review_presenter import ReviewPresenter
from desktop.ui.transfer.export_page import ExportPage
from desktop.ui.transfer.export_presenter import ExportPresenter
from desktop.ui.transfer.hidden_page import HiddenPage
from desktop.ui.transfer.hidden_presenter import HiddenPresenter


class DataPages(QObject):
    """Each made when it is first looked at.

    Args:
        session: whose data.
        tasks: for what takes seconds.
        theme: the look.
        stack: where the pages lie.
        notices: where damage is told first.
        care: finds it.

    Attributes:
        opened: a page came to the front.
        damage: tells of damage in the vault.
        left: a page was left, with whether for the Privacy Centre; else for the chat.
        review_left: the review was left.
        coming: chats may come in from another computer; what is only held in memory should be kept.
        chats_came: some came in.
        consent_changed: chat id, and whether it may be used for training from now on.
    """

    opened = Signal()
    left = Signal(bool)
    review_left = Signal()
    coming = Signal()
    chats_came = Signal()
    consent_changed = Signal(str, bool)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        theme: Theme,
        stack: QStackedWidget,
        *,
        notices: Notices,
        care: DailyCare,
    ) -> None:
        super().__init__(stack)
        self._session = session
        self._tasks = tasks
        self._theme = theme
        self._stack = stack
        self._is_of_all = True
        self.damage = DamagePresenter(session, tasks, theme, stack, notices)
        self.damage.opened.connect(self.opened)
        self.damage.left.connect(lambda: self.left.emit(False))
        care.damaged.connect(self.damage.tell)
        self._back_from_spec: Callable[[], object] = _nowhere

    @functools.cached_property
    def export(self) -> ExportPage:
        """Where chats are written to a file."""
        made = ExportPage(self._theme)
        made.left.connect(lambda: self.left.emit(self._is_of_all))
        self._exports = ExportPresenter(self._session, self._tasks, made, self._hiding, self._choose_place)
        made.see_requested.connect(self._see_hidden)
        made.left.connect(self._hiding.forget)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def hidden(self) -> HiddenPage:
        """Where what an export would hide is seen in its place."""
        made = HiddenPage(self._theme)
        made.left.connect(self._leave_hidden)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def _hiding(self) -> HiddenPresenter:
        return HiddenPresenter(self._session.exporter, self._tasks, self.hidden)

    @functools.cached_property
    def review(self) -> ReviewPage:
        """Where what may be used for training is seen as it would leave."""
        made = ReviewPage(self._theme)
        made.left.connect(self.review_left)
        if self._session.training is not None:
            self._reviews = ReviewPresenter(
                self._session, self._session.training, self._tasks, made, self._choose_folder
            )
            self._reviews.withdrawn.connect(self.consent_changed)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def moving(self) -> MovePage:
        """Where everything leaves for another computer, or comes in from one."""
        made = MovePage(self._theme)
        made.left.connect(lambda: self.left.emit(True))
        self._moves = MovePresenter(
            self._session, self._tasks, made, self._choose_place, self._choose_archive
        )
        self._moves.coming.connect(self.coming)
        self._moves.chats_came.connect(self.chats_came)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def spec(self) -> SpecPage:
        """What the model is told."""
        made = SpecPage(self._theme)
        made.left.connect(self._leave_spec)
        self._specs = SpecPresenter(self._session, self._tasks, made)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    def begin_move(self, *, bring: bool = False) -> None:
        """Move out, or in."""
        page = self.moving
        self._moves.begin(bring=bring)
        self._stack.setCurrentWidget(page)
        self.opened.emit()
        page.setFocus()

    def begin_export(self, chats: Sequence[Chat] | None) -> None:
        """Take these chats along, or all for None."""
        page = self.export
        self._is_of_all = chats is None
        self._exports.begin(chats)
        self._stack.setCurrentWidget(page)
        self.opened.emit()
        page.setFocus()

    def begin_review(self) -> None:
        """Show what may be used."""
        page = self.review
        if self._session.training is not None:
            self._reviews.load()
        self._stack.setCurrentWidget(page)
        self.opened.emit()
        page.back_button.setFocus()

    def _see_hidden(self) -> None:
        self._hiding.show()
        self._stack.setCurrentWidget(self.hidden)
        self.opened.emit()
        self.hidden.panel.chats.setFocus()

    def _leave_hidden(self) -> None:
        self._hiding.forget()
        self._stack.setCurrentWidget(self.export)
        self.opened.emit()
        self._exports.tell_hidden()

    def begin_spec(self, chat_id: ChatId | None, back: Callable[[], object]) -> None:
        """Show what the model is told, in this chat if there is one; ``back`` is where it was asked for."""
        page = self.spec
        self._back_from_spec = back
        self._specs.begin(chat_id)
        self._stack.setCurrentWidget(page)
        self.opened.emit()
        page.setFocus()

    def _leave_spec(self) -> None:
        self._back_from_spec()

    def _choose_place(self, name: str) -> Path | None:
        return choose_new_file(self._stack, _("Write the chats to"), Path.home() / name)

    def choose_page(self, name: str) -> Path | None:
        """Where a page that is to be printed is written."""
        return choose_new_file(self._stack, _("Save the page to print"), Path.home() / name)

    def _choose_archive(self) -> Path | None:
        pattern = _("Inglenook archives") + " (*.age *.inglenook);;" + _("All files") + " (*)"
        return choose_file(self._stack, _("The file from the other computer"), Path.home(), pattern)

    def _choose_folder(self) -> Path | None:
        return choose_folder(self._stack, _("A folder for the data set"), Path.home())


def _nowhere() -> None:
    """It was not opened yet."""
