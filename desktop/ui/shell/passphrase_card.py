# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings where the passphrase is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.errors import InglenookError, WrongPassphraseError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.services.vault import judge_passphrase
from desktop.ui.lock.new_passphrase import NewPassphrase
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme


class PassphraseCard(QFrame):
    """Closed until asked for, so that nobody types a passphrase into the wrong place.

    Attributes:
        requested: old and new passphrase, to be changed.
    """

    requested = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.open_button = Button(theme, _("Change…"))
        self.open_button.setAccessibleName(_("Change the passphrase"))
        self.old = PassphraseField(theme, _("Current passphrase"))
        self.new = NewPassphrase(theme, _("New passphrase"))
        self.change_button = Button(theme, _("Change"), "primary")
        self.cancel_button = Button(theme, _("Cancel"))
        self._said = label("", "small", wrap=True)
        self._said.hide()
        self._problem = label("", "problem", wrap=True)
        self._problem.hide()
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 4, 0, 0)
        form.setSpacing(14)
        for widget in (self.old, self.new, self._problem):
            form.addWidget(widget)
        form.addLayout(row(None, self.cancel_button, self.change_button))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("Passphrase"), "heading"))
        line = row(
            label(_("Change it if somebody may have seen it."), "secondary", wrap=True), self.open_button
        )
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self._said)
        inside.addWidget(self._form)
        self._form.hide()
        self.open_button.clicked.connect(self._open)
        self.cancel_button.clicked.connect(self._close)
        self.old.confirmed.connect(self.new.setFocus)
        self.new.submitted.connect(self._submit)
        self.change_button.clicked.connect(self._submit)
        self.new.accepted.connect(lambda new: self.requested.emit(self.old.text, new))

    def show_busy(self, busy: bool) -> None:
        """While the keys are derived."""
        for widget in (self.old, self.new, self.cancel_button, self.change_button):
            widget.setEnabled(not busy)
        self.change_button.show_text(_("Changing…") if busy else _("Change"))

    def show_changed(self) -> None:
        """It is done."""
        self._close()
        self._said.setText(
            _("Changed. Copies of your vault that were made elsewhere before still open with the old one.")
        )
        self._said.show()

    def show_wrong(self) -> None:
        """The old one does not fit."""
        self.old.complain(_("That is not the current passphrase."))
        self.old.edit.selectAll()
        self.old.edit.setFocus()

    def show_problem(self, text: str) -> None:
        """Say what went wrong, above the buttons."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the form, not the page."""
        if event.key() == Qt.Key.Key_Escape and self._form.isVisible():
            if self.cancel_button.isEnabled():
                self._close()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self._said.hide()
        self.show_problem("")
        self.open_button.hide()
        self._form.show()
        self.old.edit.setFocus()

    def _close(self) -> None:
        self.old.clear()
        self.new.forget()
        self._form.hide()
        self.open_button.show()
        self.open_button.setFocus()

    def _submit(self) -> None:
        self.show_problem("")
        if self.old.text:
            self.new.submit()
        else:
            self.old.complain(_("Type the current passphrase first."))
            self.old.edit.setFocus()


class PassphrasePresenter:
    """Does what the card asks for.

    Args:
        session: whose passphrase.
        tasks: for what takes seconds.
        card: where it is asked for.
    """

    def __init__(self, session: Session, tasks: Tasks, card: PassphraseCard) -> None:
        self._session = session
        self._tasks = tasks
        self._card = card
        card.new.judged.connect(self._judge)
        card.requested.connect(self._change)

    def _judge(self, passphrase: str) -> None:
        new = self._card.new
        self._tasks.run(
            lambda: judge_passphrase(passphrase), lambda strength: new.show_strength(passphrase, strength)
        )

    def _change(self, old: str, new: str) -> None:
        self._card.show_busy(True)
        self._tasks.run(
            lambda: self._session.ways_in.change_passphrase(old, new), self._changed, self._not_changed
        )

    def _changed(self, _backups: int) -> None:
        self._card.show_busy(False)
        self._card.show_changed()

    def _not_changed(self, error: Exception) -> None:
        self._card.show_busy(False)
        if isinstance(error, WrongPassphraseError):
            self._card.show_wrong()
        elif isinstance(error, InglenookError):
            self._card.show_problem(str(error))
        else:
            self._card.show_problem(
                _("Something went wrong. Your current passphrase still opens your chats.")
            )
            raise error
