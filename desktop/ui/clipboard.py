# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying so that clipboard histories leave it out, and taking it back when the vault is locked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

# What Klipper, KeePassXC and others agree on for what no history should keep.
_SECRET = "x-kde-passwordManagerHint"  # noqa: S105 - a format's name
_OURS = "application/x-inglenook-copy"


def copy(text: str, html: str = "") -> None:
    """Put ``text`` into the clipboard, marked as ours and as not for a clipboard history.

    Args:
        text: what is pasted.
        html: the same with its looks, for what can paste that.
    """
    data = QMimeData()
    data.setText(text)
    if html:
        data.setHtml(html)
    data.setData(_SECRET, b"secret")
    data.setData(_OURS, b"1")
    QGuiApplication.clipboard().setMimeData(data)


def take_back() -> None:
    """Empty the clipboard if what is in it was put there by us; what came from elsewhere stays.

    So it is with the selection that a middle click pastes, which is text that was only marked in the window.
    To be called before the application object goes: Qt would then ask Python, already gone, for the copy.
    """
    clipboard = QGuiApplication.clipboard()
    held = clipboard.mimeData()
    if (held is not None and held.hasFormat(_OURS)) or clipboard.ownsClipboard():
        clipboard.clear()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)


class OwnCopies(QObject):
    """Marks what Qt's own fields and texts copy as ``copy`` does; they know of no marks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QGuiApplication.clipboard().dataChanged.connect(self._look)

    def close(self) -> None:
        """Mark nothing any more."""
        QGuiApplication.clipboard().dataChanged.disconnect(self._look)

    def _look(self) -> None:
        QTimer.singleShot(0, self, self._mark)  # not while the system is still being told of it

    def _mark(self) -> None:
        clipboard = QGuiApplication.clipboard()
        held = clipboard.mimeData()
        if held is not None and held.hasText() and not held.hasFormat(_OURS) and clipboard.ownsClipboard():
            copy(held.text())


class CopyClock(QObject):
    """Takes copies back some time after they were made, unless something else was copied meanwhile."""

    def __init__(self, seconds: Callable[[], int], parent: QObject | None = None) -> None:
        """Begin with the next copy.

        Args:
            seconds: after how many; asked at each copy, 0 is never.
            parent: what it lives with.
        """
        super().__init__(parent)
        self._seconds = seconds
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(take_back)
        QGuiApplication.clipboard().dataChanged.connect(self._look)

    def close(self) -> None:
        """Take nothing back any more."""
        self._timer.stop()
        QGuiApplication.clipboard().dataChanged.disconnect(self._look)

    def _look(self) -> None:
        held = QGuiApplication.clipboard().mimeData()
        seconds = self._seconds()
        if seconds and held is not None and held.hasFormat(_OURS):
            self._timer.start(seconds * 1000)
        else:
            self._timer.stop()
