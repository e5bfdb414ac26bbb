# SPDX-License-Identifier: GPL-3.0-or-later
"""The map in the place of the transcript: arrows go through it, Return opens, Escape goes back."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.branches import BranchMap, MapRow
from desktop.ui.branch_map.delegate import MapDelegate
from desktop.ui.branch_map.model import LoadWords, MapModel
from desktop.ui.theme.controls import Button, label, page_head
from desktop.ui.theme.theme import Theme

_MARGIN = 24


class MapList(QListView):
    """Attributes:
    chosen: the line a person opens.
    """

    chosen = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens; everything else moves, or is the page's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_line(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def open_line(self, index: QModelIndex) -> None:
        """A person wants to read this one."""
        found = index.data(MapModel.RowRole)
        if isinstance(found, MapRow):
            self.chosen.emit(found)


class MapPage(QWidget):
    """Attributes:
    chosen: the line of a message to be shown.
    left: back to the chat.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, load: LoadWords) -> None:
        super().__init__()
        self.setAccessibleName(_("Map of this chat"))
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self._told = label("", "secondary", wrap=True)
        self.list = MapList()
        self.list.setAccessibleName(_("Messages and their versions"))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.model = MapModel(load, self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(MapDelegate(theme, self.list))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        layout.setSpacing(10)
        layout.addLayout(page_head(_("Map of this chat"), self.back_button))
        layout.addWidget(self._told)
        layout.addWidget(self.list, 1)
        self.back_button.clicked.connect(self.left)
        self.list.clicked.connect(self.list.open_line)
        self.list.chosen.connect(self.chosen)
        self.setFocusProxy(self.list)
        theme.changed.connect(self.list.scheduleDelayedItemsLayout)

    def show_map(self, shown: BranchMap) -> None:
        """Show a tree, at the end of the shown path."""
        self.model.show_map(shown)
        count = sum(not line.shown for line in shown.rows)
        told = ngettext(
            "The line at the edge is what the chat shows; {count} message stands beside it.",
            "The line at the edge is what the chat shows; {count} messages stand beside it.",
            count,
        ).format(count=count)
        self._told.setText(told if count else _("All messages are shown in the chat; there are no versions."))
        if shown.head is not None:
            self.list.setCurrentIndex(self.model.index(shown.head))
            self.list.scrollTo(self.list.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
