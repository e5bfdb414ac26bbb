# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for what an export would hide, shows it, and keeps the person's word on it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.domain.conversation import ChatId
from desktop.domain.errors import InglenookError
from desktop.i18n import _, ngettext
from desktop.services.export.exporter import Exporter, ExportWish
from desktop.services.kinds import counts_in_words
from desktop.services.training import figures_in_words
from desktop.ui.filtering.pages import PagedChat, paged
from desktop.ui.filtering.panel import ChatLine
from desktop.ui.tasks import Tasks
from desktop.ui.transfer.hidden_page import HiddenPage

if TYPE_CHECKING:
    from desktop.personal_data import Kind


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in one chat; its texts are read again when it is looked at."""

    id: ChatId
    title: str
    removed: Mapping[Kind, int]

    def line(self) -> ChatLine:
        count = sum(self.removed.values())
        words = ngettext("{count} hidden · {title}", "{count} hidden · {title}", count)
        return ChatLine(self.id, words.format(title=self.title or _("Untitled chat"), count=count))


class HiddenPresenter(QObject):
    """Args:
    exporter: whose chats.
    tasks: for what takes seconds.
    page: where it is shown.
    """

    def __init__(self, exporter: Exporter, tasks: Tasks, page: HiddenPage) -> None:
        super().__init__(page)
        self._exporter = exporter
        self._tasks = tasks
        self._page = page
        self._wish: ExportWish | None = None
        self._looked: dict[str, _Looked] = {}
        page.panel.chat_wanted.connect(self._show)
        page.panel.chosen.connect(self._choose)

    def look(
        self,
        wish: ExportWish,
        stop: threading.Event,
        progress: Callable[[tuple[int, int]], object],
        done: Callable[[str], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Find out what would be hidden, and tell ``done`` in words."""
        tell = self._tasks.listener(progress)

        def work() -> list[_Looked]:
            chats = self._exporter.look(wish, progress=lambda *so_far: tell(so_far), cancelled=stop)
            return [_Looked(chat.id, chat.title, chat.removed) for chat in chats]

        def looked(chats: list[_Looked]) -> None:
            self._wish = wish
            chats.sort(key=lambda chat: not chat.removed)  # where something was found comes first
            self._looked = {chat.id: chat for chat in chats}
            done(self.found())

        self._tasks.run(work, looked, failed)

    def found(self) -> str:
        """What would be hidden, in words."""
        removed: Counter[Kind] = Counter()
        for chat in self._looked.values():
            removed.update(chat.removed)
        return counts_in_words(removed)

    def show(self) -> None:
        """Fill the page with what was found."""
        self._page.say("")
        self._tasks.run(figures_in_words, self._page.show_figures, self._failed)
        self._tell_counts()
        self._page.panel.show_chats([chat.line() for chat in self._looked.values()])

    def forget(self) -> None:
        """Nothing of the texts stays in the page."""
        self._page.panel.clear()

    def _show(self, chat_id: str) -> None:
        if self._wish is None:
            return
        wish = replace(self._wish, chat_ids=(ChatId(chat_id),))

        def look() -> PagedChat:
            (chat,) = self._exporter.look(wish)
            return paged(chat)

        self._tasks.run(look, self._shown, self._failed)

    def _shown(self, paged_chat: PagedChat) -> None:
        chat = paged_chat.chat
        looked = _Looked(chat.id, chat.title, chat.removed)
        if chat.id in self._looked:
            self._looked[chat.id] = looked
            self._page.panel.rename_chat(looked.line())
        self._tell_counts()
        self._page.panel.show_chat(paged_chat)

    def _choose(self, chat_id: str, value: str, hidden: bool) -> None:
        kept = self._exporter.choose(ChatId(chat_id), value, hidden)
        self._tasks.watch(kept, lambda _nothing: self._show(chat_id), self._failed)

    def _tell_counts(self) -> None:
        found = self.found()
        self._page.show_counts(found or _("Nothing was found; mark words to hide them."))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InglenookError):
            self._page.say(str(error), failed=True)
            return
        self._page.say(_("Something went wrong. Nothing was written."), failed=True)
        raise error
