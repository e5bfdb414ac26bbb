# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the window out of screenshots and shared screens, where the system has a way to ask for that."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop import logs

# https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-setwindowdisplayaffinity
_WDA_NONE, _WDA_EXCLUDEFROMCAPTURE = 0x00, 0x11
# https://developer.apple.com/documentation/appkit/nswindow/sharingtype-swift.enum
_SHARING_NONE, _SHARING_READ_ONLY = 0, 1

Hide = Callable[[int, bool], None]


def can_hide(platform: str = sys.platform) -> bool:
    """Whether there is a way here. X11 and Wayland have none."""
    return platform in ("win32", "darwin")


def hide_from_capture(window: QWidget, hidden: bool, *, ask: Hide | None = None) -> bool:
    """Ask the system to leave ``window`` out of pictures of the screen, or no longer to.

    Args:
        window: of the whole program; shown already, or about to be.
        hidden: whether to leave it out.
        ask: asks the system, by the window's native handle; None takes the way of this one.

    Returns:
        Whether it was asked; False where there is no way, or it was refused.
    """
    if ask is None:
        if not can_hide():
            return False
        ask = _ask_windows if sys.platform == "win32" else _ask_macos
    try:
        ask(int(window.winId()), hidden)
    except (OSError, AttributeError) as error:  # an older system
        logs.report_bug(error)
        return False
    return True


def _ask_windows(handle: int, hidden: bool) -> None:
    user32: Any = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    user32.SetWindowDisplayAffinity.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    user32.SetWindowDisplayAffinity.restype = ctypes.c_int
    if not user32.SetWindowDisplayAffinity(handle, _WDA_EXCLUDEFROMCAPTURE if hidden else _WDA_NONE):
        raise OSError("refused")


def _ask_macos(handle: int, hidden: bool) -> None:
    """Qt's handle is an NSView; its NSWindow has the property."""
    objc = ctypes.CDLL("/usr/lib/libobjc.dylib")
    objc.sel_registerName.argtypes, objc.sel_registerName.restype = [ctypes.c_char_p], ctypes.c_void_p
    send = ctypes.cast(objc.objc_msgSend, ctypes.c_void_p).value or 0
    ask_window = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(send)
    set_type = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)(send)
    of_view = ask_window(handle, objc.sel_registerName(b"window"))
    if not of_view:
        raise OSError("no window")
    sharing = _SHARING_NONE if hidden else _SHARING_READ_ONLY
    set_type(of_view, objc.sel_registerName(b"setSharingType:"), sharing)
