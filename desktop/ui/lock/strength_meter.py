# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard a passphrase is to guess, as four bars and in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.services.vault import PassphraseStrength
from desktop.ui.theme.controls import label
from desktop.ui.theme.theme import Theme

BARS = 4
_HEIGHT = 4  # px
_GAP = 4
_STRONG = 3  # zxcvbn's score from which it is green


class StrengthMeter(QWidget):
    """Bars for the eye, one sentence for everyone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._bars = _Bars(theme)
        self.advice = label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bars)
        layout.addWidget(self.advice)

    def show_strength(self, strength: PassphraseStrength) -> None:
        """Draw and say it."""
        self._bars.show_score(strength.score, strength.acceptable)
        self.advice.setText(strength.advice)
        self.setAccessibleDescription(strength.advice)


class _Bars(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._filled = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_score(self, score: int, acceptable: bool) -> None:
        self._filled = max(score, 1) if acceptable else 0
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = self._theme.px(_GAP)
        width = (self.width() - gap * (BARS - 1)) / BARS
        for place in range(BARS):
            colour = tokens.line
            if place < self._filled:
                colour = tokens.ok if self._filled >= _STRONG else tokens.accent
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(place * (width + gap), 0, width, self.height()), 2, 2)
