# SPDX-License-Identifier: GPL-3.0-or-later
"""The real window in a process of its own, worked by the names that a screen reader says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from desk.desk import Desk
from desktop.paths import Profile

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PATIENCE = 30.0  # seconds; a busy machine is slow, a person would have waited less


class Window:
    """One run of the program with a display."""

    def __init__(
        self,
        desk: Desk,
        profile: Profile,
        *,
        program: Sequence[str] = (sys.executable, "-m", "desktop"),
        wrapper: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        root: Path = ROOT,
        errors: Path | None = None,
    ) -> None:
        """Start it; nothing is waited for.

        Args:
            desk: where.
            profile: whose vault.
            program: the command that starts it.
            wrapper: a command to put before it.
            environment: more variables.
            root: the source tree it is run from.
            errors: a file for its standard error.
        """
        self._desk = desk
        self._errors = (errors or Path(os.devnull)).open("ab")
        self.process = subprocess.Popen(
            [*wrapper, *program, "--profile", str(profile.folder)],
            cwd=root,
            env=os.environ | desk.environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=self._errors,
            stderr=self._errors,
        )
        self._wrapped = bool(wrapper)
        self._pid = None if wrapper else self.process.pid

    @property
    def pid(self) -> int:
        """The program's own process, also behind a wrapper."""
        if self._pid is None:
            self._pid = self.until(self._behind_wrapper, "no child of the wrapper")
        return self._pid

    def _behind_wrapper(self) -> int | None:
        """The tracer first forks once or twice to see what the system can do; those are gone in a moment."""
        for child in psutil.Process(self.process.pid).children():
            try:
                if "--profile" in child.cmdline() and child.name() != psutil.Process(self.process.pid).name():
                    return child.pid
            except psutil.NoSuchProcess:
                continue
        return None

    # -- looking ------------------------------------------------------------------------------------------

    def find(self, role: str | None = None, name: str = ".*", within: float = PATIENCE) -> dict[str, Any]:
        """What is known of the first shown widget with this role and name; waits for it."""
        found: dict[str, Any] = self._ask("find", role, name, within=within)
        return found

    def all(self, role: str | None = None, name: str = ".*") -> list[dict[str, Any]]:
        """All that are shown now."""
        found: list[dict[str, Any]] = self._ask("all", role, name)
        return found

    def await_gone(self, role: str | None = None, name: str = ".*", within: float = PATIENCE) -> None:
        """Wait until nothing like it is shown."""
        self._ask("gone", role, name, within=within)

    def focus_told(self, within: float = PATIENCE) -> dict[str, Any] | None:
        """Role and name of what the focus came to by the last key or action, as a screen reader is told."""
        told: dict[str, Any] | None = self._ask("told", None, "", within=within)
        return told

    def popups(self) -> int:
        """How many windows it shows beside the first: menus, lists and dialogs."""
        return int(self._desk.ask(do="stacking").count(self.pid)) - 1

    def tree(self) -> str:
        """Everything that is shown, for a failure's report."""
        return str(self._desk.ask(do="tree", app=self.pid))

    def until(self, condition: Callable[[], Any], complaint: str, within: float = PATIENCE) -> Any:
        """Wait until ``condition`` holds; what it gave."""
        deadline = time.monotonic() + within
        while not (found := condition()):
            assert time.monotonic() < deadline, complaint
            time.sleep(0.03)
        return found

    # -- doing --------------------------------------------------------------------------------------------

    def press(self, name: str, role: str = "push button", within: float = PATIENCE) -> None:
        """Press a button, once it can be pressed."""
        self._ask("act", role, name, action="Press", within=within)

    def act(self, action: str, role: str, name: str) -> None:
        """Do one of a widget's actions."""
        self._ask("act", role, name, action=action, within=PATIENCE)

    def fill(self, role: str, name: str, text: str) -> None:
        """Put text into a field."""
        self._ask("fill", role, name, text=text, within=PATIENCE)

    def keys(self, *names: str) -> None:
        """Press keys, by their X names; ``Control_L+l`` for several at once."""
        self._desk.ask(do="keys", app=self.pid, keys=names)

    # -- ending -------------------------------------------------------------------------------------------

    def close(self, within: float = PATIENCE) -> int:
        """Ask it to end as a system does that shuts down; its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float = PATIENCE) -> int:
        """Wait for its end; its exit status."""
        status = self.process.wait(within)
        self._errors.close()
        return status

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self.process.poll() is None:
            if self._pid is not None and psutil.pid_exists(self._pid):
                os.kill(self._pid, signal.SIGKILL)
            self.process.kill()
        self.process.wait()
        self._errors.close()

    def _ask(self, do: str, role: str | None, name: str, **more: Any) -> Any:
        return self._desk.ask(do=do, app=self.pid, role=role, name=name, **more)
