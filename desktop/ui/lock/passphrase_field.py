# SPDX-License-Identifier: GPL-3.0-or-later
"""A field for a passphrase: hidden unless asked for, never remembered, warns of caps lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import HIT_AREA, IconButton, label, restyle
from desktop.ui.theme.theme import Theme

_ICON = 18
LONGEST = 1024  # characters; Argon2id takes more, a person does not


class PassphraseField(QWidget):
    """A label, the field, and a line underneath for what is wrong with it.

    Attributes:
        changed: the text, at each edit.
        confirmed: Return was pressed.
    """

    changed = Signal(str)
    confirmed = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.edit = _Edit(name)
        self._note = label("", "problem", wrap=True)
        self._note.hide()
        caption = label(name, "field")
        caption.setBuddy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        for widget in (caption, self.edit, self._note):
            layout.addWidget(widget)
        self._eye = IconButton(theme, "eye", _("Show the passphrase"), size=_ICON)
        self._eye.setCheckable(True)
        self._eye.setCursor(Qt.CursorShape.ArrowCursor)
        self._eye.toggled.connect(self._show_or_hide)
        inside = QHBoxLayout(self.edit)
        inside.setContentsMargins(0, 0, 4, 0)
        inside.addStretch(1)
        inside.addWidget(self._eye)
        self.edit.textChanged.connect(self.changed)
        self.edit.textChanged.connect(lambda: self.complain(""))
        self.edit.returnPressed.connect(self.confirmed)
        self.edit.caps_lock.connect(self._hint_caps_lock)
        theme.changed.connect(self._make_room)
        self._make_room()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    @property
    def note(self) -> QLabel:
        """The line underneath."""
        return self._note

    def clear(self) -> None:
        """Forget what was typed, and hide again."""
        self.edit.clear()
        self._eye.setChecked(False)

    def complain(self, problem: str) -> None:
        """Say under the field what is wrong; "" takes it back."""
        restyle(self._note, "kind", "problem")
        restyle(self.edit, "kind", "wrong" if problem else "passphrase")
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self.edit.setAccessibleDescription(problem)

    def _hint_caps_lock(self) -> None:
        if not self._note.text():
            restyle(self._note, "kind", "small")
            self._note.setText(_("Caps Lock seems to be on."))
            self._note.show()

    def _show_or_hide(self, shown: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.show_icon("eye-off" if shown else "eye")
        self._eye.rename(_("Hide the passphrase") if shown else _("Show the passphrase"))

    def _make_room(self) -> None:
        room = self._theme.px(HIT_AREA)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.edit.setTextMargins(room if rtl else 0, 0, 0 if rtl else room, 0)


class _Edit(QLineEdit):
    """Tells capital letters typed without Shift: what caps lock looks like on every system."""

    caps_lock = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "passphrase")
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(LONGEST)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, and look at the case of what came."""
        super().keyPressEvent(event)
        text = event.text()
        if len(text) == 1 and text.isalpha():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if (text.isupper() and not shift) or (text.islower() and text.upper() != text and shift):
                self.caps_lock.emit()
