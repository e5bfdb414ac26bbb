# SPDX-License-Identifier: GPL-3.0-or-later
"""The search field: waits until typing pauses, Escape clears, Down goes to what was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import label
from desktop.ui.theme.theme import Theme

SHORTCUT = "Ctrl+K"
_PAUSE_MS = 120


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
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        keys = QKeySequence(SHORTCUT).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        self._keys: QLabel = label(keys, "caption")
        self._keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 11, 0)
        inside.addStretch(1)
        inside.addWidget(self._keys)
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
        self._pause.start(0 if not text else _PAUSE_MS)

    def _redraw(self) -> None:
        self._glass.setIcon(self._theme.icon("search", "ink3"))
