# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands an address to the desktop.

On Linux this process may make no network socket, and neither may any program it starts. A browser started
from here would be cut off, so the desktop portal is asked instead: it starts the browser outside.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_TIMEOUT_MS = 2000


def open_link(url: QUrl) -> bool:
    """Have ``url`` opened; False if nothing here can."""
    if not sys.platform.startswith("linux"):
        return QDesktopServices.openUrl(url)
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    call = QDBusMessage.createMethodCall(
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.OpenURI",
        "OpenURI",
    )
    call.setArguments(["", url.toString(QUrl.ComponentFormattingOption.FullyEncoded), {}])
    answer = bus.call(call, timeout=_TIMEOUT_MS)
    return answer.type() == QDBusMessage.MessageType.ReplyMessage
