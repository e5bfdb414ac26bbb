# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar: new chat, search, chats by day, settings and the lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.ui.sidebar.chat_list import ChatList
from desktop.ui.sidebar.chat_model import ChatModel, shown_title
from desktop.ui.sidebar.filter_bar import FilterBar
from desktop.ui.sidebar.search_field import SearchField
from desktop.ui.sidebar.search_model import HitDelegate, SearchModel
from desktop.ui.sidebar.selection_bar import SelectionBar
from desktop.ui.sidebar.undo_bar import UndoBar
from desktop.ui.theme.controls import Button, IconButton, IconLabel, label, row, rule
from desktop.ui.theme.theme import Theme

WIDTH = 272  # px
_MARGIN = 12


class Sidebar(QFrame):
    """Attributes:
    new_chat_requested, temporary_requested, privacy_requested, models_requested, settings_requested,
        lock_requested, hide_requested: what the buttons say.
    temporary_chosen: the open temporary chat should be shown.
    """

    new_chat_requested = Signal()
    temporary_requested = Signal()
    temporary_chosen = Signal()
    privacy_requested = Signal()
    models_requested = Signal()
    settings_requested = Signal()
    lock_requested = Signal()
    hide_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(_("Sidebar"))
        self._theme = theme
        self.chats = ChatModel(self)
        self.hits = SearchModel(
            lambda chat_id: shown_title(chat) if (chat := self.chats.chat(chat_id)) else _("New chat"), self
        )
        self.new_chat_button = Button(
            theme, _("New chat"), "primary", icon="plus", colour="on_accent", icon_size=15
        )
        self.new_chat_button.setToolTip("Ctrl+N")
        self.temporary_button = IconButton(
            theme, "moon-star", _("New temporary chat"), colour="dusk", shortcut="Ctrl+Shift+N"
        )
        self.temporary_button.setProperty("kind", "boxed")
        self.temporary_row = Button(theme, _("Temporary chat"), "row", icon="moon-star", colour="dusk")
        self.temporary_row.setCheckable(True)
        self.temporary_row.setToolTip(_("In memory only, gone when it is closed"))
        self.temporary_row.hide()
        self.search = SearchField(theme)
        self.filters = FilterBar(theme, self.search, self.chats.models)
        self.list = ChatList(theme, self.chats)
        self.results = self._make_results()
        self.selection = SelectionBar(theme)
        self.archive_button = Button(theme, "", "row", icon="archive", colour="ink2")
        self.archive_button.hide()
        self.leave_archive_button = Button(
            theme, _("Archived chats"), "row", icon="chevron-left", colour="ink2"
        )
        self.leave_archive_button.setAccessibleName(_("Archived chats. Back to the others"))
        self.leave_archive_button.setToolTip(_("Back to the other chats  Esc"))
        self.leave_archive_button.hide()
        self.undo = UndoBar(theme)
        self.privacy_button = Button(theme, _("Privacy Centre"), "row", icon="shield-check", colour="ink2")
        self.privacy_button.setCheckable(True)
        self.models_button = Button(theme, _("Models"), "row", icon="box", colour="ink2")
        self.models_button.setCheckable(True)
        self.settings_button = Button(theme, _("Settings"), "row", icon="settings-2", colour="ink2")
        self.settings_button.setCheckable(True)
        self.lock_button = Button(theme, _("Lock"), "link", icon="lock", colour="ink3", icon_size=14)
        self.lock_button.setToolTip(_("Close the vault and ask for the passphrase again  Ctrl+L"))
        self._middle = QStackedWidget()
        self._nothing = label(_("What you talk about will be listed here."), "small", wrap=True)
        self._not_found = label(_("No message and no title contains this."), "small", wrap=True)
        for words in (self._nothing, self._not_found):
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            words.setContentsMargins(8, 14, 8, 0)
        for page in (self.list, self.results, self._nothing, self._not_found):
            self._middle.addWidget(page)
        self._lay_out()
        self._wire()
        theme.changed.connect(self._resize)
        self._resize()

    def show_chats(self) -> None:
        """Show the list, or words where there is nothing to list."""
        self._middle.setCurrentWidget(self._nothing if self.chats.is_empty else self.list)

    def show_archive(self, shown: bool) -> None:
        """Show the archived chats instead of the others, or the others again."""
        self.chats.show_archive(shown)
        self.list.scrollToTop()
        self._show_archived()

    def show_results(self, found: bool) -> None:
        """Show what was found, or that nothing was."""
        self._middle.setCurrentWidget(self.results if found else self._not_found)

    def focus_search(self) -> None:
        """Go to the search field and choose what is in it."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def hold_undo(self, bar: UndoBar) -> None:
        """Show the bar under the chats; elsewhere while the sidebar is hidden."""
        bar.move_to(self._undo_place)

    def _make_results(self) -> QListView:
        view = QListView()
        view.setAccessibleName(_("Search results"))
        view.setModel(self.hits)
        view.setItemDelegate(HitDelegate(self._theme, view))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setMouseTracking(True)
        view.setTabKeyNavigation(False)
        return view

    def _lay_out(self) -> None:
        brand = label("Inglenook", "brand")
        hide = IconButton(self._theme, "panel-left", _("Hide the sidebar"), shortcut="Ctrl+B", size=17)
        hide.clicked.connect(self.hide_requested)
        top = row(IconLabel(self._theme, "flame", "accent", 18), brand, None, hide)
        top.setContentsMargins(8, 0, 0, 0)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.settings_button, 1)
        foot.addWidget(self.lock_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 8, _MARGIN, 10)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addSpacing(6)
        new = row(self.new_chat_button, self.temporary_button)
        new.setStretch(0, 1)
        layout.addLayout(new)
        layout.addSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.filters)
        layout.addSpacing(4)
        layout.addWidget(self.temporary_row)
        layout.addSpacing(4)
        layout.addWidget(self.leave_archive_button)
        layout.addWidget(self._middle, 1)
        layout.addWidget(self.archive_button)
        layout.addWidget(self.selection)
        self._undo_place = QVBoxLayout()
        self.hold_undo(self.undo)
        layout.addLayout(self._undo_place)
        layout.addSpacing(8)
        layout.addWidget(rule())
        layout.addSpacing(8)
        layout.addWidget(self.privacy_button)
        layout.addWidget(self.models_button)
        layout.addLayout(foot)

    def _wire(self) -> None:
        self.new_chat_button.clicked.connect(self.new_chat_requested)
        self.temporary_button.clicked.connect(self.temporary_requested)
        self.temporary_row.clicked.connect(self.temporary_chosen)
        self.privacy_button.clicked.connect(self.privacy_requested)
        self.models_button.clicked.connect(self.models_requested)
        self.settings_button.clicked.connect(self.settings_requested)
        self.lock_button.clicked.connect(self.lock_requested)
        self.archive_button.clicked.connect(self._open_archive)
        self.leave_archive_button.clicked.connect(self._leave_archive)
        self.list.left.connect(self._leave_archive)
        self.list.several_chosen.connect(self.selection.show_chosen)
        self.selection.cancelled.connect(self._choose_one)
        self.chats.changed.connect(self._settle)
        self.search.textChanged.connect(self._show_archived)

    def _settle(self) -> None:
        """Rows came, went or changed."""
        if self.chats.shows_archive and not self.chats.archived:
            self.show_archive(False)  # which comes back here
            return
        if not self.search.text().strip():
            self.show_chats()
        self._show_archived()

    def _show_archived(self) -> None:
        """Where the archived chats are, and the way back from them."""
        count, inside, searching = self.chats.archived, self.chats.shows_archive, bool(self.search.text())
        words = ngettext("{count} archived chat", "{count} archived chats", count)
        self.archive_button.show_text(words.format(count=count))
        self.archive_button.setVisible(bool(count) and not inside and not searching)
        self.leave_archive_button.setVisible(inside and not searching)

    def _open_archive(self) -> None:
        self.show_archive(True)
        self.list.setFocus()

    def _leave_archive(self) -> None:
        if self.chats.shows_archive:
            self.show_archive(False)
            self.list.setFocus()

    def _choose_one(self) -> None:
        self.list.choose_one()
        self.list.setFocus()

    def _resize(self) -> None:
        self.setFixedWidth(self._theme.px(WIDTH))
