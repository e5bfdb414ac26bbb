# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks when the screen is locked and before the computer sleeps, where the system tells of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from PySide6.QtCore import QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop.ui.tasks import Tasks

_FIRST_PAINT_MS = 100  # the window is drawn before anything competes with it for the interpreter
_WATCHES = {"linux": "bus_watch", "win32": "windows_watch", "darwin": "mac_watch"}


class Watch(Protocol):
    """What a system tells.

    Attributes:
        locked: the screen was locked.
        sleeping: the computer is about to sleep; where it can be held up, until ``let_sleep``.
    """

    locked: SignalInstance
    sleeping: SignalInstance

    def let_sleep(self) -> None:
        """All is closed: the computer may sleep."""

    def close(self) -> None:
        """Listen no longer."""


class SystemLock(QObject):
    """Listens from ``begin`` on, and has the vault locked."""

    def __init__(
        self,
        window: QWidget,
        lock: Callable[[], object],
        is_closing: Callable[[], bool],
        is_wanted: Callable[[], bool],
        *,
        make_watch: Callable[[QWidget, Tasks], Watch | None] | None = None,
    ) -> None:
        """Nothing is listened to yet.

        Args:
            window: told of by some systems, and what this lives with.
            lock: closes what is open, at once.
            is_closing: whether that is under way.
            is_wanted: whether the person wants it; asked each time.
            make_watch: makes what listens; None takes that of this system.
        """
        super().__init__(window)
        self._window = window
        self._lock = lock
        self._is_closing = is_closing
        self._is_wanted = is_wanted
        self._make = make_watch or watch_of_this_system
        self._tasks = Tasks(self)
        self._watch: Watch | None = None
        self._is_held_up = False  # the computer waits for us before it sleeps

    def begin(self) -> None:
        """Listen, once the window is drawn."""
        QTimer.singleShot(_FIRST_PAINT_MS, self, self._begin)

    def _begin(self) -> None:
        if self._watch is None and not self._tasks.is_closed:
            self._watch = self._make(self._window, self._tasks)
            if self._watch is not None:
                self._watch.locked.connect(self._heard_lock)
                self._watch.sleeping.connect(self._heard_sleep)

    def settle(self) -> None:
        """If what was open is closed, the computer may sleep."""
        if self._watch is not None and self._is_held_up and not self._is_closing():
            self._is_held_up = False
            self._watch.let_sleep()

    def close(self) -> None:
        """Listen no longer."""
        self._tasks.close()
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _heard_lock(self) -> None:
        if self._is_wanted():
            self._lock()

    def _heard_sleep(self) -> None:
        self._is_held_up = True
        self._heard_lock()
        self.settle()


def watch_of_this_system(window: QWidget, tasks: Tasks) -> Watch | None:
    """What listens here; None where nothing tells us."""
    name = _WATCHES.get(sys.platform)
    if name is None:
        return None
    # Imported only now: each needs what the other systems have not, and the door needs none of it.
    made = import_module(f"desktop.ui.shell.{name}").make(window, tasks)
    return cast("Watch | None", made)
