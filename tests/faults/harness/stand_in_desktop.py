# SPDX-License-Identifier: GPL-3.0-or-later
"""Run as a program: a stand-in for logind and the screen savers of desktops, on the bus in the environment.

Standard input, one a line: ``saver NAME`` (a screen saver by that name begins), ``lock`` and ``hint`` (two
ways of logind to tell it), ``others`` (another person's session is locked), ``sleep`` and ``wake``.
Standard output: ``ready``, ``inhibited`` and ``released``.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
    QDBusVariant,
    QDBusVirtualObject,
)

LOGIND, ROOT = "org.freedesktop.login1", "/org/freedesktop/login1"
OURS, THEIRS = f"{ROOT}/session/_32", f"{ROOT}/session/_33"


class Logind(QDBusVirtualObject):
    """Answers what the window asks for."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self._notifiers: list[QSocketNotifier] = []
        self._hint = False

    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        match (message.member(), message.arguments()):
            case ("Inhibit", ["sleep", _, _, "delay"]):
                ours, theirs = os.pipe()
                answer: object = QDBusUnixFileDescriptor(theirs)
                os.close(theirs)
                notifier = QSocketNotifier(ours, QSocketNotifier.Type.Read, self)
                notifier.activated.connect(lambda: self._released(notifier))
                self._notifiers.append(notifier)
                print("inhibited", flush=True)
            case ("GetSession", ["2"]):
                answer = QDBusObjectPath(OURS)
            case ("Get", [_, "Id"]):
                answer = QDBusVariant("2")
            case ("Get", [_, "LockedHint"]):
                answer = QDBusVariant(self._hint)
            case _:
                return False
        reply = message.createReply()
        reply.setArguments([answer])
        return connection.send(reply)

    def do(self, command: str, name: str = "") -> None:
        session = f"{LOGIND}.Session"
        match command:
            case "saver":
                self._tell("/" + name.replace(".", "/"), name, "ActiveChanged", True)
            case "lock":
                self._tell(OURS, session, "Lock")
            case "others":
                self._tell(THEIRS, session, "Lock")
            case "hint":
                self._hint = True
                self._tell(OURS, "org.freedesktop.DBus.Properties", "PropertiesChanged", session, {}, [])
            case "sleep" | "wake":
                self._tell(ROOT, f"{LOGIND}.Manager", "PrepareForSleep", command == "sleep")

    def _tell(self, path: str, interface: str, name: str, *arguments: object) -> None:
        signal = QDBusMessage.createSignal(path, interface, name)
        signal.setArguments(list(arguments))
        self._bus.send(signal)

    def _released(self, notifier: QSocketNotifier) -> None:
        notifier.setEnabled(False)
        print("released", flush=True)


def main() -> int:
    application = QCoreApplication([])
    bus = QDBusConnection.systemBus()
    logind = Logind(bus)
    assert bus.registerVirtualObject(ROOT, logind, QDBusConnection.VirtualObjectRegisterOption.SubPath)
    assert bus.registerService(LOGIND)
    commands = QSocketNotifier(0, QSocketNotifier.Type.Read)

    def hear() -> None:
        line = sys.stdin.readline()
        if line:
            logind.do(*line.split())
        else:
            application.quit()

    commands.activated.connect(hear)
    print("ready", flush=True)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
