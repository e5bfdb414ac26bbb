# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that is on or off, and takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from desktop.ui.theme.theme import Theme

_WIDE, _HIGH, _HIT, _GAP = 38, 22, 34, 3  # px


class Switch(QCheckBox):
    """A check box that is drawn as a switch; its words stand beside it and are its name."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """A switch, in a hit area that a finger finds."""
        return QSize(self._theme.px(_WIDE + 4), self._theme.px(_HIT))

    def minimumSizeHint(self) -> QSize:
        """It never shrinks."""
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:
        """All of it can be pressed."""
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A track and a knob; where it is on, the knob is at the end of the line."""
        tokens, px = self._theme.tokens, self._theme.px
        on = self.isChecked()
        track = QRectF(0, 0, px(_WIDE), px(_HIGH))
        track.moveCenter(QRectF(self.rect()).center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.ok if on else tokens.ink3))
        painter.setBrush(QColor(tokens.ok if on else tokens.hover))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), track.height() / 2, track.height() / 2)
        edge = track.height() - 2 * px(_GAP)
        at_end = on is not (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        left = track.right() - px(_GAP) - edge if at_end else track.left() + px(_GAP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.surface if on else tokens.ink3))
        painter.drawEllipse(QRectF(left, track.top() + px(_GAP), edge, edge))
