# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills the palette with what there is when it opens, and does what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.folding import fold
from desktop.i18n import _
from desktop.ui.palette.model import Entry, PaletteModel
from desktop.ui.palette.palette import Palette
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme


class PalettePresenter(QObject):
    """Attributes:
    opened: a chat's id.

    Args:
        theme: the look.
        tasks: for ten thousand names.
        over: what it lies over.
        chats: all of them, the last changed first.
        actions: what can be done now.
    """

    opened = Signal(str)

    def __init__(
        self,
        theme: Theme,
        tasks: Tasks,
        over: QWidget,
        chats: Callable[[], Sequence[Chat]],
        actions: Callable[[], Sequence[Entry]],
    ) -> None:
        super().__init__(over)
        self._tasks = tasks
        self._chats = chats
        self._actions = actions
        self._model = PaletteModel(self)
        self._folded: dict[ChatId, tuple[str, str]] = {}  # title, and how it is compared
        self.view = Palette(theme, self._model, over)
        self.view.typed.connect(self._model.narrow)
        self.view.chosen.connect(lambda entry: entry.do())

    def toggle(self) -> None:
        """Open it, or close it if it is open."""
        if self.view.isVisible():
            self.view.leave()
            return
        chats = self._chats()
        known = self._folded
        entries = [self._entry(chat) for chat in chats]
        self._model.fill(self._actions(), entries)
        self._tasks.run(lambda: _folded(chats, known), self._named)
        self.view.begin()

    def _named(self, folded: dict[ChatId, tuple[str, str]]) -> None:
        self._folded = folded
        self._model.name_chats([name for _title, name in folded.values()])

    def _entry(self, chat: Chat) -> Entry:
        return Entry(
            name=chat.title or _("New chat"),
            icon="archive" if chat.archived else "pin" if chat.pinned else "message-square",
            do=lambda: self.opened.emit(chat.id),
            note=_("Archived") if chat.archived else "",
        )


def _folded(chats: Sequence[Chat], known: dict[ChatId, tuple[str, str]]) -> dict[ChatId, tuple[str, str]]:
    """How each title is compared, in the order of the chats; work for another thread."""
    names = {}
    for chat in chats:
        title = chat.title or _("New chat")
        before = known.get(chat.id)
        names[chat.id] = before if before is not None and before[0] == title else (title, fold(title))
    return names
