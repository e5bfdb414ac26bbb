# SPDX-License-Identifier: GPL-3.0-or-later
"""Falling asleep is held up while an answer is written, and only then: on a real bus with stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")

# In a process of its own: Qt keeps the addresses of the buses it found first.
PROGRAM = """
import os, sys, threading
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, QSocketNotifier
from PySide6.QtDBus import QDBusConnection, QDBusUnixFileDescriptor, QDBusVirtualObject
from desktop.ui.shell import awake
from desktop.ui.tasks import Tasks

asked, freed = [], []

class Desktop(QDBusVirtualObject):
    def introspect(self, path):
        return ""

    def handleMessage(self, message, connection):
        asked.append((message.path(), message.arguments()))
        reply = message.createReply()
        if "login1" in message.path():
            ours, theirs = os.pipe()
            reply.setArguments([QDBusUnixFileDescriptor(theirs)])
            os.close(theirs)
            self.notifier = QSocketNotifier(ours, QSocketNotifier.Type.Read, self)
            self.notifier.activated.connect(lambda: (freed.append(1), self.notifier.setEnabled(False)))
        else:
            reply.setArguments([7])
        return connection.send(reply)

def until(told):
    clock = QElapsedTimer()
    clock.start()
    while not told():
        assert clock.elapsed() < 10_000, (asked, freed)
        application.processEvents()

application = QCoreApplication([])
bus = QDBusConnection.connectToBus(os.environ["DBUS_SESSION_BUS_ADDRESS"], "stand-in")
desktop = Desktop()
assert bus.registerVirtualObject("/org", desktop, QDBusConnection.VirtualObjectRegisterOption.SubPath)
assert bus.registerService("org.freedesktop.login1")
assert bus.registerService("org.freedesktop.PowerManagement")
tasks, holder = Tasks(), QObject()
kept = awake.Awake(tasks, holder)
kept._clock.setInterval(100)
kept.keep({"a chat"})
kept.keep(set())  # over before it counts
clock = QElapsedTimer()
clock.start()
while clock.elapsed() < 300:
    application.processEvents()
assert asked == []
kept.keep({"a chat"})
until(lambda: len(asked) == 2 and kept._hold is not None)
kept.keep({"a chat", "another"})
kept.keep({"temporary"}, "temporary")
words = ["Inglenook", "An answer is being written"]
assert sorted(asked) == [
    ("/org/freedesktop/PowerManagement/Inhibit", words),
    ("/org/freedesktop/login1", ["idle", *words, "block"]),
], asked
names = QDBusConnection.sessionBus().interface().registeredServiceNames().value()
kept.keep(set())
assert kept._hold is not None  # the temporary chat is still being answered
kept.keep(set(), "temporary")
until(lambda: freed == [1])
until(lambda: len(QDBusConnection.sessionBus().interface().registeredServiceNames().value()) < len(names))
tasks.close()
"""


def test_sleep_is_held_up_while_an_answer_is_written_and_no_longer() -> None:
    daemon = shutil.which("dbus-daemon")
    assert daemon, "dbus-daemon is missing: apt-get install dbus-daemon"
    command = [daemon, "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        buses = {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **buses, "LANGUAGE": "en"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        bus.kill()
    assert (done.returncode, done.stderr) == (0, "")
