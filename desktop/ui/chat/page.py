# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts header, transcript, notices, composer and privacy line together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QStackedWidget, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.branches import BranchMap
from desktop.ui.answering.drawer import WIDTH as DRAWER_WIDTH
from desktop.ui.answering.drawer import SettingsDrawer
from desktop.ui.branch_map.page import MapPage
from desktop.ui.chat.empty_state import Beginning, EmptyState
from desktop.ui.chat.feedback_bar import FeedbackBar
from desktop.ui.chat.find_bar import FindBar
from desktop.ui.chat.header import MAP_KEYS, Header
from desktop.ui.chat.link_bar import LinkBar
from desktop.ui.chat.notices import Notices
from desktop.ui.chat.privacy_line import PrivacyFacts, PrivacyLine
from desktop.ui.composer.composer import WIDTH, Composer
from desktop.ui.sidebar.undo_bar import UndoBar
from desktop.ui.theme.controls import label
from desktop.ui.theme.focus_ring import RING_INSIDE
from desktop.ui.theme.theme import READING_WIDTH, Theme
from desktop.ui.theme.tokens import Tokens
from desktop.ui.transcript.model import Loader
from desktop.ui.transcript.view import TranscriptView

_MARGIN = 16  # px beside the column in a narrow window
_LEAST = 320  # px
_LEAST_BESIDE = 380  # px of chat beside the drawer; with less the drawer takes its place


class ChatPage(QWidget):
    """One chat. Shows what the presenter says; knows nothing of where it comes from.

    Attributes:
        map_requested: show the map of the chat, or the chat again.
        map_words_wanted: the map is looked at, and wants the words of these messages.
    """

    map_requested = Signal()
    map_words_wanted = Signal(object)

    def __init__(self, theme: Theme, facts: PrivacyFacts, load: Loader) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Chat"))
        self._theme = theme
        self.header = self.make_header(theme)
        self.transcript = TranscriptView(load, self.tokens(), theme.scale)
        self.transcript.set_column(theme.reading_width)
        self.transcript.setProperty(RING_INSIDE, True)
        self.find_bar = FindBar(theme, self)
        self.empty = self.make_empty(theme)
        self.map = MapPage(theme, self.map_words_wanted.emit)
        self.undo = UndoBar(theme)
        self.notices = Notices(theme)
        self.link_bar = LinkBar(theme)
        self.feedback_bar = FeedbackBar(theme)
        self.activity = label("", "caption")
        self.composer = Composer(theme)
        self.privacy = PrivacyLine(theme, facts)
        self._is_empty = True
        self._middle = QStackedWidget()
        # The bar's room is always kept, and as much on the other side: the column stays in the middle.
        self.transcript.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        reading = QWidget()
        beside = QHBoxLayout(reading)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        self._balance = QSpacerItem(0, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        beside.addItem(self._balance)
        beside.addWidget(self.transcript)
        self._reading = reading
        self._middle.addWidget(reading)
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self.map)
        self._foot = QWidget()
        self.above_composer = QVBoxLayout()
        self._fill_foot()
        self._lay_out()
        self.stop_shortcut = self._shortcut("Esc", self.composer.stopped.emit)
        self.stop_shortcut.setEnabled(False)
        self.settings_shortcut = self._shortcut("Ctrl+.", lambda: None)
        self._shortcut("F2", self.header.begin_rename)
        self._shortcut(MAP_KEYS, self.map_requested.emit)
        self.header.map_requested.connect(self.map_requested)
        theme.changed.connect(self._restyle)

    def _lay_out(self) -> None:
        """Everything under each other, the foot in the middle."""
        centre = QHBoxLayout()
        centre.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        centre.addStretch(1)
        centre.addWidget(self._foot, 0)
        centre.addStretch(1)
        self.drawer: SettingsDrawer | None = None
        self._column = QWidget()
        self._column.setMinimumWidth(_LEAST)  # the foot's own is set for the room there is, not wanted
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        self._across.addWidget(self._column, 1)
        layout = QVBoxLayout(self._column)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.find_bar)
        layout.addWidget(self._middle, 1)
        layout.addSpacing(4)
        layout.addLayout(centre)
        layout.addSpacing(15)
        layout.addWidget(self.privacy)

    def make_drawer(self) -> SettingsDrawer:
        """The drawer on the trailing side, hidden; made when it is first wanted."""
        self.drawer = SettingsDrawer(self._theme)
        self.drawer.hide()
        self._across.addWidget(self.drawer)
        return self.drawer

    def show_drawer(self, shown: bool) -> None:
        """Show it beside the chat, or in its place where there is no room for both."""
        if self.drawer is not None:
            self.drawer.setVisible(shown)
            self._resize()

    def make_header(self, theme: Theme) -> Header:
        """What stands above the chat."""
        return Header(theme)

    def make_empty(self, theme: Theme) -> Beginning:
        """What is shown of a chat that has not begun."""
        return EmptyState(theme)

    @property
    def theme(self) -> Theme:
        """The look."""
        return self._theme

    def tokens(self) -> Tokens:
        """The palette the transcript is drawn in."""
        return self._theme.tokens

    def _fill_foot(self) -> None:
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        for widget in (self.activity, self.notices, self.link_bar, self.feedback_bar):
            foot.addWidget(widget)
        foot.addLayout(self.above_composer)
        self.above_composer.addWidget(self.undo)
        foot.addWidget(self.composer)
        self.activity.setContentsMargins(16, 0, 0, 0)
        still = self.activity.sizePolicy()
        still.setRetainSizeWhenHidden(True)  # the transcript does not move when something goes on or is over
        self.activity.setSizePolicy(still)
        self.activity.hide()

    def show_empty(self, empty: bool) -> None:
        """The friendly beginning, or the transcript."""
        if not self.shows_map:
            self._middle.setCurrentWidget(self.empty if empty else self._reading)
        self._is_empty = empty
        self.header.map_button.setVisible(not empty)
        self.composer.show_fresh(empty)

    @property
    def shows_map(self) -> bool:
        """Whether the map stands in the transcript's place."""
        return self._middle.currentWidget() is self.map

    def show_map(self, shown: BranchMap) -> None:
        """The map, in the transcript's place."""
        self.map.show_map(shown)
        self._middle.setCurrentWidget(self.map)
        self.map.setFocus()

    def leave_map(self) -> None:
        """The chat again, if the map is shown."""
        if self.shows_map:
            self._middle.setCurrentWidget(self.empty if self._is_empty else self._reading)

    def show_activity(self, words: str) -> None:
        """What the model is doing while there is nothing to read yet; "" when there is."""
        self.activity.setText(words)
        self.activity.setVisible(bool(words))

    def hold_undo(self, bar: UndoBar) -> None:
        """Show what the sidebar, hidden now, offers to bring back."""
        bar.move_to(self.above_composer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter nothing else here wants begins, or goes on with, the next message."""
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
        if not event.text().isprintable() or not event.text() or event.modifiers() & commands:
            super().keyPressEvent(event)
            return
        self.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.composer.edit.insertPlainText(event.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle, no wider than it should be."""
        super().resizeEvent(event)
        self._resize()

    def _shortcut(self, keys: str, do: Callable[[], object]) -> QShortcut:
        """A key of this page, not of the whole window."""
        made = QShortcut(QKeySequence(keys), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(do)
        return made

    def _restyle(self) -> None:
        self.transcript.set_tokens(self.tokens())
        self.transcript.set_scale(self._theme.scale)
        self.transcript.set_column(self._theme.reading_width)
        self._resize()

    def _resize(self) -> None:
        bar = self.transcript.verticalScrollBar().sizeHint().width()
        self._balance.changeSize(bar, 0, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        drawer = self.drawer if self.drawer is not None and not self.drawer.isHidden() else None
        beside = 0 if drawer is None else self._theme.px(DRAWER_WIDTH)
        is_alone = drawer is not None and self.width() - beside < self._theme.px(_LEAST_BESIDE)
        self._column.setVisible(not is_alone)
        if drawer is not None:
            drawer.set_wide(is_alone)
        room = self.width() - (0 if is_alone else beside)
        wide = self._theme.px(self._theme.reading_width + WIDTH - READING_WIDTH)
        self._foot.setFixedWidth(max(200, min(wide, room - 2 * self._theme.px(_MARGIN))))
