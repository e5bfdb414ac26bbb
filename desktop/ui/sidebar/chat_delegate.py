# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the rows of the chat list and edits titles in place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.folder import LONGEST_NAME
from desktop.i18n import _
from desktop.services.history import MAX_TITLE
from desktop.ui.sidebar.chat_model import Roles
from desktop.ui.theme import icons
from desktop.ui.theme.focus_ring import OWN_FOCUS
from desktop.ui.theme.style import focus_colour
from desktop.ui.theme.theme import Theme

ROW = 34  # px, as all below
HEADING = 34
_INSET = 8
_MARK = 16
_DOT = 8
_NEAR = 4
_RADIUS = 8
_RING = 2
_HEADING_TEXT = 12.5


class ChatDelegate(QStyledItemDelegate):
    """One line each: the title cut to fit, and a mark while the chat is being answered."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for each row of a kind."""
        return QSize(10, self._theme.px(HEADING if index.data(Roles.HEADING) else ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        if index.data(Roles.HEADING):
            self._paint_heading(painter, area, option, str(index.data()))
        elif index.data(Roles.FOLDER):
            self._paint_folder(painter, area, option, index)
        else:
            self._paint_chat(painter, area, option, index)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A field over the row."""
        editor = QLineEdit(parent)
        editor.setProperty("kind", "cell")
        editor.setProperty(OWN_FOCUS, True)
        of_folder = bool(index.data(Roles.FOLDER))
        editor.setAccessibleName(_("Name of the folder") if of_folder else _("Title of the chat"))
        editor.setMaxLength(LONGEST_NAME if of_folder else MAX_TITLE)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """A row that changes meanwhile leaves alone what is being typed."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            super().setEditorData(editor, index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The whole row."""
        editor.setGeometry(option.rect)

    def _paint_heading(self, painter: QPainter, area: QRect, option: QStyleOptionViewItem, text: str) -> None:
        painter.setFont(self._theme.font(_HEADING_TEXT, QFont.Weight.DemiBold))
        painter.setPen(QColor(self._theme.tokens.ink2))
        inset = self._theme.px(_INSET)
        room = area.adjusted(inset, 0, -inset, -self._theme.px(5))
        _draw_line(painter, room, text, option, Qt.AlignmentFlag.AlignBottom)

    def _paint_ground(self, painter: QPainter, area: QRect, option: QStyleOptionViewItem) -> bool:
        """What shows that a row is pointed at, chosen, or where the keyboard is; whether it is chosen."""
        tokens = self._theme.tokens
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        radius = self._theme.px(_RADIUS)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(area), radius, radius)
        if state & QStyle.StateFlag.State_HasFocus:
            ring = self._theme.px(_RING)
            painter.setPen(QPen(QColor(focus_colour(tokens)), ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = ring / 2
            painter.drawRoundedRect(QRectF(area).adjusted(inset, inset, -inset, -inset), radius, radius)
        return chosen

    def _paint_folder(
        self,
        painter: QPainter,
        area: QRect,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens, inset, edge = self._theme.tokens, self._theme.px(_INSET), self._theme.px(_MARK)
        self._paint_ground(painter, area, option)
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        room = area.adjusted(inset, 0, -inset, 0)
        closed = "chevron-left" if rtl else "chevron-right"
        for name in ("chevron-down" if index.data(Roles.OPENED) else closed, "folder"):
            left = room.right() - edge + 1 if rtl else room.left()
            icons.paint(
                painter, name, tokens.ink2, QRectF(left, area.center().y() - edge / 2 + 1, edge, edge)
            )
            _take_room(room, edge + inset // 2, rtl=not rtl)
        painter.setFont(self._theme.font(_HEADING_TEXT))
        painter.setPen(QColor(tokens.ink2))
        count = option.locale.toString(int(index.data(Roles.COUNT) or 0))
        width = painter.fontMetrics().horizontalAdvance(count)
        place = QRect(room.left() if rtl else room.right() - width + 1, area.top(), width, area.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), count)
        _take_room(room, width + inset, rtl=rtl)
        room.adjust(0 if rtl else inset // 2, 0, -(inset // 2) if rtl else 0, 0)
        painter.setFont(self._theme.font(weight=QFont.Weight.Medium))
        painter.setPen(QColor(tokens.ink))
        _draw_line(painter, room, str(index.data()), option, Qt.AlignmentFlag.AlignVCenter)

    def _paint_chat(
        self,
        painter: QPainter,
        area: QRect,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = self._theme.tokens
        chosen = self._paint_ground(painter, area, option)
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        inset_px = self._theme.px(_INSET)
        leading = inset_px + (self._theme.px(_MARK) + inset_px if index.data(Roles.INSIDE) else 0)
        room = area.adjusted(inset_px if rtl else leading, 0, -(leading if rtl else inset_px), 0)
        unread, ahead = bool(index.data(Roles.UNREAD)), int(index.data(Roles.AHEAD) or 0)
        if unread:
            edge = self._theme.px(_DOT)
            left = room.left() if rtl else room.right() - edge + 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(left, area.center().y() - edge / 2 + 1, edge, edge))
            _take_room(room, edge + inset_px, rtl=rtl)
        if ahead:
            painter.setFont(self._theme.font(_HEADING_TEXT))
            painter.setPen(QColor(tokens.ink2))
            number = option.locale.toString(ahead)
            width = painter.fontMetrics().horizontalAdvance(number)
            place = QRect(room.left() if rtl else room.right() - width + 1, area.top(), width, area.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), number)
            _take_room(room, width + self._theme.px(_NEAR), rtl=rtl)
        marks = [
            (name, colour)
            for role, name, colour in (
                (Roles.AHEAD, "clock", tokens.ink2),
                (Roles.RUNNING, "flame", tokens.accent),
                (Roles.CONSENT, "graduation-cap", tokens.ink3),
            )
            if index.data(role)
        ]
        for name, colour in marks:
            edge = self._theme.px(_MARK)
            left = room.left() if rtl else room.right() - edge + 1
            icons.paint(painter, name, colour, QRectF(left, area.center().y() - edge / 2 + 1, edge, edge))
            _take_room(room, edge + inset_px, rtl=rtl)
        weight = QFont.Weight.Medium if chosen else QFont.Weight.Normal
        painter.setFont(self._theme.font(weight=QFont.Weight.DemiBold if unread else weight))
        painter.setPen(QColor(tokens.ink))
        _draw_line(painter, room, str(index.data()), option, Qt.AlignmentFlag.AlignVCenter)


def _take_room(room: QRect, width: int, *, rtl: bool) -> None:
    """Something of this width stands at the trailing edge."""
    room.adjust(width if rtl else 0, 0, 0 if rtl else -width, 0)


def _draw_line(
    painter: QPainter, room: QRect, text: str, option: QStyleOptionViewItem, vertical: Qt.AlignmentFlag
) -> None:
    """One line at the leading edge; a title in another direction than the window still reads right."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    leading = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeading)
    painter.drawText(room, int(leading | vertical | Qt.TextFlag.TextSingleLine), shown)
