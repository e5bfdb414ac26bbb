# SPDX-License-Identifier: GPL-3.0-or-later
"""What Linux tells over D-Bus: logind of locking and sleeping, the desktop's screen saver of the screen.

Both buses are local sockets. Nothing here waits for an answer on the thread that draws.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
    QDBusVariant,
)
from PySide6.QtWidgets import QWidget

from desktop.i18n import _
from desktop.ui.tasks import Tasks

# https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
_LOGIND = "org.freedesktop.login1"
_MANAGER_PATH = "/org/freedesktop/login1"
_MANAGER, _SESSION = f"{_LOGIND}.Manager", f"{_LOGIND}.Session"
_OWN_SESSION = "/org/freedesktop/login1/session/auto"  # to be asked; it tells by its real path
_PROPERTIES = "org.freedesktop.DBus.Properties"

# All of them tell by the same signal, wherever their object lies: https://specifications.freedesktop.org/idle-inhibit
_SCREEN_SAVERS = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)
_TIMEOUT_MS = 2000

Told = Callable[[Sequence[object]], object]


class BusWatch(QObject):
    """Listens on both buses; either may be missing. See ``Watch``."""

    locked = Signal()
    sleeping = Signal()

    def __init__(self, parent: QObject, tasks: Tasks) -> None:
        super().__init__(parent)
        self._system: QDBusConnection | None = None
        self._hold: QDBusUnixFileDescriptor | None = None
        self._closed = False
        # Greeting a bus waits for its answer, so that is done elsewhere.
        tasks.run(self._greet, self._begin)

    def let_sleep(self) -> None:
        """Give the inhibitor back: logind waits for nobody else of us."""
        self._hold = None  # closes the descriptor

    def close(self) -> None:
        """Listen no longer; what arrives is not heard."""
        self._closed = True
        self.let_sleep()

    def _greet(self) -> QDBusConnection | None:
        """On another thread: have the signals come, from both buses."""
        session = QDBusConnection.sessionBus()
        if session.isConnected():
            for interface in _SCREEN_SAVERS:
                session.connect("", "", interface, "ActiveChanged", self, _slot("_saver"))
        system = QDBusConnection.systemBus()
        if not system.isConnected():
            return None
        system.connect(_LOGIND, _MANAGER_PATH, _MANAGER, "PrepareForSleep", self, _slot("_sleep"))
        return system

    def _begin(self, system: QDBusConnection | None) -> None:
        if system is None or self._closed:
            return
        self._system = system
        self._hold_up_sleep()
        self._find_session()

    def _hold_up_sleep(self) -> None:
        """Ask to be waited for before sleeping; logind does for 5 s (InhibitDelayMaxSec)."""
        why = [_("Inglenook"), _("Closes the vault first")]
        self._ask(_MANAGER_PATH, _MANAGER, "Inhibit", ["sleep", *why, "delay"], self._held)

    def _held(self, arguments: Sequence[object]) -> None:
        if not self._closed and arguments and isinstance(arguments[0], QDBusUnixFileDescriptor):
            self._hold = arguments[0]

    def _find_session(self) -> None:
        """Which of logind's sessions this window is in: the named one, or the one on this user's screen."""
        named = os.environ.get("XDG_SESSION_ID", "")
        if named:
            self._found_name([named])
        else:
            self._ask(_OWN_SESSION, _PROPERTIES, "Get", [_SESSION, "Id"], self._found_name)

    def _found_session(self, arguments: Sequence[object]) -> None:
        path = arguments[0] if arguments else None
        if isinstance(path, QDBusObjectPath):
            self._watch_session(path.path())

    def _found_name(self, arguments: Sequence[object]) -> None:
        name = _plain(arguments)
        if isinstance(name, str):
            self._ask(_MANAGER_PATH, _MANAGER, "GetSession", [name], self._found_session)

    def _watch_session(self, path: str) -> None:
        system = self._system
        if system is None:
            return
        system.connect(_LOGIND, path, _SESSION, "Lock", self, _slot("_lock"))
        changed = _slot("_changed")
        system.connect(_LOGIND, path, _PROPERTIES, "PropertiesChanged", self, changed)

    def _ask(self, path: str, interface: str, name: str, arguments: list[object], told: Told) -> None:
        """Call logind; ``told`` is given what it answers, if it does not refuse."""
        if self._system is None:
            return
        call = QDBusMessage.createMethodCall(_LOGIND, path, interface, name)
        call.setArguments(arguments)
        watcher = QDBusPendingCallWatcher(self._system.asyncCall(call, _TIMEOUT_MS), self)

        def finished() -> None:
            reply = watcher.reply()
            watcher.deleteLater()
            if reply.type() == QDBusMessage.MessageType.ReplyMessage:
                told(reply.arguments())

        watcher.finished.connect(finished)

    @Slot(QDBusMessage)
    def _saver(self, message: QDBusMessage) -> None:
        if message.arguments()[:1] == [True] and not self._closed:
            self.locked.emit()

    @Slot(QDBusMessage)
    def _lock(self, _message: QDBusMessage) -> None:
        if not self._closed:
            self.locked.emit()

    @Slot(QDBusMessage)
    def _changed(self, message: QDBusMessage) -> None:
        """Some property of a session changed: is its screen locked now?"""
        if message.arguments()[:1] == [_SESSION] and not self._closed:
            self._ask(message.path(), _PROPERTIES, "Get", [_SESSION, "LockedHint"], self._hinted)

    def _hinted(self, arguments: Sequence[object]) -> None:
        if _plain(arguments) is True and not self._closed:
            self.locked.emit()

    @Slot(QDBusMessage)
    def _sleep(self, message: QDBusMessage) -> None:
        """Before sleeping with True, after waking with False."""
        if self._closed:
            return
        if message.arguments()[:1] == [True]:
            self.sleeping.emit()
        elif message.arguments()[:1] == [False] and self._hold is None:
            self._hold_up_sleep()


def _slot(name: str) -> Any:
    """What PySide takes for a slot: text, though its types say bytes."""
    return SLOT(f"{name}(QDBusMessage)")


def _plain(arguments: Sequence[object]) -> object:
    """The first value of an answer, out of its wrapping."""
    first = arguments[0] if arguments else None
    return first.variant() if isinstance(first, QDBusVariant) else first


def make(window: QWidget, tasks: Tasks) -> BusWatch:
    """The watch of this system."""
    return BusWatch(window, tasks)
