# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls every screen is made of: each named for a screen reader, each following the theme."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import _
from desktop.ui.theme import icons
from desktop.ui.theme.scrolled import ScrolledPage
from desktop.ui.theme.theme import Theme

HIT_AREA = 34  # px; never below 32
_MADE_WITH = "madeWith"
_ICON_GAP = 4  # px between a button's icon and its words, beside the 4 Qt leaves


class IconButton(QToolButton):
    """A button that shows an icon only; its name is its tool tip and what a screen reader says."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        colour: str = "ink3",
        size: int = 18,
        shortcut: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._colour = colour
        self._size = size
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.rename(name, shortcut)
        theme.changed.connect(self._redraw)
        self._redraw()

    def rename(self, name: str, shortcut: str | None = None) -> None:
        """Change what it is called."""
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {keys}" if keys else name)

    def show_icon(self, icon: str) -> None:
        """Change the icon."""
        self._icon = icon
        self._redraw()

    def _redraw(self) -> None:
        edge = self._theme.px(HIT_AREA)
        self.setFixedSize(edge, edge)
        self.setIconSize(QSize(self._theme.px(self._size), self._theme.px(self._size)))
        self.setIcon(self._theme.icon(self._icon, self._colour, self._size))


class Button(QPushButton):
    """A button with words. ``kind`` is one of the style sheet's: plain, primary, danger, link, row, chip …"""

    def __init__(
        self,
        theme: Theme,
        text: str,
        kind: str = "plain",
        *,
        icon: str | None = None,
        colour: str = "ink2",
        icon_size: int = 16,
        resting: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAccessibleName(text.replace("&", ""))
        self.setAutoDefault(False)
        self._theme = theme
        self._icon = icon
        self._colour = colour
        self._icon_size = icon_size
        self._resting = resting
        theme.changed.connect(self._redraw)
        self._redraw()

    def show_text(self, text: str, name: str | None = None) -> None:
        """Change its words, and what a screen reader says if that is more."""
        self.setText(text)
        self.setAccessibleName(name or text)
        self._redraw()

    def show_icon(self, icon: str, colour: str | None = None) -> None:
        """Change the icon."""
        self._icon = icon
        self._colour = colour or self._colour
        self._redraw()

    def _redraw(self) -> None:
        if self._icon is not None:
            edge = self._theme.px(self._icon_size)
            gap = _ICON_GAP if self.text() else 0
            self.setIconSize(QSize(edge + self._theme.px(gap), edge))
            self.setIcon(
                self._theme.icon(self._icon, self._colour, self._icon_size, resting=self._resting, gap=gap)
            )


class IconLabel(QLabel):
    """An icon that carries no meaning of its own: the words beside it do."""

    def __init__(self, theme: Theme, icon: str, colour: str = "ink3", size: int = 16) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self._colour = colour
        self._size = size
        theme.changed.connect(self._redraw)
        self._redraw()

    def _redraw(self) -> None:
        ink = getattr(self._theme.tokens, self._colour)
        self.setPixmap(icons.pixmap(self._icon, ink, self._theme.px(self._size), self.devicePixelRatio()))


class Tick(QCheckBox):
    """A check box with a drawn tick.

    Attributes:
        confirmed: Return was pressed on it while it is ticked; on an empty one Return ticks.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._theme = theme
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let Qt draw the box, then the tick in it."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        inset = self._theme.px(2)
        area = QRectF(box).adjusted(inset, inset, -inset, -inset)
        icons.paint(QPainter(self), "check", self._theme.tokens.on_accent, area)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes on, as it does in a field; a key held down does not run through the page."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            if self.isChecked():
                self.confirmed.emit()
            else:
                self.click()


class Select(QComboBox):
    """A drop-down list with a drawn arrow."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        if sys.platform == "linux":  # where Qt tells the chosen words in the name's place
            self.setAccessibleDescription(name)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own for this widget ignores the style sheet

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let Qt draw the box, then the arrow in it."""
        super().paintEvent(event)
        edge, inset = self._theme.px(16), self._theme.px(9)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = inset if rtl else self.width() - edge - inset
        area = QRectF(left, (self.height() - edge) / 2, edge, edge)
        icons.paint(QPainter(self), "chevron-down", self._theme.tokens.ink3, area)


def label(text: str, kind: str = "body", *, wrap: bool = False) -> QLabel:
    """Words in one of the style sheet's kinds; plain text always, so that nothing in it is markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


class NamedLabel(QLabel):
    """Words told with what they are: a screen reader hears a label's name or its words, never both."""

    def __init__(self, name: str, text: str = "", kind: str = "body") -> None:
        super().__init__()
        self._name = name
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setWordWrap(True)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        words = " ".join(text.split())
        told = _("{name}: {words}").format(name=self._name, words=words) if words else self._name
        self.setAccessibleName(told)

    def clear(self) -> None:
        """Show none."""
        self.setText("")


def rule() -> QFrame:
    """A hairline between parts."""
    made = QFrame()
    made.setProperty("kind", "rule")
    return made


def row(*items: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; None stands for what stretches."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for item in items:
        if item is None:
            layout.addStretch(1)
        else:
            layout.addWidget(item)
    return layout


def scroll_in_the_middle(page: QWidget, column: QWidget) -> None:
    """Lay ``column``, whose width the page sets, in the middle of ``page``; scrolled where it is too high."""
    scrolled = QWidget()
    scrolled.setObjectName("scrolled")
    middle = QHBoxLayout(scrolled)
    middle.setContentsMargins(24, 0, 24, 0)
    middle.addStretch(1)
    middle.addWidget(column)
    middle.addStretch(1)
    inside = QVBoxLayout(page)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.addWidget(scrolling(scrolled))


def scrolling(content: QWidget) -> ScrolledPage:
    """``content`` as wide as there is room, scrolled up and down where it is too high."""
    return ScrolledPage(content)


def page_head(title: str, back: QWidget) -> QHBoxLayout:
    """What a page is called, on several lines where large text needs them, and the way back."""
    head = row()
    head.addWidget(reckoned_by_room(label(title, "title", wrap=True)), 1)
    head.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
    return head


def scale_layouts(root: QWidget, scale: float) -> None:
    """Bring margins and spacings of all layouts in ``root`` to ``scale``, from what they were made with."""
    for layout in root.findChildren(QLayout):
        made_with = layout.property(_MADE_WITH)
        if made_with is None:
            around = layout.contentsMargins()
            gap = -1 if isinstance(layout, QGridLayout) else layout.spacing()
            made_with = [around.left(), around.top(), around.right(), around.bottom(), gap]
            layout.setProperty(_MADE_WITH, made_with)
        left, top, right, bottom, gap = (round(length * scale) for length in made_with)
        layout.setContentsMargins(left, top, right, bottom)
        if gap >= 0:
            layout.setSpacing(gap)


def reckoned_by_room(widget: QWidget) -> QWidget:
    """Have a layout ask for the widget's height at the width there is, not at the least it would like.

    QBoxLayout does the latter where very large text wishes for more width than there is; lines are cut then.
    """
    widget.setMinimumWidth(1)
    return widget


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet asks for, and have it looked at again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
