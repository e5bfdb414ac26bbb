# SPDX-License-Identifier: GPL-3.0-or-later
"""One window a profile: a second start raises the first and ends.

A local socket (AF_UNIX), by the standard library: Qt's own would load its whole network module, which this
program has no business having. Where there are no such sockets the vault's lock still keeps two apart.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from desktop.paths import Profile

_HELLO = b"raise"
_ANSWER = b"raised"
_PATIENCE_S = 2.0  # a first window that does not answer by then is not worth waiting for
_LONGEST_NAME = 100  # bytes; sun_path holds 108, 104 on macOS


def socket_path(profile: Profile) -> Path | None:
    """Where this profile's window listens; None where nobody else could be kept from listening in."""
    if sys.platform == "win32":
        return None
    digest = hashlib.sha256(os.fsencode(profile.folder.absolute())).hexdigest()[:24]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for folder in (Path(runtime) if runtime else None, profile.folder):
        if folder is not None and _is_private_folder(folder):
            path = folder / f"inglenook-{digest}.sock"
            if len(os.fsencode(path)) <= _LONGEST_NAME:
                return path
    return None


def raise_other_window(profile: Profile) -> bool:
    """Ask the window that has this profile open to come forward; False if there is none."""
    path = socket_path(profile)
    if path is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.settimeout(_PATIENCE_S)
        try:
            other.connect(str(path))
            other.sendall(_HELLO)
            return other.recv(len(_ANSWER)) == _ANSWER
        except OSError:
            return False


class SingleInstance(QObject):
    """Listens for second starts.

    Attributes:
        raised: someone started Inglenook again.
    """

    raised = Signal()

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._profile = profile
        self._path: Path | None = None
        self._server: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None

    def listen(self) -> bool:
        """Begin, clearing away what a killed window left; False where it cannot (yet). Twice is fine."""
        if self._server is not None:
            return True
        path = socket_path(self._profile)
        if path is None:
            return False
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            if path.exists():
                if _is_listened_to(path):
                    return False
                path.unlink()
            server.bind(str(path))
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            server.listen(4)
            server.setblocking(False)
            self._path, self._server = path, server
        except OSError:
            return False
        finally:
            if self._server is None:
                server.close()
        self._notifier = QSocketNotifier(server.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)
        return True

    def close(self) -> None:
        """Stop listening."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None

    def _answer(self) -> None:
        if self._server is None:
            return
        try:
            client, _address = self._server.accept()
        except OSError:
            return
        with client:
            client.settimeout(_PATIENCE_S / 20)  # ours writes at once
            with contextlib.suppress(OSError):
                if client.recv(len(_HELLO)) == _HELLO:
                    client.sendall(_ANSWER)
                    self.raised.emit()


def _is_listened_to(path: Path) -> bool:
    """Whether a process holds this socket, even one too busy to answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knocking:
        knocking.setblocking(False)
        try:
            knocking.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # its queue is full
            return True
    return True


def _is_private_folder(folder: Path) -> bool:
    """Whether it is there, ours, and closed to others."""
    try:
        found = folder.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
