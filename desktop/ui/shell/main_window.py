# SPDX-License-Identifier: GPL-3.0-or-later
"""The one window: a stack of pages, its keys, and its place on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from desktop.i18n import _
from desktop.ui.preferences import WINDOW, Preferences
from desktop.ui.shell.shortcuts import OTHER_KEYS, Command
from desktop.ui.shell.zoom import STEPS, zoom
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.focus_ring import FocusRing
from desktop.ui.theme.theme import Theme

_SIZE = (1280, 820)
_LEAST = (480, 400)
_TITLE_BAR = 32  # px; how high the desktop's own is can only be known once the window is shown
_MOST_OF_SCREEN = 0.6  # of it: large text must not push the window over the screen's edge


class MainWindow(QMainWindow):
    """Attributes:
    commanded: a Command, from a key.
    closing: the person closes the window; it is hidden by then.
    may_close: asked first; where it says no, it closes the window later if the person wants that.
    """

    commanded = Signal(object)
    closing = Signal()

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.may_close: Callable[[], bool] = lambda: True
        self._asks = True
        self._theme = theme
        self.setWindowTitle(_("Inglenook"))
        self.setWindowIcon(theme.icon("flame", "accent", 64))
        self.stack = QStackedWidget()
        self.setCentralWidget(self.stack)
        self.focus_ring = FocusRing(theme, self)
        for command in Command:
            shortcut = QShortcut(QKeySequence(command.value), self)
            if other := OTHER_KEYS.get(command):
                shortcut.setKeys([QKeySequence(command.value), QKeySequence(other)])
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda c=command: self._do(c))
        theme.changed.connect(self._fit_scale)
        self.stack.currentChanged.connect(lambda _place: scale_layouts(self.stack, theme.scale))
        self._fit_scale()
        self._take_place()

    def _do(self, command: Command) -> None:
        if command in STEPS:  # on every page, also before unlocking
            zoom(command, self._preferences, self._theme, self)
        else:
            self.commanded.emit(command)

    def come_forward(self) -> None:
        """Someone started Inglenook again: here we are."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_at_once(self) -> None:
        """Close without asking: the system ends us."""
        self._asks = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place, vanish at once; what must be kept is kept behind the scenes."""
        # A question would hold up the end of the desktop session, which does not wait for an answer.
        application = QGuiApplication.instance()
        is_system_ending = isinstance(application, QGuiApplication) and application.isSavingSession()
        if self._asks and not is_system_ending and not self.may_close():
            event.ignore()
            return
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        self._preferences.set(
            WINDOW, (place.x(), place.y(), place.width(), place.height(), self.isMaximized())
        )
        event.accept()
        self.closing.emit()

    def _take_place(self) -> None:
        """Where it was, if a screen is still there; else in the middle, no larger than the screen."""
        kept = self._preferences.get(WINDOW)
        screen = QGuiApplication.primaryScreen().availableGeometry()
        if kept is not None:
            place = QRect(*kept[:4])
            rooms = (s.availableGeometry() for s in QGuiApplication.screens())
            there = next((room for room in rooms if room.intersects(place)), None)
            if there is not None:
                self.setGeometry(_within(place, there))
                if kept[4]:
                    self.setWindowState(Qt.WindowState.WindowMaximized)
                return
        self.resize(min(_SIZE[0], screen.width()), min(_SIZE[1], screen.height()))
        self.move(screen.center() - self.rect().center())

    def _fit_scale(self) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        width, height = (self._theme.px(length) for length in _LEAST)
        scale_layouts(self.stack, self._theme.scale)
        room = screen.size() * _MOST_OF_SCREEN
        self.setMinimumSize(min(width, room.width()), min(height, room.height()))


def _within(place: QRect, room: QRect) -> QRect:
    """``place`` on a screen that may have become smaller, or be magnified now; its title bar in reach."""
    room = room.adjusted(0, _TITLE_BAR, 0, 0)
    size = place.size().boundedTo(room.size())
    left = min(max(place.left(), room.left()), room.right() + 1 - size.width())
    top = min(max(place.top(), room.top()), room.bottom() + 1 - size.height())
    return QRect(QPoint(left, top), size)
