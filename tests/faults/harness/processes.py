# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for processes that should be gone."""

from __future__ import annotations

import os
import time

import psutil


def own_children() -> set[int]:
    """Process ids of this process's children now, dead ones that nobody waited for included."""
    return {child.pid for child in psutil.Process().children()}


def await_orphans(known: set[int], within: float) -> list[str]:
    """Wait until every child but the ``known`` is dead, and bury them (needs the ``subreaper`` fixture).

    Returns:
        The command lines of those that outlived ``within`` seconds; they are ended.
    """
    deadline = time.monotonic() + within
    while alive := [c for c in psutil.Process().children() if c.pid not in known and not _bury(c.pid)]:
        if time.monotonic() > deadline:
            found = [_command(child) for child in alive]
            for child in alive:
                child.kill()
                os.waitpid(child.pid, 0)
            return found
        time.sleep(0.005)
    return []


def _bury(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == pid


def _command(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline())
    except psutil.Error:
        return "gone"
