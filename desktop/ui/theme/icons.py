# SPDX-License-Identifier: GPL-3.0-or-later
"""Lucide icons, drawn in a token's colour for the screen they are shown on."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from desktop.paths import resource

STROKE = 1.75  # in Lucide's 24 unit box
_DISABLED_OPACITY = 0.45


def icon(name: str, color: str, size: int = 16, *, disabled: str | None = None, gap: int = 0) -> QIcon:
    """A Lucide icon for buttons and menus.

    Args:
        name: the file's name in resources/icons, without ``.svg``.
        color: ``#RRGGBB``.
        size: edge in device-independent pixels.
        disabled: colour while disabled; None fades ``color``.
        gap: empty pixels between the icon and the words that follow it; they count as part of the icon.

    Raises:
        FileNotFoundError: no icon has this name (a bug of ours).
    """
    made = QIcon()
    for ratio in sorted({1.0, 2.0, QGuiApplication.instance().devicePixelRatio()}):  # type: ignore[union-attr]
        active = _widened(pixmap(name, color, size, ratio), gap)
        made.addPixmap(active, QIcon.Mode.Normal)
        made.addPixmap(active, QIcon.Mode.Selected)
        resting = _widened(pixmap(name, disabled, size, ratio), gap) if disabled else _faded(active)
        made.addPixmap(resting, QIcon.Mode.Disabled)
    return made


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap of ``size`` device-independent pixels at this device pixel ratio; cached by Qt."""
    key = f"inglenook/{name}/{color}/{size}/{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawing = _drawing(name, color)
    edge = round(size * ratio)
    made = QPixmap(edge, edge)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    made.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, made)
    return made


def paint(painter: QPainter, name: str, color: str, target: QRectF) -> None:
    """Draw an icon into ``target``; for delegates and widgets that paint themselves at any size."""
    _drawing(name, color).render(painter, target)


def _drawing(name: str, color: str) -> QSvgRenderer:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    drawing = drawing.replace("currentColor", color)
    drawing = drawing.replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    return QSvgRenderer(QByteArray(drawing.encode()))


def _widened(source: QPixmap, gap: int) -> QPixmap:
    """``source`` with ``gap`` empty pixels on the side where the words are."""
    if not gap:
        return source
    ratio = source.devicePixelRatio()
    made = QPixmap(source.width() + round(gap * ratio), source.height())
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.drawPixmap(gap if QGuiApplication.isRightToLeft() else 0, 0, source)
    painter.end()
    return made


def _faded(source: QPixmap) -> QPixmap:
    made = QPixmap(source.size())
    made.setDevicePixelRatio(source.devicePixelRatio())
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setOpacity(_DISABLED_OPACITY)
    painter.drawPixmap(0, 0, source)
    painter.end()
    return made
