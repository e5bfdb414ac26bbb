# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the page for moving is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import InglenookError
from desktop.i18n import _, ngettext
from desktop.services.imports import ImportPassphraseError
from desktop.services.moving import MovedIn, MovedOut
from desktop.services.session import Session
from desktop.services.vault import judge_passphrase
from desktop.ui.moving.cards import InCard, OutCard
from desktop.ui.moving.page import MovePage
from desktop.ui.tasks import Tasks

ChoosePlace = Callable[[str], Path | None]  # from a proposed name
ChooseFile = Callable[[], Path | None]


class MovePresenter(QObject):
    """Attributes:
    coming: some may come in; what is only held in memory should be kept first.
    chats_came: some came in.

    Args:
        session: whose chats.
        tasks: for what takes seconds.
        page: where it is asked for.
        choose_place: asks the person where to.
        choose_file: asks the person where from.
    """

    coming = Signal()
    chats_came = Signal()

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        page: MovePage,
        choose_place: ChoosePlace,
        choose_file: ChooseFile,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        self._choose_place = choose_place
        self._choose_file = choose_file
        self._path: Path | None = None
        self._stop = threading.Event()
        page.out.passphrase.judged.connect(self._judge)
        page.out.requested.connect(self._write)
        page.bring.file_requested.connect(self._choose)
        page.bring.unlocked.connect(self._read)
        for card in (page.out, page.bring):
            card.stop_requested.connect(self.stop)

    def begin(self, *, bring: bool) -> None:
        """Show how much there is, with the half that is wanted above."""
        self._page.begin(bring=bring)
        self._tasks.run(self._session.moving.volume, self._page.out.show_volume)

    def stop(self) -> None:
        """Give up what is under way; nothing of it stays."""
        self._stop.set()

    def _judge(self, passphrase: str) -> None:
        fields = self._page.out.passphrase
        self._tasks.run(
            lambda: judge_passphrase(passphrase), lambda strength: fields.show_strength(passphrase, strength)
        )

    def _write(self, passphrase: str) -> None:
        # The day, and nothing of what is in it: the name is seen by whoever holds the stick.
        place = self._choose_place(f"inglenook-{date.today().isoformat()}.inglenook.age")  # noqa: DTZ011 - the person's day
        if place is None or self._page.is_busy:
            return
        self._stop = stop = threading.Event()
        moving, card = self._session.moving, self._page.out
        tell: Callable[[tuple[int, int]], None] = self._tasks.listener(self._tell_out)
        card.show_busy(_("Writing…"))

        def done(written: MovedOut) -> None:
            card.show_written(written, str(place))

        self._tasks.run(
            lambda: moving.out(
                place, passphrase, progress=lambda at, total: tell((at, total)), cancelled=stop
            ),
            done,
            lambda error: self._failed(card, error),
        )

    def _tell_out(self, at: tuple[int, int]) -> None:
        done, total = at
        if done < total:
            words = ngettext("{done} of {count} chat written", "{done} of {count} chats written", total)
            self._page.out.show_progress(words.format(done=done, count=total), done, total)
        else:
            self._page.out.show_progress(_("Reading it back…"), 0, 0)

    def _choose(self) -> None:
        path = self._choose_file()
        if path is not None and not self._page.is_busy:
            self._path = path
            self._read(None)

    def _read(self, passphrase: str | None) -> None:
        path = self._path
        if path is None or self._page.is_busy:
            return
        self._stop = stop = threading.Event()
        moving, card = self._session.moving, self._page.bring
        tell: Callable[[tuple[int, int]], None] = self._tasks.listener(self._tell_in)
        card.show_busy(_("Looking through the file…"))
        self.coming.emit()
        self._tasks.run(
            lambda: moving.bring(
                path, passphrase, progress=lambda at, total: tell((at, total)), cancelled=stop
            ),
            self._compared,
            lambda error: self._not_read(error, tried=passphrase is not None),
        )

    def _tell_in(self, at: tuple[int, int]) -> None:
        done, total = at
        if total and done < total:
            words = ngettext("{done} of {count} chat came in", "{done} of {count} chats came in", total)
            self._page.bring.show_progress(words.format(done=done, count=total), done, total)
        elif total:
            self._page.bring.show_progress(_("Comparing…"), 0, 0)

    def _compared(self, done: MovedIn) -> None:
        self._page.bring.show_compared(done)
        self._tasks.run(self._session.moving.volume, self._page.out.show_volume)
        if done.came_in:
            self.chats_came.emit()

    def _not_read(self, error: Exception, *, tried: bool) -> None:
        if isinstance(error, ImportPassphraseError):
            self._page.bring.ask_passphrase(wrong=tried)
        else:
            self.chats_came.emit()  # a full disk ends it between two chats, and those before are kept
            self._failed(self._page.bring, error)

    def _failed(self, card: OutCard | InCard, error: Exception) -> None:
        if isinstance(error, InglenookError):
            card.show_problem(str(error))
            return
        card.show_problem(_("Something went wrong. What was here before is safe."))
        raise error
