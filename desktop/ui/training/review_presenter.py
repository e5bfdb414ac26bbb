# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the review true, and does what is asked for there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import ChatId
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.services.training import Training, TrainingSet, exported_in_words, figures_in_words
from desktop.ui.filtering.pages import PagedChat, paged
from desktop.ui.tasks import Tasks
from desktop.ui.training.review_page import ReviewPage

ChooseFolder = Callable[[], Path | None]  # an existing one, to put the new one in


class ReviewPresenter(QObject):
    """Attributes:
    withdrawn: id of a chat that may not be used any more.
    """

    withdrawn = Signal(str, bool)

    def __init__(
        self,
        session: Session,
        training: Training,
        tasks: Tasks,
        page: ReviewPage,
        choose_folder: ChooseFolder,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._training = training
        self._tasks = tasks
        self._page = page
        self._choose_folder = choose_folder
        page.panel.chosen.connect(self._choose)
        page.panel.chat_wanted.connect(self._show)
        page.withdrawn.connect(self._withdraw)
        page.export_requested.connect(self._export)

    def load(self) -> None:
        """Look at what may be used."""
        self._page.say("")
        self._tasks.run(figures_in_words, self._page.show_figures, self._failed)
        self._review()

    def _review(self) -> None:
        self._tasks.watch(self._training.consented(), self._page.show_consented, self._failed)

    def _show(self, chat_id: str) -> None:
        def look() -> PagedChat | None:
            from desktop.services.redaction import FilteredChat

            found = self._training.review_of(ChatId(chat_id))
            if found is None:
                return None
            return paged(FilteredChat(found.chat.id, found.chat.title, found.messages, found.removed))

        def looked(chat: PagedChat | None) -> None:
            if chat is None:  # withdrawn or deleted meanwhile
                self._review()
            else:
                self._page.show_chat(chat)

        self._tasks.run(look, looked, self._failed)

    def _choose(self, chat_id: str, value: str, hidden: bool) -> None:
        kept = self._training.choose(ChatId(chat_id), value, hidden)
        self._tasks.watch(kept, lambda _nothing: self._show(chat_id), self._failed)

    def _withdraw(self, chat_id: str) -> None:
        def withdraw() -> str:
            self._session.history.set_training_consent([ChatId(chat_id)], False).result()
            return exported_in_words(self._training.exported_before([ChatId(chat_id)]).result())

        def done(exported: str) -> None:
            self.withdrawn.emit(chat_id, False)
            words = _("Withdrawn. {exported}").format(
                exported=exported or _("Nothing of it was exported before.")
            )
            self._page.say(words)
            self._review()

        self._tasks.run(withdraw, done, self._failed)

    def _export(self) -> None:
        folder = self._choose_folder()
        if folder is None:
            return
        # Never a chat's title: it would be seen in the folder by whoever looks.
        out = folder / f"inglenook-training-{date.today().isoformat()}"  # noqa: DTZ011 - the person's day
        self._page.export_button.setEnabled(False)
        self._page.say(_("Filtering and writing…"))
        self._tasks.run(
            lambda: self._training.export(out), lambda done: self._exported(done, out), self._failed
        )

    def _exported(self, done: TrainingSet, out: Path) -> None:
        self._page.export_button.setEnabled(True)
        words = _(
            "Written to {folder}: {examples} examples, {pairs} preferences, {removed} passages replaced. "
            "Read it before you give it away: a filter finds much, not everything."
        )
        removed = sum(done.removed.values())
        self._page.say(words.format(folder=out, examples=done.examples, pairs=done.pairs, removed=removed))

    def _failed(self, error: Exception) -> None:
        self._page.export_button.setEnabled(True)
        if isinstance(error, InglenookError):
            self._page.say(str(error), failed=True)
            return
        self._page.say(_("Something went wrong. Nothing was exported."), failed=True)
        raise error
