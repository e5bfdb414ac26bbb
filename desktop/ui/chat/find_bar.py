# SPDX-License-Identifier: GPL-3.0-or-later
"""Find in chat: a field, how many places there are, the next and the one before."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import IconButton, label
from desktop.ui.theme.theme import Theme

_PAUSE_MS = 120
_FIELD = 240  # px
_COUNT = 96  # px; the buttons do not move while it changes


class FindBar(QFrame):
    """Attributes:
    asked: for these words; "" for none.
    step_requested: to the next place (1), or the one before (-1).
    left: it was closed.
    """

    asked = Signal(str)
    step_requested = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme, page: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "findbar")
        self.setAccessibleName(_("Find in this chat"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Find in this chat"))
        self.field.setAccessibleName(_("Find in this chat"))
        self.count = label("", "small")
        self.before_button = IconButton(
            theme, "arrow-up", _("The place before"), shortcut="Shift+F3", size=16
        )
        self.next_button = IconButton(theme, "arrow-down", _("The next place"), shortcut="F3", size=16)
        self.close_button = IconButton(theme, "x", _("Close"), shortcut="Esc", size=16)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 12, 5)
        layout.setSpacing(4)
        layout.addStretch(1)
        layout.addWidget(self.field)
        layout.addSpacing(6)
        layout.addWidget(self.count)
        for button in (self.before_button, self.next_button, self.close_button):
            layout.addWidget(button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.field.text()))
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self.before_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.next_button.clicked.connect(lambda: self.step_requested.emit(1))
        self.close_button.clicked.connect(self.close_bar)
        self._keys = [self._key(page, "F3", 1), self._key(page, "Shift+F3", -1)]
        theme.changed.connect(self._resize)
        self._resize()
        self.show_count(None, 0)
        self.hide()

    def begin(self) -> None:
        """Show it, and choose what was looked for last."""
        self.show()
        for key in self._keys:
            key.setEnabled(True)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text():
            self._pause.start(0)

    def close_bar(self) -> None:
        """Hide it; what was marked is no longer."""
        if self.isHidden():
            return
        self._pause.stop()
        for key in self._keys:
            key.setEnabled(False)
        self.hide()
        self.left.emit()

    def show_count(self, place: int | None, count: int) -> None:
        """Say which of how many places a person is at, from 0; None when nothing was looked for."""
        if place is None:
            words = "" if not self.field.text() else _("Not found")
        else:
            words = _("{place} of {count}").format(place=f"{place + 1:n}", count=f"{count:n}")
        self.count.setText(words)
        for button in (self.before_button, self.next_button):
            button.setEnabled(place is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes on, with Shift back; Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if self._pause.isActive():
                self._pause.start(0)
            else:
                self.step_requested.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)
            event.accept()  # what the field does not take is not the beginning of a message

    def _key(self, page: QWidget, keys: str, step: int) -> QShortcut:
        made = QShortcut(QKeySequence(keys), page)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.setEnabled(False)
        made.activated.connect(lambda: self.step_requested.emit(step))
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the field gives way first."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        px = self._theme.px
        self.count.setMinimumWidth(px(_COUNT))
        beside = px(_COUNT) + 3 * self.next_button.width() + px(60)
        self.field.setFixedWidth(max(px(80), min(px(_FIELD), self.width() - beside)))
