# SPDX-License-Identifier: GPL-3.0-or-later
"""A ring around whatever the keyboard is at, drawn outside it, where a style sheet cannot reach."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

from desktop.ui.theme.style import focus_colour, glow_colour
from desktop.ui.theme.theme import Theme

WIDTH = 2.5  # px
_GAP = 1.5
_RADIUS = 8
_BESIDE = 4  # a tick box has no ground of its own that would keep its words off the ring
OWN_FOCUS = "ownFocus"  # property of widgets that show focus themselves, or whose frame should carry the ring

RING_INSIDE = "ringInside"  # property of widgets that fill a part of the window: there is no room around them
_INSET = 2  # px


class FocusRing(QWidget):
    """One per window. Buttons get it when reached by keyboard, fields whenever they have the focus.

    It listens to the window and to what has the focus, not to the whole application: a Python filter there
    would be asked about every event there is.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._theme = theme
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._by_keyboard = False
        application = cast("QApplication", QApplication.instance())
        application.focusChanged.connect(self._focus_moved)
        window.installEventFilter(self)
        theme.changed.connect(self.update)

    @property
    def target(self) -> QWidget | None:
        """What the ring is around."""
        return self._target

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice what hands are doing, and follow what moves."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._by_keyboard = False
        elif kind in _KEYS:
            self._by_keyboard = True
        elif kind == QEvent.Type.Show and watched is self.parentWidget():
            self._listen_to_system_window()
        elif kind in _FOLLOWED and watched in self._watched:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, gap = self._measures()
        colour = focus_colour if gap else glow_colour
        painter.setPen(QPen(QColor(colour(self._theme.tokens)), width))
        inset = width / 2
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        target = self._target
        declared = target.property("ringRadius") if target is not None else None
        radius = self._theme.px(declared if isinstance(declared, int) else _RADIUS) + gap + inset
        radius = min(radius, area.height() / 2)
        painter.drawRoundedRect(area, radius, radius)

    def _listen_to_system_window(self) -> None:
        """Clicks anywhere come through there first."""
        window = self.parentWidget()
        handle = window.windowHandle() if window is not None else None
        if handle is not None:
            handle.removeEventFilter(self)
            handle.installEventFilter(self)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for watched in self._watched:
            if isValid(watched):
                watched.removeEventFilter(self)
        self._watched = []
        window = self.parentWidget()
        widget: QWidget | None = new
        if new is not None and window is not None and new.window() is window:
            while widget is not None and widget is not window:
                self._watched.append(widget)
                widget.installEventFilter(self)
                widget = widget.parentWidget()
        self._target = new if new is not None and self._deserves(new) else None
        self._place()

    def _deserves(self, widget: QWidget) -> bool:
        if widget.window() is not self.parentWidget() or widget.property(OWN_FOCUS):
            return False
        if isinstance(widget, QAbstractItemView):
            return False  # their delegates draw it around the current row
        return self._by_keyboard or isinstance(widget, QLineEdit)

    def _measures(self) -> tuple[float, float]:
        """Width of the ring, and what it keeps off: nothing around fields, for their border turns, too."""
        width = max(2.0, WIDTH * self._theme.scale)
        return (width + 0.5, 0.0) if isinstance(self._target, _FIELDS) else (width, _GAP)

    def _place(self) -> None:
        target, window = self._target, self.parentWidget()
        if target is None or window is None or not target.isVisible():
            self.hide()
            return
        reach = -_INSET if target.property(RING_INSIDE) else round(sum(self._measures()))
        beside = reach + (self._theme.px(_BESIDE) if isinstance(target, QCheckBox) else 0)
        area = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        self.setGeometry(area.adjusted(-beside, -reach, beside, reach))
        self.raise_()
        self.show()


_FIELDS = (QLineEdit, QComboBox)
_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.Shortcut})
_FOLLOWED = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide})
