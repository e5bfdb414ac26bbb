# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of chats: arrows move, Return opens, F2 renames, Delete deletes, Ctrl+Z undoes; a menu says it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.domain.conversation import ChatId
from desktop.i18n import _
from desktop.ui.chat.chat_menu import ChatMenu
from desktop.ui.sidebar.chat_delegate import ChatDelegate
from desktop.ui.sidebar.chat_model import ChatModel, Roles
from desktop.ui.theme.theme import Theme


class ChatList(QListView):
    """Attributes:
    opened: a chat was chosen.
    export_requested: a chat should be written to a file.
    delete_requested: a chat should go.
    undo_requested: what was just deleted should come back.
    """

    opened = Signal(str)
    export_requested = Signal(str)
    delete_requested = Signal(str)
    undo_requested = Signal()

    def __init__(self, theme: Theme, model: ChatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(_("Chats"))
        self.setModel(model)
        self.setItemDelegate(ChatDelegate(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def chosen(self) -> ChatId | None:
        """The chat the keyboard is at."""
        found = self.currentIndex().data(Roles.CHAT_ID)
        return ChatId(found) if found else None

    def choose(self, chat_id: ChatId | None) -> None:
        """Show which chat is open, without opening it again."""
        model = self.model()
        index = model.index_of(chat_id) if isinstance(model, ChatModel) else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())

    def begin_rename(self, chat_id: ChatId) -> None:
        """Edit a title in place."""
        self.choose(chat_id)
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete deletes, Ctrl+Z brings back; the rest is Qt's."""
        if event.matches(QKeySequence.StandardKey.Delete) and self.chosen():
            self.delete_requested.emit(self.chosen())
            return
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The menu of another row leaves the open chat the chosen one."""
        if event.button() is not Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row under the pointer, or of the current one for the menu key."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.data(Roles.CHAT_ID):
            return
        place = self.visualRect(index).bottomLeft() if by_key else event.pos()
        self.menu_for(index).popup(self.viewport().mapToGlobal(place + QPoint(0, 0)))

    def menu_for(self, index: QModelIndex) -> ChatMenu:
        """What can be done with a chat."""
        chat_id = str(index.data(Roles.CHAT_ID))
        kept = QPersistentModelIndex(index)
        menu = ChatMenu(self._theme, self, delete_key="Del")
        menu.rename_requested.connect(lambda: self._edit(kept))
        menu.export_requested.connect(lambda: self.export_requested.emit(chat_id))
        menu.delete_requested.connect(lambda: self.delete_requested.emit(chat_id))
        return menu

    def changeEvent(self, event: QEvent) -> None:
        """Row heights follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def _edit(self, index: QPersistentModelIndex) -> None:
        if index.isValid():
            self.edit(self.model().index(index.row(), 0))

    def _open(self, index: QModelIndex) -> None:
        chat_id = index.data(Roles.CHAT_ID)
        if chat_id:
            self.opened.emit(chat_id)
