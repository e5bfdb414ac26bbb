# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the export page is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QLocale, QObject

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.services.export.exporter import (
    ENCRYPTED_SUFFIX,
    SUFFIXES,
    Exported,
    ExportWish,
    Format,
)
from desktop.services.kinds import counts_in_words
from desktop.services.session import Session
from desktop.services.vault import judge_passphrase
from desktop.ui.tasks import Tasks
from desktop.ui.transfer.export_page import ExportPage
from desktop.ui.transfer.hidden_presenter import HiddenPresenter

ChoosePlace = Callable[[str], Path | None]  # from a proposed name


class ExportPresenter(QObject):
    """Writes what the page asks for.

    Args:
        session: whose chats.
        tasks: for what takes seconds.
        page: where it is asked for.
        hidden: looks for what would be hidden, and shows it.
        choose_place: asks the person where to.
    """

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        page: ExportPage,
        hidden: HiddenPresenter,
        choose_place: ChoosePlace,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._hidden = hidden
        self._choose_place = choose_place
        self._chats: tuple[ChatId, ...] | None = None
        self._stop = threading.Event()
        page.passphrase.judged.connect(self._judge)
        page.requested.connect(self._export)
        page.look_requested.connect(self._look)
        page.stop_requested.connect(self.stop)

    def begin(self, chats: Sequence[Chat] | None) -> None:
        """Ask how to export these chats, or all for None."""
        self._chats = None if chats is None else tuple(chat.id for chat in chats)
        self._page.begin(None if chats is None else [chat.title or _("Untitled chat") for chat in chats])

    def stop(self) -> None:
        """Give up what is being looked at or written; nothing of it stays."""
        self._stop.set()

    def tell_hidden(self) -> None:
        """Say again what would be hidden: the person may have changed it."""
        self._page.show_looked(self._hidden.found())

    def _look(self, format_: Format) -> None:
        self._stop = stop = threading.Event()
        self._page.show_busy(looking=True)
        self._hidden.look(
            self._wish(format_, None, filtered=True),
            stop,
            self._tell,
            self._page.show_looked,
            lambda error: self._failed(error, self._page.show_not_looked),
        )

    def _wish(self, format_: Format, passphrase: str | None, *, filtered: bool) -> ExportWish:
        return ExportWish(format_, self._chats, passphrase, filtered)

    def _judge(self, passphrase: str) -> None:
        fields = self._page.passphrase
        self._tasks.run(
            lambda: judge_passphrase(passphrase), lambda strength: fields.show_strength(passphrase, strength)
        )

    def _export(self, format_: Format, passphrase: str | None, filtered: bool) -> None:
        suffix = SUFFIXES[format_] + (ENCRYPTED_SUFFIX if passphrase is not None else "")
        # Never the chat's title: it would be seen in the folder by whoever looks.
        place = self._choose_place(f"inglenook-{date.today().isoformat()}{suffix}")  # noqa: DTZ011 - the person's day
        if place is None:
            return
        self._stop = stop = threading.Event()
        wish = self._wish(format_, passphrase, filtered=filtered)
        tell: Callable[[tuple[int, int]], None] = self._tasks.listener(self._tell)
        exporter = self._session.exporter
        self._page.show_busy()
        self._tasks.run(
            lambda: exporter.to_file(
                place, wish, progress=lambda done, total: tell((done, total)), cancelled=stop
            ),
            lambda done: self._written(done, place),
            lambda error: self._failed(error, self._fail),
        )

    def _tell(self, done: tuple[int, int]) -> None:
        self._page.show_progress(*done)

    def _written(self, done: Exported, place: Path) -> None:
        size = QLocale().formattedDataSize(done.bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        removed = None if done.removed is None else counts_in_words(done.removed)
        self._page.show_written(done.chats, str(place), size, removed)

    def _fail(self, words: str) -> None:
        self._page.show_idle(words, failed=True)

    def _failed(self, error: Exception, show: Callable[[str], object]) -> None:
        if isinstance(error, InglenookError):
            show(str(error))
            return
        show(_("Something went wrong. Nothing was written."))
        raise error
