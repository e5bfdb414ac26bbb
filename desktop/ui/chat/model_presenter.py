# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the model chip true, loads the model ahead of the first question, and lets it go on request."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from desktop.services.models import ModelStatus
from desktop.services.session import Session
from desktop.ui.chat.problems import Problems
from desktop.ui.composer.model_chip import ModelChip
from desktop.ui.tasks import Tasks


class ModelPresenter(QObject):
    """Between the models and what shows them."""

    def __init__(self, session: Session, tasks: Tasks, chip: ModelChip, problems: Problems) -> None:
        super().__init__(chip)
        self._session = session
        self._models = models = session.models
        self._tasks = tasks
        self._chip = chip
        self._problems = problems
        self.close = models.on_status(tasks.listener(self._show))  # called once, when the vault is locked
        chip.unload_requested.connect(self._unload)
        chip.original_requested.connect(lambda: self.use(models.original.path))
        self._show(models.status())

    def preload(self) -> None:
        """Load the model in the background, so that the first answer comes sooner."""
        if self._models.status() is not ModelStatus.MISSING:
            self._tasks.run(self._models.ensure_loaded, lambda _info: None, self._problems.show)

    def use(self, path: Path) -> None:
        """Answer with another model file from now on."""
        self._problems.clear()
        self._tasks.run(
            lambda: self._session.choose_model(path), lambda _nothing: self.preload(), self._problems.show
        )

    def _unload(self) -> None:
        self._tasks.run(self._models.unload, lambda _nothing: None, self._problems.show)

    def _show(self, status: ModelStatus) -> None:
        original = self._models.original
        self._chip.show_model(self._models.current_name(), status)
        self._chip.offer_original("" if self._models.current() == original else original.name)
        self._problems.show_model(status)
