# SPDX-License-Identifier: GPL-3.0-or-later
"""A virtual screen with a message bus of its own and the accessibility service, and the driver beside it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Self

DRIVER = Path(__file__).resolve().parent.parent / "driver" / "driver.py"
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's pyatspi is for this one
ACCESSIBILITY = "/usr/libexec/at-spi-bus-launcher"
NEEDED = {
    "Xvfb": "xvfb",
    "dbus-run-session": "dbus",
    ACCESSIBILITY: "at-spi2-core",
    SYSTEM_PYTHON: "python3",
    "strace": "strace",
}
SCREEN = "1280x860x24"


class DriverError(AssertionError):
    """The driver did not find or could not do what was asked."""


def require_tools() -> None:
    """Fail, naming what to install, if this machine cannot show and read windows."""
    missing = {package for tool, package in NEEDED.items() if shutil.which(tool) is None}
    if "python3" not in missing:
        looked = subprocess.run([SYSTEM_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False)
        missing |= {"python3-pyatspi"} if looked.returncode else set()
    assert not missing, f"the window cannot be driven here: apt-get install {' '.join(sorted(missing))}"


class Desk:
    """One screen and one bus, for any number of windows one after the other."""

    def __init__(self, shots: Path, *, illustrated: bool = False) -> None:
        """Start the screen and the bus.

        Args:
            shots: where screenshots go.
            illustrated: keep pictures of all that is worth seeing, not only of failures; takes time.
        """
        self.shots = shots
        self.illustrated = illustrated
        self._runtime = tempfile.TemporaryDirectory(prefix="desk-", ignore_cleanup_errors=True)  # it is 0700
        self._number = itertools.count(1)
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._screen.stdout is not None
        self.display = ":" + self._screen.stdout.readline().strip()
        # The bus ends with the driver, and the driver when its standard input does.
        begin = f'{ACCESSIBILITY} --launch-immediately >/dev/null 2>&1 & exec {SYSTEM_PYTHON} "$0"'
        self._driver = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", begin, str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DISPLAY": self.display, "XDG_RUNTIME_DIR": self._runtime.name},
        )
        self._asking = threading.Lock()
        self.bus = self._answer()

    def ask(self, **request: Any) -> Any:
        """Have the driver do something; what it answers.

        Raises:
            DriverError: it was not there or not to be done.
        """
        with self._asking:
            assert self._driver.stdin is not None
            self._driver.stdin.write(json.dumps(request) + "\n")
            self._driver.stdin.flush()
            return self._answer()

    def environment(self) -> dict[str, str]:
        """What a window needs to be shown and read here."""
        return {
            "DISPLAY": self.display,
            "XDG_RUNTIME_DIR": self._runtime.name,
            "DBUS_SESSION_BUS_ADDRESS": self.bus,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_QPA_PLATFORM": "xcb",
        }

    def illustrate(self, name: str) -> None:
        """Keep a picture, if pictures are wanted."""
        if self.illustrated:
            self.shoot(name)

    def shoot(self, name: str) -> Path:
        """Keep a picture of the screen; where it is."""
        path = self.shots / f"{next(self._number):02}-{name}.png"
        # Qt, in a process of its own: no screenshot program needs to be installed.
        script = (
            "import sys; from PySide6.QtGui import QGuiApplication as A; a = A([]);"
            "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
        )
        subprocess.run(
            [sys.executable, "-c", script, str(path)],
            env=os.environ | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            timeout=30,
            check=False,
        )
        return path

    def close(self) -> None:
        """Put everything away."""
        assert self._driver.stdin is not None
        self._driver.stdin.close()  # it ends, and dbus-run-session ends the bus and all that hangs on it
        self._driver.wait(20)
        self._screen.terminate()
        self._screen.wait(10)
        for process in (self._driver, self._screen):
            if process.stdout is not None:
                process.stdout.close()
        self._runtime.cleanup()

    def _answer(self) -> Any:
        assert self._driver.stdout is not None
        line = self._driver.stdout.readline()
        if not line:
            raise DriverError("the driver ended")
        answer = json.loads(line)
        if "error" in answer:
            raise DriverError(answer["error"])
        return answer["ok"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
