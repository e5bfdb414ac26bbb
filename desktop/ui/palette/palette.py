# SPDX-License-Identifier: GPL-3.0-or-later
"""The palette over the window: type, arrows choose, Return goes there, Escape goes back."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.palette.model import Entry, EntryRoles, PaletteModel
from desktop.ui.theme import icons
from desktop.ui.theme.controls import label
from desktop.ui.theme.focus_ring import OWN_FOCUS
from desktop.ui.theme.theme import Theme

_WIDTH = 560  # px
_HEIGHT = 420
_TOP = 72  # from the window's top
_ROW = 38
_INSET = 10
_ICON = 16
_MARGIN = 12
_SHADOW = 32
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QFrame):
    """Attributes:
    chosen: an Entry.
    typed: the letters.
    """

    chosen = Signal(object)
    typed = Signal(str)

    def __init__(self, theme: Theme, model: PaletteModel, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._before: QWidget | None = None
        self.setProperty("kind", "palette")
        self.setAccessibleName(_("Go to a chat or do something"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Go to a chat, or do something…"))
        self.field.setAccessibleName(_("Go to a chat, or do something"))
        self.field.setProperty(OWN_FOCUS, True)  # nothing else in it can have the focus
        self.list = QListView()
        self.list.setAccessibleName(_("Chats and actions"))
        self.list.setModel(model)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the letters go on to the field
        self.list.setMouseTracking(True)
        self.nothing = label(_("No chat and no action is called that."), "small", wrap=True)
        self.nothing.setContentsMargins(12, 10, 12, 10)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 8, 8, 8)
        self._layout.setSpacing(6)
        for widget in (self.field, self.list, self.nothing):
            self._layout.addWidget(widget)
        self.field.textChanged.connect(self.typed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        model.modelReset.connect(self._settle)
        over.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        theme.changed.connect(self._place)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(_SHADOW)
        shadow.setOffset(0, _SHADOW / 4)
        shadow.setColor(QColor(0, 0, 0, 70))
        self.setGraphicsEffect(shadow)
        self.hide()

    def begin(self) -> None:
        """Show it, empty, over everything."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.field.clear()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._settle()

    def leave(self) -> None:
        """Hide it; the keyboard goes back where it was."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that walk through the list while the field has the focus; the window's size."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key in _MOVES:
            self._move(key)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._move(Qt.Key.Key_Down if key == Qt.Key.Key_Tab else Qt.Key.Key_Up)
        else:
            return False
        return True

    def _move(self, key: Qt.Key) -> None:
        count = self.list.model().rowCount()
        if not count:
            return
        at, page = self.list.currentIndex().row(), max(1, self.list.height() // self._theme.px(_ROW) - 1)
        place = {
            Qt.Key.Key_Up: (at - 1) % count,
            Qt.Key.Key_Down: (at + 1) % count,
            Qt.Key.Key_PageUp: max(0, at - page),
            Qt.Key.Key_PageDown: min(count - 1, at + page),
        }[key]
        self._be_at(place)
        self._say()

    def _be_at(self, place: int) -> None:
        self.list.setCurrentIndex(self.list.model().index(place, 0))

    def _settle(self) -> None:
        """Other rows are shown: the first is the one Return goes to."""
        found = self.list.model().rowCount() > 0
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        self._place()
        if self.isHidden():
            return
        if found:
            self._be_at(0)
            self._say()
        else:
            announce(self, self.nothing.text())

    def _say(self) -> None:
        """The focus stays in the field, so a screen reader is told where in the list one is."""
        words = self.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        self.field.setAccessibleDescription(str(words or ""))
        announce(self.field, str(words or ""))

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(EntryRoles.ENTRY)
        if isinstance(entry, Entry):
            self.leave()
            self.chosen.emit(entry)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A click elsewhere ends it; another window in front does not."""
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self._before = None
            self.leave()

    def _place(self) -> None:
        px = self._theme.px
        width = min(px(_WIDTH), self._over.width() - 2 * px(_MARGIN))
        top = min(px(_TOP), max(px(_MARGIN), self._over.height() // 8))
        around = self._layout.contentsMargins()
        height = self.field.sizeHint().height() + around.top() + around.bottom() + self._layout.spacing()
        height += px(8)  # borders, and what the style sheet adds to the field
        count = self.list.model().rowCount()
        height += count * px(_ROW) if count else self.nothing.heightForWidth(width - 2 * around.left())
        height = min(height, px(_HEIGHT), self._over.height() - top - px(_MARGIN))
        self.setGeometry((self._over.width() - width) // 2, top, width, height)


class _Delegate(QStyledItemDelegate):
    """An icon, the name with the letters in bold, and the key or a note at the far edge."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows alike."""
        return QSize(10, self._theme.px(_ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a row."""
        entry = index.data(EntryRoles.ENTRY)
        if not isinstance(entry, Entry):
            return
        px, tokens = self._theme.px, self._theme.tokens
        area: QRect = option.rect
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = option.state & QStyle.StateFlag.State_Selected
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.line if chosen else tokens.hover))
            painter.drawRoundedRect(QRectF(area), px(8), px(8))
        room = area.adjusted(px(_INSET), 0, -px(_INSET), 0)
        edge = px(_ICON)
        left = room.right() - edge + 1 if rtl else room.left()
        icons.paint(
            painter, entry.icon, tokens.ink3, QRectF(left, area.center().y() - edge / 2 + 1, edge, edge)
        )
        step = edge + px(_INSET)
        room.adjust(0 if rtl else step, 0, -step if rtl else 0, 0)
        self._paint_more(painter, room, entry.shown_keys or entry.note, rtl)
        self._paint_name(painter, room, entry.name, set(index.data(EntryRoles.HELD) or ()), option)
        painter.restore()

    def _paint_more(self, painter: QPainter, room: QRect, words: str, rtl: bool) -> None:
        if not words:
            return
        painter.setFont(self._theme.font(12.5))
        painter.setPen(QColor(self._theme.tokens.ink2))  # ink3 is too faint on the chosen row
        far = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(far | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), words)
        gone = painter.fontMetrics().horizontalAdvance(words) + self._theme.px(_INSET)
        room.adjust(gone if rtl else 0, 0, 0 if rtl else -gone, 0)

    def _paint_name(
        self, painter: QPainter, room: QRect, name: str, strong: set[int], option: QStyleOptionViewItem
    ) -> None:
        painter.setPen(QColor(self._theme.tokens.ink))
        plain = self._theme.font()
        bold = self._theme.font(weight=QFont.Weight.Bold)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        if not strong or not name.isascii():  # letters of some scripts must not be drawn apart
            painter.setFont(plain)
            shown = QFontMetricsF(plain).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
            leading = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeading)
            painter.drawText(room, int(leading | middle), shown)
            return
        runs: list[tuple[str, bool]] = []
        for place, letter in enumerate(name):
            if runs and runs[-1][1] == (place in strong):
                runs[-1] = (runs[-1][0] + letter, runs[-1][1])
            else:
                runs.append((letter, place in strong))
        widths = [QFontMetricsF(bold if held else plain).horizontalAdvance(text) for text, held in runs]
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        left = max(float(room.left()), room.right() - sum(widths)) if rtl else float(room.left())
        for (text, is_held), width in zip(runs, widths, strict=True):
            font = bold if is_held else plain
            painter.setFont(font)
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.right() - left)
            painter.drawText(
                QRectF(left, room.top(), room.right() - left + 1, room.height()), int(middle), shown
            )
            left += width
            if left >= room.right():
                return
