# SPDX-License-Identifier: GPL-3.0-or-later
"""What was just deleted can be brought back for a while; then it is erased, and the receipt stands here."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _, ngettext
from desktop.services.history import UNDO_WINDOW
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, IconButton, label, row
from desktop.ui.theme.theme import Theme

_DETAILS = (36, 108)  # px, least and most


class UndoBar(QFrame):
    """Attributes:
    undone: bring it back.
    over: the time has passed.
    """

    undone = Signal()
    over = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._words = label("", "small", wrap=True)
        self.button = Button(theme, _("Undo"), "offer")
        self.details_button = Button(theme, _("Details"), "offer")
        self.close_button = IconButton(theme, "x", _("Close the receipt"), size=15)
        self.details = QPlainTextEdit()
        self.details.setProperty("kind", "receipt")
        self.details.setAccessibleName(_("Receipt"))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.document().setDocumentMargin(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 4, 6, 4)
        layout.setSpacing(0)
        first = row(self._words, self.button, self.close_button)
        first.setStretch(0, 1)
        first.setContentsMargins(10, 0, 0, 0)
        layout.addLayout(first)
        second = row(self.details)
        second.setContentsMargins(10, 0, 0, 0)
        layout.addLayout(second)
        layout.addLayout(row(self.details_button, None))
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(int(UNDO_WINDOW.total_seconds() * 1000))
        self._clock.timeout.connect(self._end)
        self.button.clicked.connect(self.undo)
        self.close_button.clicked.connect(self.withdraw)
        self.details_button.clicked.connect(self._show_details)
        self._theme = theme
        theme.changed.connect(self._resize)
        self._resize()
        self._is_shown = False
        self._show_parts()
        self.hide()

    def move_to(self, layout: QBoxLayout) -> None:
        """Stand in ``layout`` from now on."""
        layout.addWidget(self)
        self.setVisible(self._is_shown)  # Qt hides what moves to another parent

    def offer(self, count: int) -> None:
        """Say that ``count`` chats are gone, and begin to count down."""
        self.offer_words(ngettext("Chat deleted", "{count} chats deleted", count).format(count=count))

    def offer_words(self, words: str) -> None:
        """Say in ``words`` what is gone, and begin to count down."""
        self._clock.start()
        self._say(words)
        self._show_parts(self.button)
        self.button.setAccessibleName(_("Undo: {what}").format(what=words))
        announce(self, _("{what}. Undo is offered for ten seconds.").format(what=words))

    def undo(self) -> None:
        """Bring it back, if that is still offered."""
        if self._clock.isActive():
            self.withdraw()
            self.undone.emit()

    def finish(self) -> None:
        """The time is over now: something else is about to be offered back."""
        if self._clock.isActive():
            self._clock.stop()
            self._end()

    def withdraw(self) -> None:
        """Offer nothing any more: there is nothing to bring back."""
        self._clock.stop()
        self._is_shown = False
        self.hide()

    def show_receipt(self, receipt: DeletionReceipt) -> None:
        """Say what was erased, what was looked at and what was found, unless something else is offered."""
        if self._clock.isActive():
            return  # it stands in the record of the Privacy Centre
        self._say(_in_words(receipt))
        self.details.setPlainText("\n".join(receipt.checked))
        self._show_parts(self.details_button, self.close_button)
        announce(self, self._words.text())

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._is_shown = True
        self.show()

    def _show_parts(self, *shown: QWidget) -> None:
        for part in (self.button, self.details_button, self.close_button, self.details):
            part.setVisible(part in shown)

    def _show_details(self) -> None:
        self._show_parts(self.details, self.close_button)
        self.details.setFocus()

    def _resize(self) -> None:
        """As high as the list leaves room for; the rest is scrolled to."""
        least, most = (self._theme.px(length) for length in _DETAILS)
        self.details.setMinimumHeight(least)
        self.details.setMaximumHeight(most)

    def _end(self) -> None:
        self._say(_("Erasing, and looking for what is left …"))
        self._show_parts()
        self.over.emit()


def _in_words(receipt: DeletionReceipt) -> str:
    chats, pages, found = receipt.deleted_chats, receipt.pages, receipt.residue_found
    head = ngettext("{count} chat erased.", "{count} chats erased.", chats).format(count=chats)
    if not chats:
        messages = receipt.deleted_messages
        head = ngettext("{count} message erased.", "{count} messages erased.", messages).format(
            count=messages
        )
    if found is None:
        return _("{what} Whether anything is left could not be looked at.").format(what=head)
    if found:
        left = ngettext("But {count} trace is left.", "But {count} traces are left.", found)
        return f"{head} {left.format(count=found)}"
    looked = ngettext(
        "Looked at {count} page: nothing left.", "Looked at {count} pages: nothing left.", pages
    )
    return f"{head} {looked.format(count=pages) if pages else _('Nothing left.')}"
