# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the palette: chats, the last changed first, and actions."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence

from desktop.domain.folding import fold
from desktop.i18n import _
from desktop.ui.palette.matching import MOST, best, held

Index = QModelIndex | QPersistentModelIndex
_ACTIONS_FIRST = 6  # shown beside the chats while nothing is typed


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to or to do.

    Attributes:
        name: what is matched and shown.
        icon: of the house's.
        do: does it.
        keys: the key that does it anywhere, if one does.
        note: shown beside the name.
    """

    name: str
    icon: str
    do: Callable[[], object]
    keys: str = ""
    note: str = ""

    @property
    def shown_keys(self) -> str:
        """The key as this system writes it."""
        return QKeySequence(self.keys).toString(QKeySequence.SequenceFormat.NativeText) if self.keys else ""


class EntryRoles(enum.IntEnum):
    """What the delegate asks for."""

    ENTRY = Qt.ItemDataRole.UserRole + 1
    HELD = Qt.ItemDataRole.UserRole + 2  # which characters of the name were typed


class PaletteModel(QAbstractListModel):
    """What the letters mean: actions and chats, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: Sequence[Entry] = ()
        self._chats: Sequence[Entry] = ()
        self._action_names: list[str] = []
        self._chat_names: list[str] = []
        self._letters = ""
        self._rows: list[Entry] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name; for screen readers with what it is and its key."""
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        entry = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Qt.ItemDataRole.AccessibleTextRole:
                more = entry.shown_keys or entry.note
                return _("{name}, {more}").format(name=entry.name, more=more) if more else entry.name
            case EntryRoles.ENTRY:
                return entry
            case EntryRoles.HELD:
                folded = fold(entry.name)
                return held(self._letters, folded) if len(folded) == len(entry.name) else []
        return None

    def fill(
        self, actions: Sequence[Entry], chats: Sequence[Entry], chat_names: Sequence[str] | None = None
    ) -> None:
        """What there is; ``chat_names`` are the folded names of the chats, if they are known already."""
        self._actions, self._chats = actions, chats
        self._action_names = [fold(entry.name) for entry in actions]
        self._chat_names = list(chat_names or ())
        self.narrow(self._letters)

    def name_chats(self, names: Sequence[str]) -> None:
        """The folded names of the chats, which may have taken a moment."""
        if len(names) == len(self._chats):
            self._chat_names = list(names)
            self.narrow(self._letters)

    def narrow(self, letters: str) -> None:
        """Show what these letters mean."""
        self._letters = fold(letters).strip()
        actions = [self._actions[at] for at in best(self._letters, self._action_names)]
        if self._letters:
            chats = [self._chats[at] for at in best(self._letters, self._chat_names)]
        else:
            actions, chats = actions[:_ACTIONS_FIRST], list(self._chats[: MOST - _ACTIONS_FIRST])
        well = [entry for entry in actions if self._letters and self._letters in fold(entry.name)]
        rest = [entry for entry in actions if entry not in well]
        rows = [*well, *chats, *rest] if self._letters else [*actions, *chats]
        self.beginResetModel()
        self._rows = rows[:MOST]
        self.endResetModel()
