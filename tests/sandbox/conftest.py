# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that confine themselves and tell what they still can do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PRELUDE = """
import ctypes, errno, json, mmap, os, signal, socket, subprocess, sys, threading
from pathlib import Path
from desktop.sandbox import confine, kernel, landlock, limits, profiles, seccomp
arguments = sys.argv[1:]
found = {}
def attempt(name, action):
    try:
        action()
        found[name] = "allowed"
    except OSError as error:
        found[name] = errno.errorcode.get(error.errno, str(error.errno))
    except MemoryError:
        found[name] = "MemoryError"
def done():
    os.write(1, json.dumps(found).encode())
    os._exit(0)
"""

Confined = Callable[..., dict[str, Any]]


@pytest.fixture
def confined() -> Confined:
    """Run a script after ``PRELUDE`` in a process of its own; returns what it left in ``found``."""

    def run(script: str, *arguments: object) -> dict[str, Any]:
        finished = subprocess.run(
            [sys.executable, "-c", PRELUDE + script + "\ndone()\n", *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr.decode()
        found: dict[str, Any] = json.loads(finished.stdout)
        return found

    return run
