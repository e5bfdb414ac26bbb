# SPDX-License-Identifier: GPL-3.0-or-later
"""The chats as rows of a list, with headings between the days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.folder import Folder
from desktop.ui.sidebar.row_data import Roles, chat_data, folder_data, heading_data, shown_title
from desktop.ui.sidebar.rows import (
    FolderRow,
    Heading,
    Row,
    drop_at,
    in_pin_order,
    rows_for,
    same_place,
    stays,
)

__all__ = ["ChatModel", "Roles", "shown_title"]

_DRAGGED = "application/x-inglenook-chats"

Index = QModelIndex | QPersistentModelIndex


class ChatModel(QAbstractListModel):
    """Rows are headings (neither selectable nor enabled) and chats: pinned ones, then the last changed first.

    Archived chats are known, but only shown where they are asked for, and then alone.

    Attributes:
        renamed: (chat id, title) when a title was edited in place; the model waits for the service's word.
        folder_renamed: (name, new name) likewise.
        dropped: (chat ids, a Drop) likewise.
        changing, changed: around each change of rows, so that what is selected can be selected again.
    """

    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    dropped = Signal(object, object)
    changing = Signal()
    changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        today: Callable[[], date] = lambda: datetime.now().astimezone().date(),
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._chats: list[Chat] = []  # all, the last changed first
        self._known: dict[ChatId, Chat] = {}
        self._folders: Sequence[Folder] = ()
        self._shows_archive = False
        self._rows: list[Row] = []
        self._row_of: dict[ChatId, int] = {}
        self._running: frozenset[ChatId] = frozenset()
        self._waiting: Mapping[ChatId, int] = {}

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Headings included."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles, and what the delegate and screen readers need."""
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        match self._rows[index.row()]:
            case Heading() as heading:
                return heading_data(heading, role)
            case FolderRow() as folder:
                return folder_data(folder, role)
            case Chat() as chat:
                return chat_data(chat, role, chat.id in self._running, self._waiting.get(chat.id, 0))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Chats can be chosen and renamed; headings are only read."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsDropEnabled
        flags = (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemNeverHasChildren
            | Qt.ItemFlag.ItemIsDropEnabled
        )
        is_chat = isinstance(self._rows[index.row()], Chat)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if is_chat else flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass an edited title on; it is shown once it is kept."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, str):
            return False
        row = self._rows[index.row()]
        title = " ".join(value.split())
        if isinstance(row, FolderRow):
            if title and title != row.folder.name:
                self.folder_renamed.emit(row.folder.name, title)
            return False
        if isinstance(row, Heading) or not title or title == row.title:
            return False
        self.renamed.emit(row.id, title)
        return True

    # dragging

    def supportedDropActions(self) -> Qt.DropAction:
        """Chats are moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Ours: it means nothing anywhere else."""
        return [_DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The ids of chats, never their titles: what is dragged can be let go over any program."""
        ids = [chat.id for index in indexes if isinstance(chat := self._rows[index.row()], Chat)]
        data = QMimeData()
        data.setData(_DRAGGED, ",".join(ids).encode())
        return data

    def canDropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, _parent: Index
    ) -> bool:
        """Only among the chats that are not archived."""
        return data.hasFormat(_DRAGGED) and not self._shows_archive

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Say where chats were let go; they are shown there once that is kept."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        names = bytes(data.data(_DRAGGED).data()).decode("utf-8", "replace").split(",")
        ids = [ChatId(one) for one in names if ChatId(one) in self._known]
        at = parent.row() if parent.isValid() else len(self._rows) if row < 0 else row
        if ids:
            self.dropped.emit(ids, drop_at(self._rows, at, onto=parent.isValid()))
        return bool(ids)

    # what the presenter does

    def show_folders(self, folders: Sequence[Folder], changed: Iterable[Chat] = ()) -> None:
        """These are the folders, in this order; and these chats are in others than they were."""
        self._folders = tuple(folders)
        new = {chat.id: chat for chat in changed}
        self._change_to([new.get(chat.id, chat) for chat in self._chats])

    def all(self) -> Sequence[Chat]:
        """Every chat, shown or not."""
        return self._chats

    @property
    def folders(self) -> Sequence[Folder]:
        """The folders, as they were last heard of."""
        return self._folders

    def folder_names(self) -> list[str]:
        """What they are called."""
        return [folder.name for folder in self._folders]

    def pinned(self) -> list[ChatId]:
        """The pinned chats in their order, archived ones too."""
        return [chat.id for chat in in_pin_order(self._chats)]

    def index_of_folder(self, name: str) -> QModelIndex:
        """Where a folder is; an invalid index if it is not shown."""
        for place, row in enumerate(self._rows):
            if isinstance(row, FolderRow) and row.folder.name == name:
                return self.index(place)
        return QModelIndex()

    def show_chats(self, chats: Sequence[Chat]) -> None:
        """Replace everything."""
        self._reset(list(chats), self._shows_archive)

    def show_archive(self, shown: bool) -> None:
        """Show the archived chats, or the others."""
        if shown != self._shows_archive:
            self._reset(self._chats, shown)

    def put_first(self, chat: Chat) -> None:
        """Add a chat, or move one that changed, to the top."""
        rest = [c for c in self._chats if c.id != chat.id]
        self._change_to([chat, *rest])

    def take_out(self, *chat_ids: ChatId) -> None:
        """Remove chats from the list."""
        gone = set(chat_ids)
        self._change_to([c for c in self._chats if c.id not in gone])

    def put_back(self, *chats: Chat) -> None:
        """Bring removed chats back to where they were."""
        back = {chat.id for chat in chats}
        there = [c for c in self._chats if c.id not in back]
        self._change_to(sorted([*there, *chats], key=lambda c: c.updated_at, reverse=True))

    def change(self, chats: Iterable[Chat]) -> None:
        """These are other than they were: of another title, pinned, archived, allowed …"""
        new = {chat.id: chat for chat in chats if chat.id in self._known}
        listed = [new.get(c.id, c) for c in self._chats]
        if not all(stays(self._known[chat.id], chat) for chat in new.values()):
            self._change_to(listed)
            return
        self.changing.emit()
        self._know(listed)
        for chat in new.values():
            index = self.index_of(chat.id)
            if index.isValid():
                self._rows[index.row()] = chat
                self.dataChanged.emit(index, index)
        self.changed.emit()

    def show_title(self, chat_id: ChatId, title: str) -> None:
        """A title was kept."""
        if (chat := self.chat(chat_id)) is not None:
            self.change([replace(chat, title=title)])

    def show_consent(self, chat_id: ChatId, given: bool) -> None:
        """Whether a chat may be used for training changed."""
        if (chat := self.chat(chat_id)) is not None:
            self.change([replace(chat, training_consent=given)])

    def show_running(self, running: frozenset[ChatId]) -> None:
        """Mark the chats that are being answered."""
        changed = running ^ self._running
        self._running = running
        self._tell_marks(changed)

    def show_waiting(self, waiting: Mapping[ChatId, int]) -> None:
        """Mark the chats that wait for others to be answered."""
        changed = {chat_id for chat_id, _ahead in waiting.items() ^ self._waiting.items()}
        self._waiting = waiting
        self._tell_marks(changed)

    def show_unread(self, chat_id: ChatId, unread: bool) -> None:
        """Whether something in a chat was not seen yet."""
        if (chat := self.chat(chat_id)) is not None and chat.unread != unread:
            self.change([replace(chat, unread=unread)])

    def is_answered(self, chat_id: ChatId) -> bool:
        """Whether a chat is being answered, or waits to be."""
        return chat_id in self._running

    def index_of(self, chat_id: ChatId | None) -> QModelIndex:
        """Where a chat is; an invalid index if it is not shown."""
        row = self._row_of.get(chat_id) if chat_id is not None else None
        return QModelIndex() if row is None else self.index(row)

    def chat(self, chat_id: ChatId) -> Chat | None:
        """The chat as it was last heard of, shown or not."""
        return self._known.get(chat_id)

    def neighbour(self, chat_id: ChatId, leaving: Collection[ChatId] = ()) -> ChatId | None:
        """The chat below, else the one above: where to go when this one leaves, with others perhaps."""
        ids = [row.id for row in self._rows if isinstance(row, Chat)]
        if chat_id not in ids:
            return None
        place = ids.index(chat_id)
        rest = [*ids[place + 1 :], *reversed(ids[:place])]
        return next((one for one in rest if one not in leaving), None)

    def all_chats(self) -> tuple[Chat, ...]:
        """All that are known, archived ones too, the last changed first."""
        return tuple(self._chats)

    def models(self) -> list[str]:
        """The names of the models that answer in them, the last used first."""
        return list(dict.fromkeys(chat.model for chat in self._chats if chat.model))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        return not self._rows

    @property
    def shows_archive(self) -> bool:
        """Whether the archived chats are shown."""
        return self._shows_archive

    @property
    def archived(self) -> int:
        """How many chats are archived."""
        return sum(chat.archived for chat in self._chats)

    def _tell_marks(self, chat_ids: Iterable[ChatId]) -> None:
        roles = [Roles.RUNNING, Roles.AHEAD, Qt.ItemDataRole.AccessibleTextRole]
        for chat_id in chat_ids:
            index = self.index_of(chat_id)
            if index.isValid():
                self.dataChanged.emit(index, index, roles)

    def _change_to(self, chats: list[Chat]) -> None:
        """Show ``chats`` instead, keeping selection and editors where the rows did not change.

        Rows are compared from both ends; only the middle is taken out and put in.
        """
        self.changing.emit()
        old = self._rows
        self._know(chats)
        new = self._rows_for(chats)
        start = 0
        while start < min(len(old), len(new)) and same_place(old[start], new[start]):
            start += 1
        end = 0
        while end < min(len(old), len(new)) - start and same_place(old[-1 - end], new[-1 - end]):
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
        self.changed.emit()

    def _reset(self, chats: list[Chat], archive: bool) -> None:
        self.changing.emit()
        self.beginResetModel()
        self._shows_archive = archive
        self._know(chats)
        self._set_rows(self._rows_for(chats))
        self.endResetModel()
        self.changed.emit()

    def _know(self, chats: list[Chat]) -> None:
        self._chats = chats
        self._known = {chat.id: chat for chat in chats}

    def _set_rows(self, rows: list[Row]) -> None:
        self._rows = rows
        self._row_of = {row.id: i for i, row in enumerate(rows) if isinstance(row, Chat)}

    def _rows_for(self, chats: Sequence[Chat]) -> list[Row]:
        shown = [chat for chat in chats if chat.archived == self._shows_archive]
        return rows_for(shown, () if self._shows_archive else self._folders, self._today())
