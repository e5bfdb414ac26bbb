# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the temporary chat stands in an open vault's window: a page of its own, and a row in the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.temporary.page import TemporaryPage
from desktop.ui.temporary.room import TemporaryRoom
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.theme import Theme


class TemporaryPlace(QObject):
    """Attributes:
    front_wanted: the chat should be shown: the temporary one while there is one.
    sidebar_wanted: the sidebar should be shown.
    privacy_wanted: the person asks what is so.
    """

    front_wanted = Signal()
    sidebar_wanted = Signal()
    privacy_wanted = Signal()

    def __init__(self, room: TemporaryRoom, sidebar: Sidebar, stack: QStackedWidget, theme: Theme) -> None:
        super().__init__(room)
        self._room = room
        self._sidebar = sidebar
        self._stack = stack
        self._theme = theme
        sidebar.temporary_requested.connect(self.begin)
        sidebar.temporary_chosen.connect(self.front_wanted)
        room.begun.connect(self._house)
        room.asked.connect(self.front_wanted)
        room.stayed.connect(self.front_wanted)
        room.ended.connect(self._clear)

    def begin(self) -> None:
        """Another one, from within one; else the one that is open."""
        page = self._room.page
        if page is None:
            self._room.begin()
        elif self._stack.currentWidget() is page and not self._room.is_blank:
            self._room.leave(self._room.begin)
        else:
            self.front_wanted.emit()

    def _house(self, page: TemporaryPage) -> None:
        page.header.sidebar_requested.connect(self.sidebar_wanted)
        page.header.sidebar_button.setVisible(self._sidebar.isHidden())
        page.privacy.pressed.connect(self.privacy_wanted)
        self._stack.addWidget(page)
        scale_layouts(page, self._theme.scale)
        self._sidebar.temporary_row.show()
        self.front_wanted.emit()

    def _clear(self, page: TemporaryPage) -> None:
        was_shown = self._stack.currentWidget() is page
        self._stack.removeWidget(page)
        self._sidebar.temporary_row.hide()
        if was_shown:
            self.front_wanted.emit()
