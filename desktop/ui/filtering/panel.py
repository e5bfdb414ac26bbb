# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats, each with what the filter takes out marked in its place, where a person accepts, rejects or adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.archive import Piece
from desktop.domain.conversation import Role
from desktop.i18n import _
from desktop.ui.filtering.pages import PagedChat, Slice, Value
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.ticked_items import TickedItems

_LIST_WIDTH, _LIST_HEIGHT, _TEXT_HEIGHT = 240, 110, 180  # px
_NARROW = 560  # px; less has no room for two columns
_AT_A_TIME = 100  # values put into the list; a few milliseconds
_NO_LIMIT = 16_777_215  # Qt's QWIDGETSIZE_MAX
_VALUE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One chat in the list.

    Attributes:
        words: its title, and what is said of it.
    """

    id: str
    words: str


class FilterPanel(QWidget):
    """Attributes:
    chat_wanted: id of the chat to be shown.
    chosen: chat id, value, and whether it is to be hidden.
    foot: the row of buttons under it, for the page it stands on.
    """

    chat_wanted = Signal(str)
    chosen = Signal(str, str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[ChatLine] = []
        self._shown: PagedChat | None = None
        self._page = 0
        self._waiting: list[Value] = []
        self._row = -1  # of the values, to be gone back to
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._add_values)
        self.chats = QListWidget()
        self.chats.setAccessibleName(_("Chats that would leave"))
        self.chats.setUniformItemSizes(True)
        self.chats.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chats.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.text = QPlainTextEdit()  # lays out what is in view only
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setTabChangesFocus(True)
        self.text.setProperty("kind", "field")
        self.text.setAccessibleName(_("The chat, with what would be taken out marked"))
        self.values = QListWidget()
        self.values.setAccessibleName(_("What the filter found; ticked is taken out"))
        self.values.setUniformItemSizes(True)
        self.values.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.values.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.values.setItemDelegate(TickedItems(theme, self.values))
        self.earlier_button = Button(theme, _("Earlier"), icon="chevron-left")
        self.later_button = Button(theme, _("Later"), icon="chevron-right")
        self.place = label("", "small")
        self.hide_button = Button(theme, _("Hide the selected words too"))
        self.hide_button.setEnabled(False)
        self.foot = row(self.hide_button)
        self._lay_out()
        self.chats.currentRowChanged.connect(self._want)
        self.values.itemChanged.connect(self._choose)
        self.values.currentItemChanged.connect(self._go_to_value)
        self.text.selectionChanged.connect(
            lambda: self.hide_button.setEnabled(self.text.textCursor().hasSelection())
        )
        self.hide_button.clicked.connect(self._hide_selected)
        self.earlier_button.clicked.connect(lambda: self.show_page(self._page - 1))
        self.later_button.clicked.connect(lambda: self.show_page(self._page + 1))
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def show_chats(self, lines: Sequence[ChatLine]) -> None:
        """List the chats; the one that was looked at stays in view."""
        before = self.current()
        self._lines = list(lines)
        self.chats.blockSignals(True)
        self.chats.clear()
        self.chats.addItems([line.words for line in lines])
        ids = [line.id for line in lines]
        if ids:
            self.chats.setCurrentRow(ids.index(before) if before in ids else 0)
        else:
            self.clear()
        self.chats.blockSignals(False)
        if ids:
            self._want()

    def rename_chat(self, line: ChatLine) -> None:
        """Say something else of a chat in the list."""
        for place, known in enumerate(self._lines):
            if known.id == line.id:
                self._lines[place] = line
                self.chats.item(place).setText(line.words)

    def current(self) -> str | None:
        """Id of the chat in view."""
        place = self.chats.currentRow()
        return self._lines[place].id if 0 <= place < len(self._lines) else None

    def clear(self) -> None:
        """Forget the texts."""
        self._lines, self._shown, self._waiting = [], None, []
        self.chats.clear()
        self.values.clear()
        self.text.clear()

    def show_chat(self, paged: PagedChat) -> None:
        """Show a chat, unless another one is wanted by now; the page in view stays."""
        if paged.chat.id != self.current():
            return
        again = self._shown is not None and self._shown.chat.id == paged.chat.id
        page, scrolled = self._page, self.text.verticalScrollBar().value()
        self._shown = paged
        self._fill_values(paged.values, keep=again)
        self.show_page(min(page, len(paged.pages) - 1) if again else 0)
        if again:
            self.text.verticalScrollBar().setValue(scrolled)

    def show_page(self, number: int) -> None:
        """Show one page of the chat."""
        if self._shown is None or not 0 <= number < len(self._shown.pages):
            return
        self._page = number
        count = len(self._shown.pages)
        for widget in (self.earlier_button, self.later_button, self.place):
            widget.setVisible(count > 1)
        self.place.setText(_("Page {number} of {count}").format(number=number + 1, count=count))
        self.text.clear()
        self._fill_text(self._shown.pages[number])
        for button, ends in ((self.earlier_button, number == 0), (self.later_button, number == count - 1)):
            if ends and button.hasFocus():
                self.text.setFocus()
            button.setEnabled(not ends)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room, else one below the other."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px = self._theme.px
        is_narrow = self.width() < px(_NARROW)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        for layout in (self._sides, self.foot):
            layout.setDirection(down if is_narrow else across)
        self.chats.setMaximumWidth(_NO_LIMIT if is_narrow else px(_LIST_WIDTH))
        self.chats.setMinimumWidth(0 if is_narrow else px(_LIST_WIDTH))
        self.chats.setMinimumHeight(px(_LIST_HEIGHT))
        self.chats.setMaximumHeight(px(_LIST_HEIGHT) if is_narrow else _NO_LIMIT)
        self.text.setMinimumHeight(px(_TEXT_HEIGHT))
        self.values.setMinimumHeight(px(_LIST_HEIGHT))

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addLayout(row(self.earlier_button, self.place, self.later_button, None))
        right.addWidget(self.text, 3)
        right.addWidget(label(_("Found by the filter; what is ticked is taken out"), "field", wrap=True))
        right.addWidget(self.values, 1)
        right.addLayout(self.foot)
        for widget in (self.earlier_button, self.later_button, self.place):
            widget.hide()
        self._sides = QHBoxLayout(self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(16)
        self._sides.addWidget(self.chats)
        self._sides.addLayout(right, 1)

    def _want(self) -> None:
        wanted = self.current()
        if wanted is not None:
            self.chat_wanted.emit(wanted)

    def _fill_values(self, values: Sequence[Value], *, keep: bool) -> None:
        self._row = self.values.currentRow() if keep else -1
        self.values.blockSignals(True)
        self.values.clear()
        self.values.blockSignals(False)
        self._waiting = list(reversed(values))
        self._add_values()

    def _add_values(self) -> None:
        """Some at a time: a long chat may hold thousands."""
        self.values.blockSignals(True)
        for _turn in range(min(_AT_A_TIME, len(self._waiting))):
            value = self._waiting.pop()
            words = _("{value}, left as it is").format(value=value.text)
            if value.stand_in:
                words = f"{value.stand_in}  {value.text}"
            item = QListWidgetItem(" ".join(words.split()))
            item.setData(_VALUE, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if value.stand_in else Qt.CheckState.Unchecked)
            self.values.addItem(item)
        if 0 <= self._row < self.values.count():
            self.values.setCurrentRow(self._row)
            self._row = -1
        self.values.blockSignals(False)
        if self._waiting:
            self._later.start(0)

    def _fill_text(self, slices: Sequence[Slice]) -> None:
        tokens = self._theme.tokens
        plain, who, marked = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(tokens.ink))
        who.setForeground(QColor(tokens.ink2))
        marked.setForeground(QColor(tokens.danger))
        marked.setFontStrikeOut(True)
        cursor = self.text.textCursor()
        cursor.beginEditBlock()
        for one in slices:
            if not one.goes_on:
                cursor.insertText(f"{_role_words(one.role)}\n", who)
            at = 0
            for passage in (passage for passage in one.passages if passage.stand_in):
                cursor.insertText(one.text[at : passage.start], plain)
                cursor.insertText(passage.value, marked)
                cursor.insertText(f" {passage.stand_in}", who)
                at = passage.end
            cursor.insertText(one.text[at:] + "\n\n", plain)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.text.setTextCursor(cursor)

    def _go_to_value(self, item: QListWidgetItem | None) -> None:
        """Bring the first place where a value stands into view."""
        if item is None or self._shown is None:
            return
        value: Value = item.data(_VALUE)
        if value.page != self._page:
            self.show_page(value.page)
        found = self.text.document().find(value.text.splitlines()[0])
        if not found.isNull():
            found.setPosition(found.selectionStart())
            self.text.setTextCursor(found)
            self.text.centerCursor()

    def _choose(self, item: QListWidgetItem) -> None:
        if self._shown is not None:
            hidden = item.checkState() is Qt.CheckState.Checked
            self.chosen.emit(self._shown.chat.id, item.data(_VALUE).text, hidden)

    def _hide_selected(self) -> None:
        value = " ".join(self.text.textCursor().selectedText().split())
        if self._shown is not None and value:
            self.chosen.emit(self._shown.chat.id, value, True)

    def _follow_theme(self) -> None:
        self._arrange()
        if self._shown is not None:
            self.show_page(self._page)


def _role_words(role: Role | Piece) -> str:
    return {
        Role.USER: _("You"),
        Role.SYSTEM: _("Instructions"),
        Piece.TITLE: _("Title"),
        Piece.DRAFT: _("Draft"),
        Piece.REASON: _("Your reason"),
        Piece.BETTER_ANSWER: _("Your better answer"),
    }.get(role, _("Model"))
