# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of the map; the words of those that are looked at are read in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.conversation import MessageId, Role
from desktop.i18n import _
from desktop.services.branches import BranchMap, MapRow

_Index = QModelIndex | QPersistentModelIndex
LoadWords = Callable[[Sequence[MessageId]], None]

PAGE = 64  # lines whose words are asked for at once


class MapModel(QAbstractListModel):
    """One line a message, in the order of ``lay_out``.

    Args:
        load: asked for words; answers through ``deliver``.
    """

    RowRole = Qt.ItemDataRole.UserRole + 1
    WordsRole = Qt.ItemDataRole.UserRole + 2

    def __init__(self, load: LoadWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._rows: tuple[MapRow, ...] = ()
        self._words: dict[MessageId, str] = {}
        self._asked: set[int] = set()  # pages

    def show_map(self, shown: BranchMap) -> None:
        """Show another tree."""
        self.beginResetModel()
        self._rows = shown.rows
        self._words.clear()
        self._asked.clear()
        self.endResetModel()

    def deliver(self, words: Mapping[MessageId, str]) -> None:
        """The answer to ``load``."""
        self._words.update(words)
        places = [place for place, row in enumerate(self._rows) if row.id in words]
        if places:
            self.dataChanged.emit(self.index(places[0]), self.index(places[-1]))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        """How many messages there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A line, as words and as a value."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, self._words_of(index.row()))
            case Qt.ItemDataRole.ToolTipRole | self.WordsRole:
                return self._words_of(index.row())
            case self.RowRole:
                return row
        return None

    def _words_of(self, place: int) -> str:
        row = self._rows[place]
        page = place // PAGE
        if row.id not in self._words and page not in self._asked:
            self._asked.add(page)
            self._load([one.id for one in self._rows[page * PAGE : (page + 1) * PAGE]])
        return self._words.get(row.id, "")

    def _spoken(self, row: MapRow, words: str) -> str:
        """What a screen reader says: nothing of it is told by colour or place only."""
        parts = [_("{who}: {words}").format(who=who(row), words=words)]
        if row.versions > 1:
            parts.append(_("Version {index} of {count}").format(index=row.version, count=row.versions))
        parts.append(_("shown") if row.shown else _("not shown"))
        return ". ".join(parts)


def who(row: MapRow) -> str:
    """Who wrote it."""
    return {Role.USER: _("You"), Role.SYSTEM: _("Instructions")}.get(row.role) or _("Answer")
