# SPDX-License-Identifier: GPL-3.0-or-later
"""Erasing all chats, or everything: asked for, confirmed by a typed word, answered with a receipt."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _
from desktop.ui.confirmation import WordConfirmation
from desktop.ui.theme.controls import Button, NamedLabel
from desktop.ui.theme.theme import Theme


class EraseForm(QWidget):
    """Attributes:
    confirmed: the word was typed and the button pressed.
    open_button: asks for the form; it stands elsewhere.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.open_button = Button(theme, _("Erase…"), "danger")
        self._asking = WordConfirmation(
            theme,
            _("This erases every chat and every backup, and cannot be undone. Type {word} to go on."),
            _("Type {word} to erase all chats"),
            _("Erase all chats"),
        )
        self.edit, self.confirm_button = self._asking.edit, self._asking.confirm_button
        self.cancel_button = self._asking.cancel_button
        self.receipt = NamedLabel(_("Receipt"), kind="small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._asking)
        layout.addWidget(self.receipt)
        self._asking.hide()
        self.receipt.hide()
        self.open_button.clicked.connect(self._open)
        self._asking.cancelled.connect(self._close)
        self._asking.confirmed.connect(self._confirm)

    def show_receipt(self, receipt: DeletionReceipt | None) -> str:
        """Show what came of it, and return it as words."""
        self._say(_in_words(receipt))
        return self.receipt.text()

    def show_failed(self) -> None:
        """It did not come to an end; what went wrong is said elsewhere."""
        self._say(_("Not everything was erased. Nothing is half deleted: you can erase again."))

    def _say(self, words: str) -> None:
        self.open_button.setEnabled(True)
        self.receipt.setText(words)
        self.receipt.show()

    def _open(self) -> None:
        self.receipt.hide()
        self._asking.show()
        self._asking.setFocus()

    def _close(self) -> None:
        self._asking.hide()
        self.open_button.setFocus()

    def _confirm(self) -> None:
        self._close()
        self.open_button.setEnabled(False)
        self.receipt.setText(_("Erasing, and looking for what is left …"))
        self.receipt.show()
        self.confirmed.emit()


class StartOverForm(QWidget):
    """Everything goes, not the chats alone; what comes of it is said where one begins anew.

    Attributes:
        confirmed: the word was typed and the button pressed.
        open_button: asks for the form; it stands elsewhere.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.open_button = Button(theme, _("Start over…"), "danger")
        self.asking = WordConfirmation(
            theme,
            _(
                "The keys go first, so that nothing can be read from then on; then chats, backups, settings "
                "and the record of what happened. What you exported stays with you. There is no undo and no "
                "way back. Type {word} to go on."
            ),
            _("Type {word} to erase everything and start over"),
            _("Erase everything"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.asking)
        self.asking.hide()
        self.open_button.clicked.connect(self._open)
        self.asking.cancelled.connect(self._close)
        self.asking.confirmed.connect(self.confirmed)

    def _open(self) -> None:
        self.asking.show()
        self.asking.setFocus()

    def _close(self) -> None:
        self.asking.hide()
        self.open_button.setFocus()


def _in_words(receipt: DeletionReceipt | None) -> str:
    if receipt is None:
        return _("There was nothing to erase.")
    found = receipt.residue_found
    head = _("Erased {chats} chats with {messages} messages. Traces found afterwards: {residue}.").format(
        chats=receipt.deleted_chats,
        messages=receipt.deleted_messages,
        residue=_("not known, because the look failed") if found is None else found,
    )
    return "\n".join((head, *receipt.checked))
