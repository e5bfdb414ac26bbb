# SPDX-License-Identifier: GPL-3.0-or-later
"""Review what may be used for training: each chat, what the filter takes out, the person's word on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.conversation import Chat
from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.filtering.pages import PagedChat
from desktop.ui.filtering.panel import ChatLine, FilterPanel
from desktop.ui.theme.controls import Button, label, page_head, restyle, scrolling
from desktop.ui.theme.theme import Theme

_MARGIN = 32


class ReviewPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    panel: the chats, and what the filter takes out of each.
    withdrawn: id of a chat that may not be used any more.
    export_requested: write the data set.
    """

    left = Signal()
    withdrawn = Signal(str)
    export_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("What may be used for training"))
        self._theme = theme
        self.back_button = Button(theme, _("Back"), "link")
        self.panel = FilterPanel(theme)
        self.panel.chats.setAccessibleName(_("Chats that may be used"))
        self.withdraw_button = Button(theme, _("Withdraw this chat"), "danger")
        self.export_button = Button(theme, _("Export the data set…"), "primary")
        self.said = label("", "small", wrap=True)
        self._figures = label("", "small", wrap=True)
        self._empty = self._make_empty()
        self._empty.hide()
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(scrolled))
        page = QVBoxLayout(scrolled)
        page.setContentsMargins(_MARGIN, 28, _MARGIN, 20)
        page.setSpacing(12)
        page.addLayout(page_head(_("What may be used for training"), self.back_button))
        page.addWidget(self._figures)
        page.addWidget(self.panel, 1)
        page.addWidget(self._empty, 1)
        page.addWidget(self.said)
        self.said.hide()
        self.panel.foot.addWidget(self.withdraw_button)
        self.panel.foot.addStretch(1)
        self.panel.foot.addWidget(self.export_button)
        self.withdraw_button.clicked.connect(self._withdraw)
        self.export_button.clicked.connect(self.export_requested)
        self.back_button.clicked.connect(self.left)

    def show_figures(self, words: str) -> None:
        """How much of what should be found is found."""
        self._figures.setText(words)

    def show_consented(self, chats: Sequence[Chat]) -> None:
        """List what may be used; the chat that was looked at stays in view."""
        self.panel.setVisible(bool(chats))
        self._empty.setVisible(not chats)
        self.export_button.setEnabled(bool(chats))
        self.panel.show_chats([ChatLine(chat.id, chat.title or _("Untitled chat")) for chat in chats])

    def show_chat(self, chat: PagedChat) -> None:
        """Show what would leave of one of them."""
        self.panel.show_chat(chat)

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

    def _withdraw(self) -> None:
        chat_id = self.panel.current()
        if chat_id is not None:
            self.withdrawn.emit(chat_id)
