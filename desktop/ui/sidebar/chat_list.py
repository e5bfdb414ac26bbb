# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of chats: arrows move, Return opens, F2 renames, Delete deletes, Ctrl+Z undoes; a menu says it.

With Ctrl and Shift, and with Ctrl+A, several are chosen; Escape ends that.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.domain.conversation import Chat, ChatId
from desktop.i18n import _
from desktop.ui.chat.chat_menu import Act, ChatMenu, Wish
from desktop.ui.sidebar.chat_delegate import ChatDelegate
from desktop.ui.sidebar.chat_model import ChatModel, Roles
from desktop.ui.sidebar.folder_menu import FolderMenu
from desktop.ui.theme.theme import Theme

_CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ChatList(QListView):
    """Attributes:
    opened: a chat was chosen.
    wished: a Wish about one chat or several.
    undo_requested: what was just deleted should come back.
    several_chosen: with the chats, when more than one is chosen; with none when that is over.
    folder_toggled, folder_deleted: with the name of a folder that is to be opened or closed, or taken away.
    pin_moved: (chat id, step): move a pinned chat among the others.
    left: Escape was pressed, and nothing was left to end here.
    asks_consent: whether the consent to training can be given here.
    """

    opened = Signal(str)
    wished = Signal(object)
    undo_requested = Signal()
    several_chosen = Signal(object)
    folder_toggled = Signal(str)
    folder_deleted = Signal(str)
    pin_moved = Signal(str, int)
    left = Signal()

    def __init__(self, theme: Theme, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chats = model
        self.asks_consent = False
        self._open_chat: ChatId | None = None
        self._before: tuple[list[ChatId], ChatId | None] = ([], None)
        self._several = False
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self.setAccessibleName(_("Chats"))
        self.setModel(model)
        self.setItemDelegate(ChatDelegate(theme, self))
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._clicked)
        self.activated.connect(self._open)
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        model.changing.connect(self._remember)
        model.changed.connect(self._choose_again)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def chosen(self) -> ChatId | None:
        """The chat the keyboard is at."""
        found = self.currentIndex().data(Roles.CHAT_ID)
        return ChatId(found) if found else None

    def all_chosen(self) -> list[ChatId]:
        """The chats that are chosen, from the top."""
        indexes = sorted(self.selectedIndexes(), key=QModelIndex.row)
        return [ChatId(found) for index in indexes if (found := index.data(Roles.CHAT_ID))]

    def choose(self, chat_id: ChatId | None) -> None:
        """Show which chat is open, without opening it again."""
        self._open_chat = chat_id
        index = self._chats.index_of(chat_id)
        if index.isValid():
            # Not the view's own way, which would look at the keys: Ctrl+N leads here, too.
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)
            self.scrollTo(index)
        else:
            self.selectionModel().clear()

    def choose_one(self) -> None:
        """End choosing several: the open chat is the chosen one again."""
        self.choose(self._open_chat)

    def begin_rename(self, chat_id: ChatId) -> None:
        """Edit a title in place."""
        index = self._chats.index_of(chat_id)
        if index.isValid():
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete deletes, Ctrl+Z brings back, Escape ends choosing several; the rest is Qt's."""
        is_editing = self.state() is QAbstractItemView.State.EditingState  # what ends an edit comes here, too
        if not is_editing and (self._folder_key(event) or self._pin_key(event)):
            return
        if event.matches(QKeySequence.StandardKey.Delete):
            if chats := self._meant():
                self.wished.emit(Wish(Act.DELETE, tuple(chats)))
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif event.key() == Qt.Key.Key_Escape:
            if self._several:
                self.choose_one()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)

    def _folder_key(self, event: QKeyEvent) -> bool:
        """A key while the keyboard is at a folder: Return and Space, or Left and Right, open and close it."""
        index = self.currentIndex()
        name, opened = index.data(Roles.FOLDER), bool(index.data(Roles.OPENED))
        if not name:
            return False
        ahead, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            ahead, back = back, ahead
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, back if opened else ahead):
            self.folder_toggled.emit(name)
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.folder_deleted.emit(name)
        else:
            return False
        return True

    def _pin_key(self, event: QKeyEvent) -> bool:
        """Alt with an arrow moves a pinned chat among the others, as dragging does."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step, chat_id = steps.get(Qt.Key(event.key())), self.chosen()
        if step is None or event.modifiers() != Qt.KeyboardModifier.AltModifier or chat_id is None:
            return False
        self.pin_moved.emit(chat_id, step)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The menu of another row leaves the open chat the chosen one."""
        if event.button() is not Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click with Ctrl or Shift chooses; only a plain one opens."""
        self._modifiers = event.modifiers()
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row under the pointer, or of the current one for the menu key."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        is_folder = bool(index.data(Roles.FOLDER))
        if not is_folder and not index.data(Roles.CHAT_ID):
            return
        place = self.visualRect(index).bottomLeft() if by_key else event.pos()
        menu = self.folder_menu_for(index) if is_folder else self.menu_for(index)
        menu.popup(self.viewport().mapToGlobal(place + QPoint(0, 0)))

    def menu_for(self, index: QModelIndex) -> ChatMenu:
        """What can be done with a chat, or with all that are chosen if it is one of them."""
        chat_id = ChatId(str(index.data(Roles.CHAT_ID)))
        chosen = self.all_chosen()
        meant = chosen if len(chosen) > 1 and chat_id in chosen else [chat_id]
        menu = ChatMenu(
            self._theme,
            self,
            self._those(meant),
            delete_key="Del",
            asks_consent=self.asks_consent,
            answered=any(map(self._chats.is_answered, meant)),
            folders=self._chats.folder_names(),
        )
        menu.wished.connect(self._wish)
        return menu

    def folder_menu_for(self, index: QModelIndex) -> FolderMenu:
        """What can be done with a folder."""
        name, place = str(index.data(Roles.FOLDER)), QPersistentModelIndex(index)
        menu = FolderMenu(self._theme, self, opened=bool(index.data(Roles.OPENED)))
        menu.rename_requested.connect(lambda: self.edit(self._chats.index(place.row())))
        menu.delete_requested.connect(lambda: self.folder_deleted.emit(name))
        menu.toggle_requested.connect(lambda: self.folder_toggled.emit(name))
        return menu

    def changeEvent(self, event: QEvent) -> None:
        """Row heights follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def _meant(self) -> list[ChatId]:
        """What a key is for: all that are chosen, or else the chat it is at."""
        current = self.chosen()
        return self.all_chosen() or ([] if current is None else [current])

    def _those(self, chat_ids: Sequence[ChatId]) -> list[Chat]:
        return [chat for chat_id in chat_ids if (chat := self._chats.chat(chat_id)) is not None]

    def _wish(self, wish: Wish) -> None:
        if wish.act is Act.RENAME:
            self.begin_rename(wish.chats[0])
        else:
            self.wished.emit(wish)

    def _tell(self) -> None:
        chosen = self.all_chosen()
        was, self._several = self._several, len(chosen) > 1
        if self._several or was:
            self.several_chosen.emit(self._those(chosen) if self._several else [])

    def _remember(self) -> None:
        self._before = self.all_chosen(), self.chosen()

    def _choose_again(self) -> None:
        """Rows that moved were taken out and put in: what was chosen is chosen still, if it is still here."""
        before, current = self._before
        flag = QItemSelectionModel.SelectionFlag
        if (before, current) != (self.all_chosen(), self.chosen()):
            selection = QItemSelection()
            for index in map(self._chats.index_of, before):
                if index.isValid():
                    selection.select(index, index)
            place = self._chats.index_of(current)
            if place.isValid():
                self.selectionModel().setCurrentIndex(place, flag.NoUpdate)
            self.selectionModel().select(selection, flag.ClearAndSelect)
        if self._several:
            self._tell()  # they may be other than they were

    def _clicked(self, index: QModelIndex) -> None:
        if self._modifiers & _CHOOSING:
            return
        if name := index.data(Roles.FOLDER):
            self.folder_toggled.emit(name)
        else:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        chat_id = index.data(Roles.CHAT_ID)
        if chat_id:
            self.opened.emit(chat_id)
