# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the lines of the map: rails for the branches, a dot and the first words for each message."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.i18n import _
from desktop.services.branches import MapRow
from desktop.ui.branch_map.model import MapModel, who
from desktop.ui.theme.style import focus_colour
from desktop.ui.theme.theme import Theme

ROW = 36  # px, as all below
_RAIL = 22
_INSET = 22
_DOT = 4.5
_GAP = 14
_MOST_RAILS = 8  # deeper branches are drawn no further to the right: words must have room


class MapDelegate(QStyledItemDelegate):
    """All rows are as high as each other."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """One height for all."""
        return QSize(10, self._theme.px(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row; mirrored where one reads from right to left."""
        row = index.data(MapModel.RowRole)
        if not isinstance(row, MapRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        self._paint_ground(painter, area, option.state)
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        painter.save()
        if mirrored:
            painter.translate(area.left() + area.right() + 1, 0)
            painter.scale(-1, 1)
        rails = min(row.level, _MOST_RAILS)
        self._paint_rails(painter, area, row, rails)
        painter.restore()
        taken = self._theme.px(_INSET + rails * _RAIL + _GAP)
        words = area.adjusted(taken, 0, -self._theme.px(14), 0)
        if mirrored:
            words = area.adjusted(self._theme.px(14), 0, -taken, 0)
        self._paint_words(painter, words, row, str(index.data(MapModel.WordsRole) or ""), option.direction)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRect, state: QStyle.StateFlag) -> None:
        tokens = self._theme.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if not (chosen or state & QStyle.StateFlag.State_MouseOver):
            return
        box = QRectF(area).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(box, self._theme.px(8), self._theme.px(8))
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(focus_colour(tokens)), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, self._theme.px(8), self._theme.px(8))

    def _paint_rails(self, painter: QPainter, area: QRect, row: MapRow, rails: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        x = [area.left() + theme.px(_INSET + each * _RAIL) for each in range(rails + 1)]
        top, middle, bottom = area.top(), area.center().y() + 0.5, area.bottom() + 1
        thick = max(1.5, 1.5 * theme.scale)
        quiet = QPen(QColor(tokens.ink3), thick, c=Qt.PenCapStyle.FlatCap)
        loud = QPen(QColor(tokens.accent), thick, c=Qt.PenCapStyle.FlatCap)
        for each in range(rails):  # a branch ends before what it left goes on, so that one is still to come
            painter.setPen(loud if each == 0 else quiet)
            painter.drawLine(QPointF(x[each], top), QPointF(x[each], bottom))
        painter.setPen(loud if row.shown else quiet)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not row.begins:
            painter.drawLine(QPointF(x[rails], top), QPointF(x[rails], middle))
        elif rails:
            bend = QPainterPath(QPointF(x[rails - 1], top))
            bend.quadTo(QPointF(x[rails - 1], middle), QPointF(x[rails], middle))
            painter.drawPath(bend)
        if not row.ends:
            painter.drawLine(QPointF(x[rails], middle), QPointF(x[rails], bottom))
        size = _DOT * theme.scale
        painter.setBrush(QColor(tokens.accent if row.shown else tokens.bg))
        painter.drawEllipse(QPointF(x[rails], middle), size, size)

    def _paint_words(
        self, painter: QPainter, area: QRect, row: MapRow, words: str, direction: Qt.LayoutDirection
    ) -> None:
        theme, tokens = self._theme, self._theme.tokens
        # "Absolute": the rectangles are mirrored here already.
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        mirrored = direction is Qt.LayoutDirection.RightToLeft
        start = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setLayoutDirection(direction)
        heading = who(row)
        if row.versions > 1:
            heading = _("{who} {index}/{count}").format(who=heading, index=row.version, count=row.versions)
        painter.setFont(theme.font(12.5, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.ink2))
        width = min(area.width() // 2, painter.fontMetrics().horizontalAdvance(heading))
        box = QRect(area)
        box.setWidth(width)
        if mirrored:
            box.moveRight(area.right())
        painter.drawText(box, leading | start, heading)
        rest = area.adjusted(width + theme.px(10), 0, 0, 0)
        if mirrored:
            rest = area.adjusted(0, 0, -width - theme.px(10), 0)
        painter.setFont(theme.font(14))
        painter.setPen(QColor(tokens.ink if row.shown else tokens.ink2))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, leading | start | Qt.TextFlag.TextSingleLine, shown)
