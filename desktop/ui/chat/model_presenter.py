# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the model chip true, loads the model ahead of the first question, and lets it go on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from desktop.domain.conversation import ChatId
from desktop.domain.generation import EngineFault, FaultKind
from desktop.services.library import ModelLibrary
from desktop.services.models import ModelChoice, ModelStatus
from desktop.services.session import Session
from desktop.ui.chat.problems import Problems
from desktop.ui.composer.model_chip import ModelChip
from desktop.ui.tasks import Tasks


class ModelPresenter(QObject):
    """Between the models and what shows them.

    Args:
        session: whose chats are answered.
        tasks: for what blocks.
        chip: shows which model answers the chat that is shown.
        problems: says what went wrong.
        shelf: knows models for a chat in memory, which takes one of them and keeps nothing; None: its own.
    """

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        chip: ModelChip,
        problems: Problems,
        shelf: ModelLibrary | None = None,
    ) -> None:
        super().__init__(chip)
        self._session = session
        self._models = models = session.models
        self._library = session.library
        self._shelf = shelf
        self._tasks = tasks
        self._chip = chip
        self._problems = problems
        self._chat: ChatId | None = None
        self._choice = session.library.default  # what answers the chat that is shown
        self._offered: Sequence[ModelChoice] = ()
        self.close = models.on_status(tasks.listener(self._show))  # called once, when the vault is locked
        chip.unload_requested.connect(self._unload)
        chip.chosen.connect(self._choose)
        self._show(models.status())
        self.reload()

    def preload(self) -> None:
        """Load the model in the background, so that the first answer comes sooner."""
        if self._models.status() is not ModelStatus.MISSING:
            self._tasks.run(self._models.ensure_loaded, lambda _info: None, self._failed)

    def show_chat(self, chat_id: ChatId | None) -> None:
        """Another chat is shown; it may have a model of its own."""
        self._chat = chat_id
        self.reload()

    def reload(self) -> None:
        """Look again which models there are, and which one answers here."""
        chat, shelf = self._chat, self._shelf or self._library

        def look() -> tuple[list[ModelChoice], ModelChoice]:
            own = self._library.default if chat is None else self._library.of_chat(chat).result()
            return shelf.names(), own

        self._tasks.run(look, self._shown, self._problems.show)

    def _shown(self, found: tuple[list[ModelChoice], ModelChoice]) -> None:
        self._offered, self._choice = found
        self._show(self._models.status())

    def _choose(self, model_id: str) -> None:
        """Have a model answer here: this chat, or where none has begun, all that say nothing else."""
        choice = next((one for one in self._offered if one.id == model_id), None)
        if choice is not None:
            self._problems.clear()
            self._take(choice)

    def _take(self, choice: ModelChoice, *, despite: bool = False) -> None:
        chat = self._chat
        work: Callable[[], object]
        if self._shelf is not None:

            def work() -> None:
                self._library.take(choice, despite=despite)

        elif chat is not None:

            def work() -> None:
                self._library.use_for_chat(chat, choice.id).result()
                if not self._session.replies.is_answering:  # else it is loaded when its turn comes
                    self._models.choose(choice, despite=despite)

        else:

            def work() -> None:
                self._library.use(choice.id, despite=True)
                self._models.choose(choice, despite=despite)  # what is too big is told when it is loaded

        self._tasks.run(work, lambda _nothing: self._taken(), self._problems.show)

    def _taken(self) -> None:
        self.reload()
        if not self._session.replies.is_answering:
            self.preload()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, EngineFault) and error.kind is FaultKind.DOES_NOT_FIT:
            choice = self._models.current()
            self._problems.show_fault(error.kind, lambda: self._insist(choice))
        else:
            self._problems.show(error)

    def _insist(self, choice: ModelChoice) -> None:
        self._tasks.run(
            lambda: self._models.choose(choice, despite=True),
            lambda _nothing: self.preload(),
            self._problems.show,
        )

    def _unload(self) -> None:
        self._tasks.run(self._models.unload, lambda _nothing: None, self._problems.show)

    def _show(self, status: ModelStatus) -> None:
        if self._chat is None and self._library.default != self._choice:
            self._choice = self._library.default
        here = status if self._models.current() == self._choice else ModelStatus.UNLOADED
        self._chip.show_model(self._choice.name, here)
        self._chip.offer(self._offered, self._choice)
        self._problems.show_model(status)
