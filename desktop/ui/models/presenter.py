# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the page of the models asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.library import DoesNotFitError, KnownModel
from desktop.services.session import Session
from desktop.ui.files import choose_file
from desktop.ui.models.page import ModelsPage
from desktop.ui.tasks import Tasks


class ModelsPresenter(QObject):
    """Attributes:
    changed: which models there are, or which one answers, is not as it was.
    """

    changed = Signal()

    def __init__(self, session: Session, tasks: Tasks, page: ModelsPage) -> None:
        super().__init__(page)
        self._session = session
        self._library = session.library
        self._tasks = tasks
        self._page = page
        self._stop = threading.Event()
        self._is_reading = False
        page.add_requested.connect(self._choose)
        page.stop_requested.connect(self.stop)
        page.use_requested.connect(self.use)
        page.unload_requested.connect(lambda _known: self._do(session.models.unload))
        page.remove_requested.connect(self._ask_to_remove)
        self.close = session.models.on_status(tasks.listener(lambda _status: self.load()))

    def load(self) -> None:
        """Look which there are."""
        self._tasks.run(
            lambda: (self._library.listed(), self._session.models.room()),
            lambda found: self._page.show_models(found[0], found[1]),
            self._failed,
        )

    def add(self, path: Path) -> None:
        """Look at a file and list it."""
        if self._is_reading:
            return
        self._is_reading = True
        self._stop = stop = threading.Event()
        self._page.show_reading()
        tell: Callable[[tuple[int, int]], None] = self._tasks.listener(
            lambda seen: self._page.show_progress(seen[0], seen[1])
        )
        self._tasks.run(
            lambda: self._library.add(path, progress=lambda done, total: tell((done, total)), cancelled=stop),
            self._added,
            lambda error: self._not_added(error, stopped=stop.is_set()),
        )

    def stop(self) -> None:
        """Read no further; nothing is added."""
        self._stop.set()

    def use(self, known: KnownModel) -> None:
        """Have it answer; asks first if memory is short."""

        def failed(error: Exception) -> None:
            frame = self._page.frame_of(known.id)
            if isinstance(error, DoesNotFitError) and frame is not None:
                frame.question.ask(str(error), _("Load it anyway"), lambda: self._use(known, despite=True))
            else:
                self._failed(error)

        self._tasks.run(lambda: self._library.use(known.id), lambda _choice: self._used(), failed)

    def _use(self, known: KnownModel, *, despite: bool) -> None:
        self._tasks.run(
            lambda: self._library.use(known.id, despite=despite), lambda _choice: self._used(), self._failed
        )

    def _used(self) -> None:
        self._page.show_outcome(_("{name} answers from now on.").format(name=self._library.default.name))
        self._changed()

    def _ask_to_remove(self, known: KnownModel) -> None:
        frame = self._page.frame_of(known.id)
        if frame is None:
            return
        words = (
            _("Inglenook downloaded this model, so its file is deleted, too.")
            if known.downloaded
            else _("It is only taken off this list: its file stays where it is.")
        )
        frame.question.ask(words, _("Remove"), lambda: self._do(lambda: self._library.remove(known.id)))

    def _do(self, work: Callable[[], object]) -> None:
        self._tasks.run(work, lambda _nothing: self._changed(), self._failed)

    def _changed(self) -> None:
        self.load()
        self.changed.emit()

    def _added(self, known: KnownModel) -> None:
        self._is_reading = False
        words = _("{name} was added.")
        if known.is_base:
            words = _("{name} was added. It is a base model: see its details.")
        self._page.show_outcome(words.format(name=known.name))
        self._changed()

    def _not_added(self, error: Exception, *, stopped: bool) -> None:
        self._is_reading = False
        if stopped:
            self._page.show_outcome(_("Stopped. Nothing was added."))
        else:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InglenookError):
            self._page.show_outcome(str(error), failed=True)
        else:
            self._page.show_outcome(_("Something went wrong. Nothing was changed."), failed=True)
            raise error

    def _choose(self) -> None:
        path = choose_file(self._page, _("Add a model file"), Path.home(), _("Models") + " (*.gguf)")
        if path is not None:
            self.add(path)
