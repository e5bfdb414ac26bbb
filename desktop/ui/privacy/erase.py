# SPDX-License-Identifier: GPL-3.0-or-later
"""Erasing all chats: asked for, confirmed by a typed word, answered with a receipt."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class EraseForm(QWidget):
    """Attributes:
    confirmed: the word was typed and the button pressed.
    open_button: asks for the form; it stands elsewhere.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._word = _("ERASE")
        self.open_button = Button(theme, _("Erase…"), "danger")
        question = _("This erases every chat and every backup, and cannot be undone. Type {word} to go on.")
        self._question = label(question.format(word=self._word), "small", wrap=True)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(_("Type {word} to erase all chats").format(word=self._word))
        self.confirm_button = Button(theme, _("Erase all chats"), "danger")
        self.confirm_button.setEnabled(False)
        self.cancel_button = Button(theme, _("Cancel"), "link")
        self._asking = QWidget()
        asking = QVBoxLayout(self._asking)
        asking.setContentsMargins(0, 0, 0, 0)
        asking.setSpacing(10)
        asking.addWidget(self._question)
        asking.addWidget(self.edit)
        asking.addLayout(row(None, self.cancel_button, self.confirm_button))
        self.receipt = label("", "small", wrap=True)
        self.receipt.setAccessibleName(_("Receipt"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._asking)
        layout.addWidget(self.receipt)
        self._asking.hide()
        self.receipt.hide()
        self.open_button.clicked.connect(self._open)
        self.cancel_button.clicked.connect(self._cancel)
        self.edit.textChanged.connect(lambda: self.confirm_button.setEnabled(self._is_typed()))
        self.edit.returnPressed.connect(self._confirm)
        self.confirm_button.clicked.connect(self._confirm)

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
        self.edit.setFocus()

    def _cancel(self) -> None:
        self.edit.clear()
        self._asking.hide()
        self.open_button.setFocus()

    def _is_typed(self) -> bool:
        return self.edit.text().strip() == self._word

    def _confirm(self) -> None:
        if not self._is_typed():
            return
        self._cancel()
        self.open_button.setEnabled(False)
        self.receipt.setText(_("Erasing, and looking for what is left …"))
        self.receipt.show()
        self.confirmed.emit()


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
