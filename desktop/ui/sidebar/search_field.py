# SPDX-License-Identifier: GPL-3.0-or-later
"""The search field: waits until typing pauses, Escape clears, Down goes to what was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import HIT_AREA, IconButton, IconLabel, label, row
from desktop.ui.theme.theme import Theme

SHORTCUT = "Ctrl+Shift+F"
_PAUSE_MS = 120
_GLASS = 16  # px
_CROSS = 15  # px


class SearchField(QLineEdit):
    """Attributes:
    asked: for the text, stripped; "" when there is nothing to search any more.
    leaving: Down was pressed, or Return: on to the results.
    """

    asked = Signal(str)
    leaving = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "search")
        self.setPlaceholderText(_("Search everything"))
        self.setAccessibleName(_("Search everything"))
        keys = QKeySequence(SHORTCUT).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        self._keys: QLabel = label(keys, "caption")
        glass = IconLabel(theme, "search", "ink3", _GLASS)
        for part in (glass, self._keys):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clear_button = IconButton(theme, "x", _("Clear the search"), shortcut="Esc", size=_CROSS)
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button.clicked.connect(self.clear)
        self.clear_button.clicked.connect(self.setFocus)
        self.clear_button.hide()
        inside = QHBoxLayout(self)
        hint = row(self._keys)
        hint.setContentsMargins(0, 0, 11, 0)
        inside.setContentsMargins(10, 0, 0, 0)
        inside.addWidget(glass)
        inside.addStretch(1)
        inside.addLayout(hint)
        inside.addWidget(self.clear_button)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.text().strip()))
        self.textChanged.connect(self._typed)
        theme.changed.connect(self._redraw)
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, Down and Return leave; the rest types."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self.leaving.emit()
        else:
            super().keyPressEvent(event)

    def _typed(self, text: str) -> None:
        self._keys.setVisible(not text)
        self.clear_button.setVisible(bool(text))
        self._redraw()
        self._pause.start(0 if not text else _PAUSE_MS)

    def _redraw(self) -> None:
        before = self._theme.px(_GLASS + 10)
        after = self._theme.px(HIT_AREA - 4) if self.text() else 0  # the text ends where the cross begins
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setTextMargins(after if rtl else before, 0, before if rtl else after, 0)
