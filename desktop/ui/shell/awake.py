# SPDX-License-Identifier: GPL-3.0-or-later
"""The computer does not fall asleep by itself while an answer is written (Linux, over D-Bus).

Only idleness is held up: a closed lid, "suspend" in a menu and the lock of the screen work as always. Nothing
here waits for an answer on the thread that draws.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
)

from desktop.i18n import _
from desktop.ui.tasks import Tasks

LONG_MS = 5000  # answers that are there sooner ask for nothing
_TIMEOUT_MS = 2000

# https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
_LOGIND, _LOGIND_PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
_MANAGER = f"{_LOGIND}.Manager"
# What KDE, Xfce and others listen to: https://www.freedesktop.org/wiki/Specifications/PowerManagement
_POWER = "org.freedesktop.PowerManagement"
_POWER_PATH, _POWER_INHIBIT = "/org/freedesktop/PowerManagement/Inhibit", f"{_POWER}.Inhibit"


@dataclass(frozen=True, slots=True)
class _Buses:
    """Either may be missing."""

    session: QDBusConnection | None
    system: QDBusConnection | None


class Awake(QObject):
    """Holds up falling asleep while something runs for longer than a moment."""

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._running: set[str] = set()
        self._is_wanted = False
        self._hold: QDBusUnixFileDescriptor | None = None  # closing it gives it back
        self._session: QDBusConnection | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(LONG_MS)
        self._clock.timeout.connect(self._begin)

    def keep(self, running: object, whose: str = "vault") -> None:
        """Something runs (true), or no more; told by each who may have something running."""
        (self._running.add if running else self._running.discard)(whose)
        if bool(self._running) == self._is_wanted:
            return
        self._is_wanted = bool(self._running)
        if self._is_wanted:
            self._clock.start()
        else:
            self.let_go()

    def let_go(self) -> None:
        """Whatever runs: sleep as always. Those who hold it up by a connection of ours are told."""
        self._running.clear()
        self._is_wanted = False
        self._clock.stop()
        self._hold = None
        session, self._session = self._session, None
        if session is not None:
            QDBusConnection.disconnectFromBus(session.name())  # whose going they notice

    def _begin(self) -> None:
        if sys.platform == "linux":  # greeting a bus waits for its answer, so that is done elsewhere
            self._tasks.run(_greet, self._ask, lambda _error: None)

    def _ask(self, buses: _Buses) -> None:
        if not self._is_wanted:
            return
        words = [_("Inglenook"), _("An answer is being written")]
        if buses.session is not None:
            self._session = buses.session
            call = QDBusMessage.createMethodCall(_POWER, _POWER_PATH, _POWER_INHIBIT, "Inhibit")
            call.setArguments(list(words))
            buses.session.asyncCall(call, _TIMEOUT_MS)
        if buses.system is not None:
            call = QDBusMessage.createMethodCall(_LOGIND, _LOGIND_PATH, _MANAGER, "Inhibit")
            call.setArguments(["idle", *words, "block"])
            self._hear(buses.system, call, self._held)

    def _hear(
        self, bus: QDBusConnection, call: QDBusMessage, told: Callable[[Sequence[object]], object]
    ) -> None:
        watcher = QDBusPendingCallWatcher(bus.asyncCall(call, _TIMEOUT_MS), self)

        def finished() -> None:
            reply = watcher.reply()
            watcher.deleteLater()
            if reply.type() == QDBusMessage.MessageType.ReplyMessage:
                told(reply.arguments())

        watcher.finished.connect(finished)

    def _held(self, arguments: Sequence[object]) -> None:
        if self._is_wanted and arguments and isinstance(arguments[0], QDBusUnixFileDescriptor):
            self._hold = arguments[0]


def _greet() -> _Buses:
    """On another thread. The session's is a connection of its own: what it asked for ends with it."""
    session = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "inglenook-awake")
    system = QDBusConnection.systemBus()
    return _Buses(session if session.isConnected() else None, system if system.isConnected() else None)
