# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows tells the window: the session was locked, the computer is about to sleep."""

from __future__ import annotations

import ctypes
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.tasks import Tasks

# https://learn.microsoft.com/windows/win32/termserv/wm-wtssession-change
_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK, _NOTIFY_FOR_THIS_SESSION = 0x02B1, 0x7, 0
# https://learn.microsoft.com/windows/win32/power/wm-powerbroadcast
_WM_POWERBROADCAST, _PBT_APMSUSPEND = 0x0218, 0x4


class Message(ctypes.Structure):
    """The beginning of MSG, winuser.h."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
    )


class WindowsWatch(QObject):
    """See ``Watch``. Windows waits for nobody before it sleeps, about two seconds at most."""

    locked = Signal()
    sleeping = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._filter = _Filter(self)
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self._filter)
        terminals: Any = ctypes.WinDLL("wtsapi32")  # type: ignore[attr-defined,unused-ignore]
        terminals.WTSRegisterSessionNotification.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        terminals.WTSRegisterSessionNotification(int(window.winId()), _NOTIFY_FOR_THIS_SESSION)

    def hear(self, message: Message) -> None:
        """A message to any window of ours."""
        told = (message.message, message.wparam)
        if told == (_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK):
            self.locked.emit()
        elif told == (_WM_POWERBROADCAST, _PBT_APMSUSPEND):
            self.sleeping.emit()

    def let_sleep(self) -> None:
        """Nothing is held up here."""

    def close(self) -> None:
        """Listen no longer."""
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self._filter)


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, watch: WindowsWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: Any, message: Any) -> tuple[bool, int]:
        """Look; nothing is kept from anyone."""
        if bytes(kind) == b"windows_generic_MSG":
            self._watch.hear(Message.from_address(int(message)))
        return False, 0


def make(window: QWidget, _tasks: Tasks) -> WindowsWatch:
    """The watch of this system."""
    return WindowsWatch(window)
