# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cards of the ways in share: closed until asked for, one form open at a time, Escape closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.errors import InglenookError
from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, label, reckoned_by_room, restyle, row

if TYPE_CHECKING:
    from datetime import datetime


class WayCard(QFrame):
    """A heading, a line of explanation with its buttons, how things stand, and forms underneath."""

    def __init__(self, title: str, words: str, *buttons: Button) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.said = label("", "small", wrap=True)
        self.said.hide()
        self._buttons = buttons
        self._opened_by: Button | None = None
        self._form: QWidget | None = None
        self._busy = False
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(title, "heading"))
        line = row(label(words, "secondary", wrap=True), *buttons)
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self.said)
        self._inside = inside

    def add_form(self, *widgets: QWidget | None, buttons: tuple[Button, ...]) -> QWidget:
        """A form of these, hidden at first, its buttons underneath on the right."""
        form = QWidget()
        layout = QVBoxLayout(form)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(12)
        for widget in widgets:
            if widget is not None:
                layout.addWidget(widget)
        layout.addLayout(row(None, *buttons))
        form.hide()
        self._inside.addWidget(reckoned_by_room(form))
        return form

    def open_form(self, form: QWidget, focus: QWidget, *, by: Button) -> None:
        """Show it instead of the buttons that ask for it."""
        self.say("")
        self._opened_by, self._form = by, form
        for button in self._buttons:
            button.hide()
        form.show()
        focus.setFocus()

    def close_form(self, *, refocus: bool = True) -> None:
        """Hide what is open, forget what was in it, and go back to where it was asked for."""
        if self._form is None:
            return
        had_focus = refocus and self._form.isAncestorOf(self.focusWidget() or self)
        self._form.hide()
        self._form = None
        self.forget()
        self.show_buttons()
        if had_focus and self._opened_by is not None and self._opened_by.isVisibleTo(self):
            self._opened_by.setFocus()

    @property
    def has_form(self) -> bool:
        """Whether a form is open."""
        return self._form is not None

    def forget(self) -> None:
        """Take what was typed or shown off the screen; for the cards to fill in."""

    def show_buttons(self) -> None:
        """Show those that can be pressed now; for the cards to fill in where that depends."""
        for button in self._buttons:
            button.show()

    def set_busy(self, busy: bool) -> None:
        """While something is being done: nothing can be pressed, and Escape waits."""
        self._busy = busy
        for widget in (self._form, *self._buttons):
            if widget is not None:
                widget.setEnabled(not busy)

    def say(self, words: str, *, failed: bool = False) -> None:
        """Tell what came of it, or how things stand."""
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def tell(self, words: str) -> None:
        """The same, read out as well."""
        self.say(words)
        announce(self, words)

    def fail(self, error: Exception, otherwise: str) -> None:
        """Say what went wrong; a bug of ours is told as ``otherwise``, and reported as one."""
        self.set_busy(False)
        self.say(str(error) if isinstance(error, InglenookError) else otherwise, failed=True)
        announce(self, self.said.text())
        if not isinstance(error, InglenookError):
            raise error

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the form, not the page."""
        if event.key() == Qt.Key.Key_Escape and self._form is not None:
            if not self._busy:
                self.close_form()
        else:
            super().keyPressEvent(event)


def day(at: datetime | None) -> str:
    """A date in the person's own manner; "" if it is not known."""
    if at is None:
        return ""
    made = QDateTime.fromMSecsSinceEpoch(round(at.timestamp() * 1000))
    return QLocale().toString(made.date(), QLocale.FormatType.LongFormat)


def something_went_wrong() -> str:
    """What is said of a bug."""
    return _("Something went wrong. What opened your chats before still does.")
