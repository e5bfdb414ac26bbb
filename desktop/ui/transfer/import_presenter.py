# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the import form is asked for."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.imports import Imported, ImportPassphraseError
from desktop.services.session import Session
from desktop.ui.files import choose_file, choose_folder
from desktop.ui.tasks import Tasks
from desktop.ui.transfer.import_form import ImportForm


class ImportPresenter(QObject):
    """Attributes:
    imported: chats came in.
    """

    imported = Signal()

    def __init__(self, session: Session, tasks: Tasks, form: ImportForm) -> None:
        super().__init__(form)
        self._session = session
        self._tasks = tasks
        self._form = form
        self._path: Path | None = None
        self._stop = threading.Event()
        form.file_requested.connect(self._choose_file)
        form.folder_requested.connect(self._choose_folder)
        form.unlocked.connect(self._read)
        form.stop_requested.connect(self.stop)

    def stop(self) -> None:
        """Read no further."""
        self._stop.set()

    def begin(self, path: Path) -> None:
        """Bring in what lies there."""
        self._path = path
        self._read(None)

    def _choose_file(self) -> None:
        pattern = (
            _("Chat histories") + " (*.zip *.json *.inglenook *.age *.chat *.db);;" + _("All files") + " (*)"
        )
        path = choose_file(self._form, _("Bring in chats from"), Path.home(), pattern)
        if path is not None:
            self.begin(path)

    def _choose_folder(self) -> None:
        path = choose_folder(self._form, _("Bring in chats from"), Path.home())
        if path is not None:
            self.begin(path)

    def _read(self, passphrase: str | None) -> None:
        path = self._path
        if path is None:
            return
        self._stop = stop = threading.Event()
        tell = self._tasks.listener(self._form.show_progress)
        importer = self._session.importer
        self._form.show_busy()
        self._tasks.run(
            lambda: importer.read(path, passphrase=passphrase, progress=tell, cancelled=stop),
            self._done,
            lambda error: self._failed(error, tried=passphrase is not None),
        )

    def _done(self, done: Imported) -> None:
        self._form.show_report(done.report(), stopped=done.stopped)
        if done.chats:
            self.imported.emit()

    def _failed(self, error: Exception, *, tried: bool) -> None:
        if isinstance(error, ImportPassphraseError):
            self._form.ask_passphrase(wrong=tried)
        elif isinstance(error, InglenookError):
            self._form.show_problem(str(error))
        else:
            self._form.show_problem(_("Something went wrong. What came in is kept."))
            raise error
