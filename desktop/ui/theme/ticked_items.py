# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose rows are ticked: the tick is drawn, as in every other box."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.theme import icons
from desktop.ui.theme.theme import Theme


class TickedItems(QStyledItemDelegate):
    """Draws the tick into a ticked box."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Let Qt draw the line, then the tick."""
        super().paint(painter, option, index)
        if Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is not Qt.CheckState.Checked:
            return
        self.initStyleOption(option, index)
        widget: QWidget = option.widget
        box = widget.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, widget)
        inset = self._theme.px(2)
        area = QRectF(box).adjusted(inset, inset, -inset, -inset)
        icons.paint(painter, "check", self._theme.tokens.on_accent, area)
