# SPDX-License-Identifier: GPL-3.0-or-later
"""The chat's title, renamed in place by pressing it or by F2, and a menu of what else can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QWidget

from desktop.domain.conversation import Chat
from desktop.i18n import _
from desktop.services.history import MAX_TITLE
from desktop.ui.chat.chat_menu import Act, ChatMenu, Wish
from desktop.ui.theme.controls import Button, IconButton, label
from desktop.ui.theme.theme import Theme

HEIGHT = 52  # px
MAP_KEYS = "Ctrl+M"
_EDIT_WIDTH = 480  # px; a title longer than this scrolls while it is edited
_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Header(QFrame):
    """Attributes:
    renamed: with the title that was typed.
    wished: a Wish about the chat, from the menu.
    sidebar_requested: show the sidebar again.
    folders: tells the names of those there are.
    look_up: knows the chat shown; None where there is none that could be listed.
    map_requested: show the chat's versions and branches.
    """

    renamed = Signal(str)
    wished = Signal(object)
    sidebar_requested = Signal()
    map_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._theme = theme
        self._title = ""
        self._consent: bool | None = None
        self.look_up: Callable[[], Chat | None] = lambda: None
        self.folders: Callable[[], Sequence[str]] = tuple
        self.consent_label = label(_("May be used for training"), "caption")
        self.consent_label.hide()
        self.sidebar_button = IconButton(
            theme, "panel-left", _("Show the sidebar"), shortcut="Ctrl+B", size=17
        )
        self.sidebar_button.clicked.connect(self.sidebar_requested)
        self.sidebar_button.hide()
        self.title_button: QPushButton = Button(theme, "", "heading")
        self.title_button.setToolTip(_("Rename  F2"))
        self.title_button.installEventFilter(self)
        self.title_button.clicked.connect(self.begin_rename)  # also what a screen reader's "press" does
        self.title_edit = QLineEdit()
        self.title_edit.setProperty("kind", "title")
        self.title_edit.setAccessibleName(_("Title of the chat"))
        self.title_edit.setMaxLength(MAX_TITLE)
        self.title_edit.installEventFilter(self)
        self.title_edit.returnPressed.connect(self._keep)
        self._place = QStackedWidget()
        for words in (self.title_button, self.title_edit):
            self._place.addWidget(self._beside(words))
        self.map_button = IconButton(theme, "git-branch", _("Map of this chat"), shortcut=MAP_KEYS, size=16)
        self.map_button.clicked.connect(self.map_requested)
        self.map_button.hide()
        self.menu_button = IconButton(theme, "ellipsis", _("Chat actions"))
        self.menu_button.clicked.connect(lambda: self._open_menu(self.menu()))
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.addWidget(self.sidebar_button)
        layout.addWidget(self._place, 1)
        layout.addWidget(self.consent_label)
        layout.addSpacing(6)
        layout.addWidget(self.map_button)
        layout.addWidget(self.menu_button)
        theme.changed.connect(self._resize)
        self._resize()

    def put_beside(self, before: Sequence[QWidget], after: Sequence[QWidget]) -> None:
        """Put widgets on both sides of the title."""
        for widget in before:
            self._row.insertWidget(self._row.indexOf(self._place), widget)
        for widget in after:
            self._row.addWidget(widget)

    def show_title(self, title: str) -> None:
        """Show a chat's title; "" for a chat that has not begun, which cannot be renamed yet."""
        self._title = title
        self._place.setCurrentIndex(0)
        self.title_button.setVisible(bool(title))
        self.menu_button.setVisible(bool(title))
        self._elide()

    def show_consent(self, given: bool | None) -> None:
        """Whether the chat may be used for training; None where that cannot be asked."""
        self._consent = given
        self.consent_label.setVisible(bool(given))
        self._elide()

    def begin_rename(self) -> None:
        """Edit the title in place."""
        if self._title:
            self.title_edit.setText(self._title)
            self._place.setCurrentIndex(1)
            self.title_edit.selectAll()
            self.title_edit.setFocus()

    def menu(self) -> ChatMenu:
        """What can be done with the chat."""
        chat = self.look_up()
        chats = () if chat is None else (chat,)
        menu = ChatMenu(
            self._theme, self, chats, asks_consent=self._consent is not None, folders=self.folders()
        )
        menu.wished.connect(self._wish)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape and leaving end an edit; Return on the title begins one, as a click does."""
        kind = event.type()
        if watched is self.title_button:
            if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress and event.key() in _PRESSES:
                self.begin_rename()
                return True
        elif watched is self.title_edit:
            if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                if event.key() == Qt.Key.Key_Escape:
                    self._put_back()
                    self.title_button.setFocus()
                    return True
            elif kind == QEvent.Type.FocusOut:
                self._put_back()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the title to what fits."""
        super().resizeEvent(event)
        self._elide()

    def _wish(self, wish: Wish) -> None:
        if wish.act is Act.RENAME:
            self.begin_rename()
        else:
            self.wished.emit(wish)

    def _keep(self) -> None:
        title = " ".join(self.title_edit.text().split())
        self._put_back()
        if title and title != self._title:
            self.renamed.emit(title)

    def _open_menu(self, menu: ChatMenu) -> None:
        """Under the button, within the window."""
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = 0 if rtl else self.menu_button.width() - menu.sizeHint().width()
        menu.popup(self.menu_button.mapToGlobal(QPoint(left, self.menu_button.height())))

    def _put_back(self) -> None:
        self._place.setCurrentIndex(0)

    def _elide(self) -> None:
        beside = self.consent_label.sizeHint().width() + 6 if self._consent else 0
        room = max(80, self.width() - beside - self._theme.px(176))
        metrics = self.title_button.fontMetrics()
        shown = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self.title_button.setText(shown.replace("&", "&&"))
        self.title_button.setAccessibleName(_("Title: {title}. Rename").format(title=self._title))

    def _beside(self, widget: QWidget) -> QWidget:
        """At the leading edge, no higher than it is on its own."""
        made = QWidget()
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        layout.addStretch(1)
        return made

    def _resize(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))
        self.title_edit.setFixedWidth(self._theme.px(_EDIT_WIDTH))
        self._elide()
