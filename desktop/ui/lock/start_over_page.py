# SPDX-License-Identifier: GPL-3.0-or-later
"""Erasing a vault that stays locked, and finishing that where it was cut short."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.domain.vault import ErasureReceipt
from desktop.i18n import _
from desktop.services.erasure import headline, looked_at, out_of_reach
from desktop.ui.announce import announce
from desktop.ui.confirmation import WordConfirmation
from desktop.ui.lock.door_page import DoorPage
from desktop.ui.theme.controls import Button, NamedLabel, label, row, rule
from desktop.ui.theme.theme import Theme

_COLUMN = 480


class StartOverPage(DoorPage):
    """What a person reads before everything goes, while it goes, and if it did not all go.

    Attributes:
        confirmed: erase everything now.
        left: look what is there now.
        elsewhere: use another folder.
    """

    confirmed = Signal()
    left = Signal()
    elsewhere = Signal()

    def __init__(self, theme: Theme, folder: Path, *, unfinished: bool = False) -> None:
        """Ask.

        Args:
            theme: the look.
            folder: whose vault.
            unfinished: it was confirmed before and cut short; the word is not asked for again.
        """
        super().__init__(
            theme,
            _("This vault was being erased") if unfinished else _("Erase everything and start over"),
            _("That was cut short. Its keys may be gone already, so nothing opens it any more.")
            if unfinished
            else _("For good: nobody can bring anything back, not even with the passphrase."),
            icon="trash-2",
            width=_COLUMN,
        )
        self._busy = False
        self.asking = WordConfirmation(
            theme,
            _("To erase all of this, type {word}."),
            _("Type {word} to erase everything and start over"),
            _("Erase everything"),
        )
        self.finish_button = Button(theme, _("Finish erasing"), "primary")
        self.elsewhere_button = Button(theme, _("Use another folder…"))
        self._said = label("", "problem", wrap=True)
        self._said.hide()
        self.add(_list_of_what_goes())
        self.add(label(_("Folder"), "caption"))
        address = NamedLabel(_("Folder of this vault"), str(folder), "address")
        address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.add(address)
        self.add(self.asking, above=6)
        self.add(self._said)
        self.add(row(None, self.elsewhere_button, self.finish_button))
        self.asking.setVisible(not unfinished)
        for button in (self.finish_button, self.elsewhere_button):
            button.setVisible(unfinished)
        self.setFocusProxy(self.finish_button if unfinished else self.asking.edit)
        self.asking.confirmed.connect(self.confirmed)
        self.asking.cancelled.connect(self.left)
        self.finish_button.clicked.connect(self.confirmed)
        self.elsewhere_button.clicked.connect(self.elsewhere)

    def show_busy(self, words: str) -> None:
        """While it goes on; from here there is no way back."""
        self._busy = True
        self.asking.hide()
        self.finish_button.setEnabled(False)
        self.elsewhere_button.setEnabled(False)
        self._say(words, "small")

    def show_problem(self, words: str) -> None:
        """It did not come to its end; what is there now is seen on the way back."""
        self._busy = False
        self.finish_button.show()
        for button in (self.finish_button, self.elsewhere_button):
            button.setEnabled(True)
        self._say(words, "problem")
        self.finish_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, but not while it goes on."""
        if event.key() == Qt.Key.Key_Escape and not self._busy:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _say(self, words: str, kind: str) -> None:
        self._said.setProperty("kind", kind)
        self._said.style().polish(self._said)
        self._said.setText(words)
        self._said.show()
        announce(self, words)


class ErasedCard(QFrame):
    """The receipt, on the page where one begins anew."""

    def __init__(self, receipt: ErasureReceipt) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(_("Receipt"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(4)
        layout.addWidget(label(headline(receipt), "heading", wrap=True))
        for line in looked_at(receipt):
            layout.addWidget(label(line, "small", wrap=True))
        layout.addSpacing(6)
        layout.addWidget(rule())
        layout.addSpacing(6)
        layout.addWidget(label(_("What we can't reach"), "field"))
        for line in out_of_reach(receipt):
            layout.addWidget(label(line, "small", wrap=True))


def _list_of_what_goes() -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(16, 14, 16, 14)
    layout.setSpacing(4)
    layout.addWidget(label(_("What goes"), "heading"))
    for line in (
        _("First the keys, the backups' too: overwritten, then removed"),
        _("Then every chat, every backup, the settings and the record of what happened"),
    ):
        layout.addWidget(label(line, "small", wrap=True))
    layout.addSpacing(6)
    layout.addWidget(label(_("What stays"), "heading"))
    layout.addWidget(label(_("Files you exported, and whatever else lies in the folder"), "small", wrap=True))
    return card
