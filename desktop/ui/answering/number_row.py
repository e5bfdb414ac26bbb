# SPDX-License-Identifier: GPL-3.0-or-later
"""One number: what it does in plain words, its exact term, its value, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.parameters import Parameter
from desktop.ui.theme.controls import IconButton, label, restyle, row
from desktop.ui.theme.theme import Theme

_WIDTH = 96  # px


class NumberField(QLineEdit):
    """A number; the arrow keys change it by a step.

    Attributes:
        stepped: with 1 or -1.
    """

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class NumberRow(QWidget):
    """Attributes:
    changed: with the number, or None for the model's default.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, parameter: Parameter) -> None:
        super().__init__()
        self.parameter = parameter
        self._theme = theme
        self._kept: float | None = None
        self.field = NumberField()
        self.field.setProperty("kind", "number")
        self.field.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.field.setAccessibleName(parameter.title)
        self.field.setAccessibleDescription(f"{parameter.line} {parameter.term}")
        usual = parameter.usual
        self._usual = _("default") if usual is None else parameter.in_words(usual)
        self.field.setPlaceholderText(self._usual)
        self.reset_button = IconButton(
            theme, "rotate-ccw", _("{title}: as the model's default").format(title=parameter.title), size=15
        )
        keeps = self.reset_button.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(keeps)
        self.note = label("", "caption", wrap=True)
        self.problem = label("", "problem", wrap=True)
        title = label(parameter.title, "field", wrap=True)
        head = row(title, self.reset_button, self.field, spacing=4)
        head.setStretch(0, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(3)
        inside.addLayout(head)
        for words in (label(parameter.line, "small", wrap=True), self.note, self.problem):
            inside.addWidget(words)
        self.say(parameter.term)
        self.problem.hide()
        self.reset_button.hide()
        theme.changed.connect(self._resize)
        self._resize()
        self.field.editingFinished.connect(self._read)
        self.field.stepped.connect(self._step)
        self.reset_button.clicked.connect(self._reset)

    def show_value(self, value: float | None) -> None:
        """Show what holds; what is being written just now stays."""
        self._kept = value
        self._refuse("")
        self.reset_button.setVisible(value is not None)
        if not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText("" if value is None else self._spelled(value))

    def say(self, term: str) -> None:
        """Show the exact term, and what there is to know besides."""
        self.note.setText(term)

    def _read(self) -> None:
        text = self.field.text().strip().replace(",", ".").replace("\N{NO-BREAK SPACE}", "")
        one = self.parameter
        self.field.setModified(False)
        if not text:
            self._tell(None)
            return
        try:
            value = round(float(text), one.decimals) if one.decimals else int(text)
        except (ValueError, OverflowError):
            value = float("nan")
        if not one.low <= value <= one.high:
            self._refuse(
                _("A number from {low} to {high}, please; kept is {kept}.").format(
                    low=one.in_words(one.low),
                    high=one.in_words(one.high),
                    kept=self._usual if self._kept is None else self._spelled(self._kept),
                )
            )
            return
        self._tell(value)

    def _step(self, by: int) -> None:
        one = self.parameter
        start = self._kept if self._kept is not None else one.usual
        value = (one.low if start is None else start) + by * one.step
        value = min(max(value, one.low), one.high)
        value = round(value, one.decimals) if one.decimals else int(value)
        self.field.setText(self._spelled(value))
        self.field.setModified(False)
        self._tell(value)

    def _reset(self) -> None:
        self.field.clear()
        self.field.setFocus()
        self.field.setModified(False)
        self._tell(None)

    def _tell(self, value: float | None) -> None:
        self._refuse("")
        if value != self._kept:
            self._kept = value
            self.reset_button.setVisible(value is not None)
            self.changed.emit(value)

    def _refuse(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        restyle(self.field, "kind", "wrong-number" if words else "number")

    def _spelled(self, value: float) -> str:
        return self.parameter.in_words(value)

    def _resize(self) -> None:
        self.field.setFixedWidth(self._theme.px(_WIDTH))
