# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads everything that is kept, piece by piece, and writes it into one file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.ui.files import choose_new_file
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.tasks import Tasks

_Piece = tuple[str, int | None]


class ReviewPresenter(QObject):
    """Fills the page on which everything is seen."""

    def __init__(self, session: Session, tasks: Tasks, page: PrivacyPage) -> None:
        super().__init__(page)
        self._everything = session.everything
        self._tasks = tasks
        self._page = page.review
        self._next: int | None = None
        page.review_requested.connect(self._begin)
        self._page.more_wanted.connect(self._go_on)
        self._page.file_requested.connect(self._choose)

    def _begin(self) -> None:
        def read() -> _Piece:
            text, following = self._everything.chats()
            return self._everything.overview() + text, following

        def show(piece: _Piece) -> None:
            text, self._next = piece
            self._page.show_text(text, more=self._next is not None)

        self._tasks.run(read, show, self._tell)

    def _go_on(self) -> None:
        at = self._next
        if at is None:
            return
        self._next = None  # until it is there

        def show(piece: _Piece) -> None:
            text, self._next = piece
            self._page.add_text(text, more=self._next is not None)

        self._tasks.run(lambda: self._everything.chats(at), show, self._tell)

    def _choose(self) -> None:
        proposed = Path.home() / _("Everything from Inglenook.txt")
        path = choose_new_file(self._page, _("Save everything as one file"), proposed)
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write it there: a document for programs if its name ends in .json, else a text."""
        as_json = path.suffix.lower() == ".json"
        self._page.say(_("Writing…"))
        done = _("Saved. The file is not encrypted: keep it where only you can read it.")
        self._tasks.run(
            lambda: self._everything.to_file(path, as_json=as_json),
            lambda _nothing: self._page.say(done),
            self._tell,
        )

    def _tell(self, error: Exception) -> None:
        words = str(error) if isinstance(error, InglenookError) else ""
        self._page.say(words or _("That did not work. Nothing was changed."))
