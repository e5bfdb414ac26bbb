# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that is scrolled to whatever the keyboard, a screen reader or the page itself goes to."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QScrollArea, QWidget

_AROUND = 16  # px kept in sight above and below


class ScrolledPage(QScrollArea):
    """``content`` as wide as there is room, scrolled up and down where it is too high; no stop for Tab.

    Qt scrolls on Tab only, and to the focused widget alone: a form that opens below the fold stayed there.
    A page that is just shown begins at its head, unless it begins with something to type.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self._later = QTimer(self, singleShot=True)  # once what was just shown has its place
        self._later.timeout.connect(self._follow)
        self._just_shown = QTimer(self, singleShot=True)
        application = cast("QApplication", QApplication.instance())
        application.focusChanged.connect(self._focus_moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The content is never wider than what is seen of it: it must notice that there is less room."""
        self._content.setMaximumWidth(max(1, self.viewport().width()))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever shows a page gives it the focus, too."""
        super().showEvent(event)
        self._just_shown.start(0)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._holds(new) and (isinstance(new, QLineEdit) or not self._just_shown.isActive()):
            self._later.start(0)

    def _follow(self) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self._holds(focused):
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:  # what is being pressed must stay in place
            return
        layout = self._content.layout()
        if layout is not None:
            layout.activate()
        for one in (self._whole(focused), focused):  # what it belongs to as well, if there is room for both
            if one.height() <= self.viewport().height():
                self.ensureWidgetVisible(one, 0, min(_AROUND, self.viewport().height() - one.height()))

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and self._content.isAncestorOf(widget)

    def _whole(self, focused: QWidget) -> QWidget:
        """The largest thing around ``focused`` that can be seen all at once: its form or its card."""
        found, around = focused, focused.parentWidget()
        while around is not None and around is not self._content:
            if around.height() > self.viewport().height() or isinstance(around, QAbstractScrollArea):
                break
            found, around = around, around.parentWidget()
        return found
