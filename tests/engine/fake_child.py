# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts ``fake_worker`` where the real engine child would be started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent


class FakeChild:
    """A process with the surface of ``desktop.sandbox.process.Child``."""

    def __init__(self, behaviour: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fake_worker.py")), msgspec.json.encode(behaviour)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.commands: IO[bytes] = self._process.stdin
        self.events: IO[bytes] = self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self.commands.close()
        self.events.close()


def fake_factory(**behaviour: Any) -> Callable[[], FakeChild]:
    """A child factory for ``LocalEngine``; see ``fake_worker.Behaviour``."""
    return lambda: FakeChild(behaviour)
