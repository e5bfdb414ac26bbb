# SPDX-License-Identifier: GPL-3.0-or-later
"""All keys on one page, and the way back to where one was."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.shell.key_list import KeyList
from desktop.ui.shell.shortcuts import listed_keys
from desktop.ui.theme.controls import Button, page_head, reckoned_by_room, scale_layouts, scroll_in_the_middle
from desktop.ui.theme.theme import Theme

_WIDTH = 720  # px
_MARGIN = 32


class KeysPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Keys"))
        self._theme = theme
        self.back_button = Button(theme, _("Back"), "link")
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Keys"), self.back_button))
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.addWidget(KeyList(theme, listed_keys()))
        column.addWidget(reckoned_by_room(card))
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)
        self.back_button.clicked.connect(self.left)
        self.setFocusProxy(self.back_button)
        theme.changed.connect(self._resize)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle, no wider than it should be."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        self._column.setFixedWidth(
            max(300, min(self._theme.px(_WIDTH), self.width() - 2 * self._theme.px(_MARGIN)))
        )


class KeySheet:
    """Shows the page over whatever is shown, and puts that back, with the keyboard where it was."""

    def __init__(self, theme: Theme, stack: QStackedWidget) -> None:
        self._theme = theme
        self._stack = stack
        self._page: KeysPage | None = None
        self._before: QWidget | None = None
        self._focus: QWidget | None = None

    def toggle(self) -> None:
        """Show it, or go back."""
        if self._page is not None and self._stack.currentWidget() is self._page:
            self._leave()
            return
        if self._page is None:
            self._page = KeysPage(self._theme)
            self._page.left.connect(self._leave)
            self._stack.addWidget(self._page)
            scale_layouts(self._page, self._theme.scale)
        self._before, self._focus = self._stack.currentWidget(), QApplication.focusWidget()
        self._stack.setCurrentWidget(self._page)
        self._page.setFocus()

    def _leave(self) -> None:
        before, focus = self._before, self._focus
        self._before = self._focus = None
        if before is not None and self._stack.indexOf(before) >= 0:
            self._stack.setCurrentWidget(before)
            (focus if focus is not None and before.isAncestorOf(focus) else before).setFocus()
