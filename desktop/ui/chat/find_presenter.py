# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds in the chat shown, over all of it, and walks from place to place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt

from desktop.domain.conversation import ChatId, MessageId
from desktop.services.finder import SLICE, Finder, Places
from desktop.ui.announce import announce
from desktop.ui.chat.page import ChatPage
from desktop.ui.tasks import Tasks


class FindPresenter(QObject):
    """Between the find bar, the vault and the transcript.

    Args:
        finder: looks through the texts.
        tasks: for that takes a while.
        page: whose bar and transcript.
        shown: the chat shown.
        failed: told of an error.
    """

    def __init__(
        self,
        finder: Finder,
        tasks: Tasks,
        page: ChatPage,
        shown: Callable[[], ChatId | None],
        failed: Callable[[Exception], object],
    ) -> None:
        super().__init__(page)
        self._finder = finder
        self._tasks = tasks
        self._page = page
        self._shown = shown
        self._failed = failed
        self._asked = 0  # which question is the newest
        self._words = ""
        self._found: list[Places] = []
        self._at = (0, 0)  # which message of those found, which place in it
        self._way = 1  # where the last step went
        page.find_bar.asked.connect(self.ask)
        page.find_bar.step_requested.connect(self.step)
        page.find_bar.left.connect(self._left)
        # Not while the transcript is laying itself out, which it says this in the middle of.
        page.transcript.finding.needle.counted.connect(self._correct, Qt.ConnectionType.QueuedConnection)

    def leave(self) -> None:
        """Another chat is about to be shown."""
        self._page.find_bar.close_bar()

    def renew(self) -> None:
        """The chat grew or its path changed."""
        if self._words and self._page.find_bar.isVisible():
            self._look(self._words, stay=True)

    def ask(self, words: str) -> None:
        """Look for these words."""
        self._look(words, stay=words == self._words)

    def step(self, by: int) -> None:
        """Go to the next place, or the one before; round at the ends."""
        if not self._found:
            return
        message, nth = self._at
        self._way = by
        nth += by
        if not 0 <= nth < self._found[message].count:
            message = (message + by) % len(self._found)
            nth = 0 if by > 0 else self._found[message].count - 1
        self._go(message, nth)

    def _look(self, words: str, *, stay: bool) -> None:
        self._asked += 1
        asked, chat_id = self._asked, self._shown()
        self._words = words
        self._page.transcript.finding.needle.begin(words)
        if not words or chat_id is None:
            self._show([], stay=False)
            return
        model = self._page.transcript.model
        entries = (model.entry(row) for row in range(model.rowCount()))
        ids = [entry.id for entry in entries if entry.length]
        found: list[Places] = []

        def arrived(places: Sequence[Places]) -> None:
            if asked != self._asked:
                return
            found.extend(places)
            rest = ids[len(done) :][:SLICE]
            done.extend(rest)
            if rest:
                self._tasks.watch(self._finder.places(rest, words), arrived, self._failed)
            else:
                self._show(found, stay=stay)

        done: list[MessageId] = []
        arrived(())

    def _show(self, found: Sequence[Places], *, stay: bool) -> None:
        before = self._found[self._at[0]].message_id if self._found and stay else None
        model = self._page.transcript.model
        self._found = [each for each in found if model.row(each.message_id) is not None]
        if not self._found:
            self._at = (0, 0)
            self._page.find_bar.show_count(None, 0)
            return
        same = [at for at, each in enumerate(self._found) if each.message_id == before]
        if same:
            self._go(same[0], min(self._at[1], self._found[same[0]].count - 1))
            return
        first = self._page.transcript.finding.needle.first_row()
        rows = (model.row(each.message_id) or 0 for each in self._found)
        self._go(next((at for at, row in enumerate(rows) if row >= first), 0), 0)

    def _go(self, message: int, nth: int) -> None:
        self._at = (message, nth)
        self._tell()
        self._page.transcript.finding.needle.go(self._found[message].message_id, nth)
        announce(self._page, self._page.find_bar.count.text())

    def _tell(self) -> None:
        message, nth = self._at
        before = sum(each.count for each in self._found[:message])
        self._page.find_bar.show_count(before + nth, sum(each.count for each in self._found))

    def _correct(self, message_id: str, count: int) -> None:
        """As it is shown, a message may hold the words less often than in its Markdown, or more often."""
        message, nth = self._at
        if not self._found or self._found[message].message_id != message_id:
            return
        if count and count != self._found[message].count:
            self._found[message] = Places(MessageId(message_id), count)
            self._at = (message, min(nth, count - 1))
            self._tell()
        elif not count:  # the words stand only in what is not shown, such as an address
            del self._found[message]
            if self._found:
                on = (message if self._way > 0 else message - 1) % len(self._found)
                self._go(on, 0 if self._way > 0 else self._found[on].count - 1)
            else:
                self._page.find_bar.show_count(None, 0)

    def _left(self) -> None:
        self._asked += 1
        self._words, self._found, self._at = "", [], (0, 0)
        self._page.transcript.finding.needle.begin("")
        self._page.find_bar.show_count(None, 0)
        self._page.composer.setFocus()
