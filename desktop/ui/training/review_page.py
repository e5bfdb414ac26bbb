# SPDX-License-Identifier: GPL-3.0-or-later
"""Review what may be used for training: each chat, what the filter takes out, the person's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.conversation import Role
from desktop.i18n import _, ngettext
from desktop.services.training import ReviewedChat
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, label, restyle, row
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.services.redaction import ReviewedMessage

SHOWN = 400  # messages of one chat; more would hold up the window, and nobody reads them here
_LIST_WIDTH = 240  # px
_MARGIN = 32


class ReviewPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    chosen: chat id, value, and whether it is to be hidden.
    withdrawn: id of a chat that may not be used any more.
    export_requested: write the data set.
    """

    left = Signal()
    chosen = Signal(str, str, bool)
    withdrawn = Signal(str)
    export_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("What may be used for training"))
        self._theme = theme
        self._reviewed: list[ReviewedChat] = []
        self.back_button = Button(theme, _("Back"), "link")
        self.chats = QListWidget()
        self.chats.setAccessibleName(_("Chats that may be used"))
        self.chats.setFixedWidth(theme.px(_LIST_WIDTH))
        self.chats.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chats.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("kind", "field")
        self.text.setAccessibleName(_("The chat, with what would be taken out marked"))
        self.values = QListWidget()
        self.values.setAccessibleName(_("What the filter found; ticked is taken out"))
        self.hide_button = Button(theme, _("Hide the selected words too"))
        self.withdraw_button = Button(theme, _("Withdraw this chat"), "danger")
        self.export_button = Button(theme, _("Export the data set…"), "primary")
        self.said = label("", "small", wrap=True)
        self._figures = label("", "small", wrap=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_review())
        self._stack.addWidget(self._make_empty())
        page = QVBoxLayout(self)
        page.setContentsMargins(_MARGIN, 28, _MARGIN, 20)
        page.setSpacing(12)
        page.addLayout(row(label(_("What may be used for training"), "title"), None, self.back_button))
        page.addWidget(self._figures)
        page.addWidget(self._stack, 1)
        page.addWidget(self.said)
        self.said.hide()
        self.chats.currentRowChanged.connect(self._show_chat)
        self.values.itemChanged.connect(self._choose)
        self.text.selectionChanged.connect(
            lambda: self.hide_button.setEnabled(self.text.textCursor().hasSelection())
        )
        self.hide_button.clicked.connect(self._hide_selected)
        self.withdraw_button.clicked.connect(self._withdraw)
        self.export_button.clicked.connect(self.export_requested)
        self.back_button.clicked.connect(self.left)

    def show_figures(self, words: str) -> None:
        """How much of what should be found is found."""
        self._figures.setText(words)

    def show_reviewed(self, chats: Sequence[ReviewedChat]) -> None:
        """Show what may be used; the chat that was looked at stays in view."""
        shown = self.current()
        self._reviewed = list(chats)
        self.chats.blockSignals(True)
        self.chats.clear()
        for chat in self._reviewed:
            self.chats.addItem(chat.chat.title or _("Untitled chat"))
        self.chats.blockSignals(False)
        ids = [chat.chat.id for chat in self._reviewed]
        self._stack.setCurrentIndex(0 if ids else 1)
        self.export_button.setEnabled(bool(ids))
        if ids:
            place = ids.index(shown.chat.id) if shown and shown.chat.id in ids else 0
            self.chats.setCurrentRow(place)
            self._show_chat(place)

    def current(self) -> ReviewedChat | None:
        """The chat in view."""
        place = self.chats.currentRow()
        return self._reviewed[place] if 0 <= place < len(self._reviewed) else None

    def say(self, words: str, *, failed: bool = False) -> None:
        """Tell what came of something."""
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))
        announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _make_review(self) -> QWidget:
        made = QWidget()
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.text, 3)
        right.addWidget(label(_("Found by the filter; what is ticked is taken out"), "field"))
        right.addWidget(self.values, 1)
        right.addLayout(row(self.hide_button, self.withdraw_button, None, self.export_button))
        self.hide_button.setEnabled(False)
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.chats)
        layout.addLayout(right, 1)
        return made

    def _make_empty(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.addStretch(1)
        for words, kind in (
            (_("No chat may be used for training"), "heading"),
            (_("A chat's menu has a switch for it. Until you use it, nothing is."), "secondary"),
        ):
            line = label(words, kind, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(line)
        layout.addStretch(1)
        return made

    def _show_chat(self, _place: int) -> None:
        chat = self.current()
        self.text.clear()
        self.values.blockSignals(True)
        self.values.clear()
        if chat is not None:
            self._fill_text(chat.messages)
            found = {one.value: one.stand_in for message in chat.messages for one in message.passages}
            for value, stand_in in found.items():
                words = (
                    f"{stand_in}  {value}" if stand_in else _("{value}, left as it is").format(value=value)
                )
                item = QListWidgetItem(" ".join(words.split()))
                item.setData(Qt.ItemDataRole.UserRole, value)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if stand_in else Qt.CheckState.Unchecked)
                self.values.addItem(item)
        self.values.blockSignals(False)

    def _fill_text(self, messages: Sequence[ReviewedMessage]) -> None:
        tokens = self._theme.tokens
        plain, who, marked = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        plain.setForeground(QColor(tokens.ink))
        who.setForeground(QColor(tokens.ink2))
        marked.setForeground(QColor(tokens.danger))
        marked.setFontStrikeOut(True)
        cursor = self.text.textCursor()
        cursor.beginEditBlock()
        hidden = len(messages) - SHOWN
        if hidden > 0:
            words = ngettext(
                "{count} earlier message is not shown here",
                "{count} earlier messages are not shown here",
                hidden,
            )
            cursor.insertText(words.format(count=hidden) + "\n\n", who)
        for message in messages[-SHOWN:]:
            cursor.insertText(f"{_role_words(message.role)}\n", who)
            at = 0
            for one in (passage for passage in message.passages if passage.stand_in):
                cursor.insertText(message.text[at : one.start], plain)
                cursor.insertText(one.value, marked)
                cursor.insertText(f" {one.stand_in}", who)
                at = one.end
            cursor.insertText(message.text[at:] + "\n\n", plain)
        cursor.endEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self.text.setTextCursor(cursor)

    def _choose(self, item: QListWidgetItem) -> None:
        chat = self.current()
        if chat is not None:
            hidden = item.checkState() is Qt.CheckState.Checked
            self.chosen.emit(chat.chat.id, item.data(Qt.ItemDataRole.UserRole), hidden)

    def _hide_selected(self) -> None:
        chat = self.current()
        value = " ".join(self.text.textCursor().selectedText().split())
        if chat is not None and value:
            self.chosen.emit(chat.chat.id, value, True)

    def _withdraw(self) -> None:
        chat = self.current()
        if chat is not None:
            self.withdrawn.emit(chat.chat.id)


def _role_words(role: Role) -> str:
    return {Role.USER: _("You"), Role.SYSTEM: _("Instructions")}.get(role, _("Model"))
