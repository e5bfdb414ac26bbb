# SPDX-License-Identifier: GPL-3.0-or-later
"""What the cards of the Privacy Centre are made of."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme.controls import IconLabel, label, row
from desktop.ui.theme.theme import Theme

_BAR = 10  # px high
_BAR_WIDTH = 60  # px at least


class Bar(QWidget):
    """How much there is of something beside the most there is of anything.

    Args:
        theme: gives its colour.
        colour: a token.
        share: from 0 to 1.
        name: the same for a screen reader.
    """

    def __init__(self, theme: Theme, colour: str, share: float, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._theme = theme
        self._colour = colour
        self._share = share
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(theme.px(_BAR_WIDTH), theme.px(_BAR))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One rounded bar, never shorter than it is high, none for nothing."""
        if not self._share:
            return
        high = self._theme.px(_BAR)
        wide = max(high, round(self.width() * self._share))
        left = self.width() - wide if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(self._theme.tokens, self._colour)))
        painter.drawRoundedRect(QRectF(left, (self.height() - high) / 2, wide, high), high / 2, high / 2)


class Card(QFrame):
    """A card with a heading, and a body that is filled anew.

    Attributes:
        body: where the content goes.
    """

    def __init__(self, theme: Theme, icon: str, title: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(12)
        inside.addLayout(row(IconLabel(theme, icon, "ink", 16), label(title, "heading"), None, spacing=6))
        self._inside = inside
        self._content = QWidget()
        self.body = QVBoxLayout()
        inside.addWidget(self._content)
        inside.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """Take out what is in it."""
        fresh = QWidget()
        self.body = QVBoxLayout(fresh)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(10)
        self._inside.replaceWidget(self._content, fresh)
        self._content.hide()
        self._content.deleteLater()
        self._content = fresh


def lines(*parts: QWidget) -> QWidget:
    """Words that belong together, one below the other."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    for part in parts:
        layout.addWidget(part)
    return made


def pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    """Words, and what belongs to them at the end of the line."""
    layout = QHBoxLayout()
    layout.setSpacing(12)
    layout.addWidget(left, 1)
    layout.addWidget(right, 0, Qt.AlignmentFlag.AlignVCenter)
    return layout


def moment(at: datetime) -> str:
    """In the person's own manner and time zone."""
    local = QDateTime.fromMSecsSinceEpoch(round(at.timestamp() * 1000))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def number(value: int) -> str:
    """In the person's own manner: 1,312."""
    return QLocale().toString(value)


def size_in_words(size: int) -> str:
    """Bytes in the person's own manner: 2.1 MB."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
