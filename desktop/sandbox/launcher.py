# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the downloader from outside the app's socket filter.

A filter is for good and is inherited. So before it is set the program forks: the copy waits on a local
socket, holding nothing, and starts downloaders when asked. Once that socket is closed it is gone, and nothing
can bring it back before the next start: that is what "network off" means.
"""

from __future__ import annotations

import array
import contextlib
import os
import signal
import socket
import sys
from typing import IO, Protocol

from desktop.sandbox.process import LIFELINE_VARIABLE, Child, child_command, child_environment

_NAME = "download"
_FIRST_OTHER = 3  # descriptors below are the standard ones


class Downloader(Protocol):
    """A running downloader."""

    @property
    def commands(self) -> IO[bytes]:
        """What it is told."""

    @property
    def events(self) -> IO[bytes]:
        """What it tells."""

    def close(self) -> None:
        """End it, whatever it does. Twice is harmless."""


class Launcher(Protocol):
    """Starts downloaders."""

    def start(self) -> Downloader:
        """Start one.

        Raises:
            OSError: it cannot be started, or the network was switched off.
        """

    def close(self) -> None:
        """Start none any more, for good."""


class DirectLauncher:
    """For systems where the app has no filter that a child would inherit."""

    def __init__(self) -> None:
        self._closed = False

    def start(self) -> Child:
        """See ``Launcher.start``."""
        if self._closed:
            raise OSError("the network was switched off")
        return Child(_NAME)

    def close(self) -> None:
        """See ``Launcher.close``."""
        self._closed = True


class _Started:
    """A downloader that the launcher started; it dies with its lifeline."""

    def __init__(self, commands: int, events: int, lifeline: int) -> None:
        self.commands: IO[bytes] = os.fdopen(commands, "wb", buffering=0)
        self.events: IO[bytes] = os.fdopen(events, "rb", buffering=0)
        self._lifeline: int | None = lifeline

    def close(self) -> None:
        """End it."""
        lifeline, self._lifeline = self._lifeline, None
        if lifeline is not None:
            os.close(lifeline)
        for pipe in (self.commands, self.events):
            with contextlib.suppress(OSError):
                pipe.close()


class ForkedLauncher:
    """The app's end of the copy that was forked off. Safe from one thread."""

    def __init__(self, ours: socket.socket, pid: int) -> None:
        self._ours = ours
        self.pid = pid

    def start(self) -> _Started:
        """See ``Launcher.start``."""
        theirs_in, commands = os.pipe()
        events, theirs_out = os.pipe()
        theirs_life, lifeline = os.pipe()
        passed = (theirs_in, theirs_out, theirs_life)
        try:
            socket.send_fds(self._ours, [b"d"], passed)
            if self._ours.recv(1) != b"y":
                raise OSError("the launcher is gone")
        except BaseException:
            for descriptor in (commands, events, lifeline):
                os.close(descriptor)
            raise
        finally:
            for descriptor in passed:
                os.close(descriptor)
        return _Started(commands, events, lifeline)

    def close(self) -> None:
        """See ``Launcher.close``."""
        self._ours.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def make_launcher() -> Launcher:
    """The launcher of this system. On Linux to be called before any thread is started and any filter set.

    Raises:
        OSError: no process can be made.
    """
    if sys.platform != "linux":
        return DirectLauncher()
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return ForkedLauncher(ours, pid)
    try:  # in the copy: nothing here may return into the program
        _wait_for_orders(theirs.fileno())
    finally:
        os._exit(0)


def _wait_for_orders(ours: int) -> None:
    """Be the launcher until the app's end of the socket is closed."""
    os.setsid()  # Ctrl+C in a terminal is for the app
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(_FIRST_OTHER):
        os.dup2(null, standard)
    os.dup2(ours, _FIRST_OTHER)
    os.closerange(_FIRST_OTHER + 1, os.sysconf("SC_OPEN_MAX"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # downloaders need not be waited for
    orders = socket.socket(fileno=_FIRST_OTHER)
    with contextlib.suppress(OSError):
        while True:
            word, descriptors = _receive(orders)
            if word != b"d" or len(descriptors) != 3:
                return
            if not os.fork():
                _become_downloader(*descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            orders.sendall(b"y")


def _receive(orders: socket.socket) -> tuple[bytes, list[int]]:
    descriptors = array.array("i")
    room = socket.CMSG_LEN(3 * descriptors.itemsize)
    word, ancillary, _flags, _address = orders.recvmsg(1, room)
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return word, list(descriptors)


def _become_downloader(commands: int, events: int, lifeline: int) -> None:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(commands, 0)
        os.dup2(events, 1)
        os.set_inheritable(lifeline, True)
        command = child_command(_NAME)
        os.chdir(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
        environment = child_environment({LIFELINE_VARIABLE: str(lifeline)})
        os.execve(command[0], command, environment)  # noqa: S606 - our own program, no shell wanted
    finally:
        os._exit(1)
