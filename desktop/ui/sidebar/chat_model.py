# SPDX-License-Identifier: GPL-3.0-or-later
"""The chats as rows of a list, with headings between the days."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain.conversation import Chat, ChatId
from desktop.i18n import _
from desktop.ui.sidebar.grouping import heading_for

Index = QModelIndex | QPersistentModelIndex


class Roles(enum.IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    CHAT_ID = Qt.ItemDataRole.UserRole + 1  # None for a heading
    RUNNING = Qt.ItemDataRole.UserRole + 2
    HEADING = Qt.ItemDataRole.UserRole + 3
    CONSENT = Qt.ItemDataRole.UserRole + 4  # may be used for training


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str


_Row = _Heading | Chat


def shown_title(chat: Chat) -> str:
    """The title, or words for a chat that has none yet."""
    return chat.title or _("New chat")


class ChatModel(QAbstractListModel):
    """Rows are headings (neither selectable nor enabled) and chats, the last changed first.

    Attributes:
        renamed: (chat id, title) when a title was edited in place; the model waits for the service's word.
    """

    renamed = Signal(str, str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        today: Callable[[], date] = lambda: datetime.now().astimezone().date(),
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._chats: list[Chat] = []
        self._rows: list[_Row] = []
        self._row_of: dict[ChatId, int] = {}
        self._running: frozenset[ChatId] = frozenset()

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles, and what the delegate and screen readers need."""
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        row = self._rows[index.row()]
        if isinstance(row, _Heading):
            return self._heading_data(row, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown_title(row)
            case Qt.ItemDataRole.EditRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return shown_title(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                title = shown_title(row)
                if row.training_consent:
                    title = _("{title}, may be used for training").format(title=title)
                return _("{title}, being answered").format(title=title) if row.id in self._running else title
            case Roles.CONSENT:
                return row.training_consent
            case Roles.CHAT_ID:
                return row.id
            case Roles.RUNNING:
                return row.id in self._running
            case Roles.HEADING:
                return False
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Chats can be chosen and renamed; headings are only read."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], _Heading):
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass an edited title on; it is shown once it is kept."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, str):
            return False
        row = self._rows[index.row()]
        title = " ".join(value.split())
        if isinstance(row, _Heading) or not title or title == row.title:
            return False
        self.renamed.emit(row.id, title)
        return True

    # what the presenter does

    def show_chats(self, chats: Sequence[Chat]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._chats = list(chats)
        self._lay_out()
        self.endResetModel()

    def put_first(self, chat: Chat) -> None:
        """Add a chat, or move one that changed, to the top."""
        rest = [c for c in self._chats if c.id != chat.id]
        self._change_to([chat, *rest])

    def take_out(self, chat_id: ChatId) -> None:
        """Remove a chat from the list."""
        self._change_to([c for c in self._chats if c.id != chat_id])

    def put_back(self, chat: Chat) -> None:
        """Bring a removed chat back to where it was."""
        chats = [c for c in self._chats if c.id != chat.id]
        place = next((i for i, c in enumerate(chats) if c.updated_at < chat.updated_at), len(chats))
        self._change_to([*chats[:place], chat, *chats[place:]])

    def show_title(self, chat_id: ChatId, title: str) -> None:
        """A title was kept."""
        index = self.index_of(chat_id)
        if not index.isValid():
            return
        self._chats = [replace(c, title=title) if c.id == chat_id else c for c in self._chats]
        old = self._rows[index.row()]
        if isinstance(old, Chat):
            self._rows[index.row()] = replace(old, title=title)
        self.dataChanged.emit(index, index)

    def show_consent(self, chat_id: ChatId, given: bool) -> None:
        """Whether a chat may be used for training changed."""
        index = self.index_of(chat_id)
        if index.isValid():
            self._chats = [replace(c, training_consent=given) if c.id == chat_id else c for c in self._chats]
            old = self._rows[index.row()]
            if isinstance(old, Chat):
                self._rows[index.row()] = replace(old, training_consent=given)
            self.dataChanged.emit(index, index)

    def show_running(self, running: frozenset[ChatId]) -> None:
        """Mark the chats that are being answered."""
        changed = running ^ self._running
        self._running = running
        for chat_id in changed:
            index = self.index_of(chat_id)
            if index.isValid():
                self.dataChanged.emit(index, index, [Roles.RUNNING, Qt.ItemDataRole.AccessibleTextRole])

    def index_of(self, chat_id: ChatId | None) -> QModelIndex:
        """Where a chat is; an invalid index if it is not shown."""
        row = self._row_of.get(chat_id) if chat_id is not None else None
        return QModelIndex() if row is None else self.index(row)

    def chat(self, chat_id: ChatId) -> Chat | None:
        """The chat as listed."""
        row = self._row_of.get(chat_id)
        found = self._rows[row] if row is not None else None
        return found if isinstance(found, Chat) else None

    def neighbour(self, chat_id: ChatId) -> ChatId | None:
        """The chat below, else the one above: where to go when this one leaves."""
        ids = [c.id for c in self._chats]
        if chat_id not in ids or len(ids) < 2:
            return None
        place = ids.index(chat_id)
        return ids[place + 1] if place + 1 < len(ids) else ids[place - 1]

    @property
    def is_empty(self) -> bool:
        """Whether there is no chat at all."""
        return not self._chats

    def _heading_data(self, heading: _Heading, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return heading.text
            case Roles.HEADING:
                return True
        return None

    def _change_to(self, chats: list[Chat]) -> None:
        """Show ``chats`` instead, keeping selection and editors where the rows did not change.

        Rows are compared from both ends; only the middle is taken out and put in.
        """
        old = self._rows
        self._chats = chats
        new = self._rows_for(chats)
        start = 0
        while start < min(len(old), len(new)) and _same_place(old[start], new[start]):
            start += 1
        end = 0
        while end < min(len(old), len(new)) - start and _same_place(old[-1 - end], new[-1 - end]):
            end += 1
        if len(old) - end > start:
            self.beginRemoveRows(QModelIndex(), start, len(old) - end - 1)
            self._set_rows(old[:start] + old[len(old) - end :])
            self.endRemoveRows()
        if len(new) - end > start:
            self.beginInsertRows(QModelIndex(), start, len(new) - end - 1)
            self._set_rows(new)
            self.endInsertRows()
        else:
            self._set_rows(new)
        if new:  # titles may have changed in the rows that stayed
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))

    def _lay_out(self) -> None:
        self._set_rows(self._rows_for(self._chats))

    def _set_rows(self, rows: list[_Row]) -> None:
        self._rows = rows
        self._row_of = {row.id: i for i, row in enumerate(rows) if isinstance(row, Chat)}

    def _rows_for(self, chats: Sequence[Chat]) -> list[_Row]:
        today = self._today()
        rows: list[_Row] = []
        heading = ""
        for chat in chats:
            wanted = heading_for(chat.updated_at.astimezone().date(), today)
            if wanted != heading:
                heading = wanted
                rows.append(_Heading(wanted))
            rows.append(chat)
        return rows


def _same_place(first: _Row, second: _Row) -> bool:
    """Whether two rows stand for the same thing, even if its title changed."""
    if isinstance(first, Chat) and isinstance(second, Chat):
        return first.id == second.id
    return first == second
