# SPDX-License-Identifier: GPL-3.0-or-later
"""What macOS tells all programs: the screen was locked. It does that before it sleeps, if so set up."""

from __future__ import annotations

import ctypes

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.tasks import Tasks

_CORE = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_LOCKED = b"com.apple.screenIsLocked"
# CFString.h, CFNotificationCenter.h
_UTF8, _DELIVER_IMMEDIATELY = 0x08000100, 4

_Callback = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p
)


class MacWatch(QObject):
    """See ``Watch``. Nothing is told of sleeping."""

    locked = Signal()
    sleeping = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        core = ctypes.CDLL(_CORE)
        core.CFNotificationCenterGetDistributedCenter.restype = ctypes.c_void_p
        core.CFStringCreateWithCString.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32]
        core.CFStringCreateWithCString.restype = ctypes.c_void_p
        observer = core.CFNotificationCenterAddObserver
        observer.argtypes = [*(ctypes.c_void_p,) * 2, _Callback, *(ctypes.c_void_p,) * 2, ctypes.c_long]
        observer.restype = None
        remove = core.CFNotificationCenterRemoveEveryObserver
        remove.argtypes, remove.restype = [ctypes.c_void_p, ctypes.c_void_p], None
        self._core = core
        self._callback = _Callback(self._hear)  # to be held as long as the system may call it
        self._center = core.CFNotificationCenterGetDistributedCenter()
        name = core.CFStringCreateWithCString(None, _LOCKED, _UTF8)
        observer(self._center, id(self), self._callback, name, None, _DELIVER_IMMEDIATELY)

    def let_sleep(self) -> None:
        """Nothing is held up here."""

    def close(self) -> None:
        """Listen no longer."""
        self._core.CFNotificationCenterRemoveEveryObserver(self._center, id(self))

    def _hear(self, *_notification: object) -> None:
        """Called by the main thread's run loop, which is Qt's."""
        self.locked.emit()


def make(window: QWidget, _tasks: Tasks) -> MacWatch:
    """The watch of this system."""
    return MacWatch(window)
