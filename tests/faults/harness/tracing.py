# SPDX-License-Identifier: GPL-3.0-or-later
"""Every attempt of a process tree to talk to anything, seen by strace before any filter refuses it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_LOCAL = ("AF_UNIX", "AF_LOCAL")
_CALL = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)")
_FAMILY = re.compile(r"\b(?:AF|PF)_\w+")
_MAKES_A_SOCKET = ("socket", "socketpair")
_NEVER = ("io_uring_setup",)  # its rings could make sockets unseen


def tracer(log: Path) -> list[str]:
    """The command to put before another; writes to ``log``."""
    assert shutil.which("strace"), "strace is missing: apt-get install strace"
    return ["strace", "-f", "-qq", "-e", "trace=network,io_uring_setup", "-e", "signal=none", "-o", str(log)]


def not_local(log: Path) -> list[str]:
    """The lines of ``log`` that are no business of a program that stays on its machine.

    Any socket or address of another family than AF_UNIX counts, succeeded or not; so does a ring.
    """
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        families = _FAMILY.findall(line)
        strange = any(family not in _LOCAL for family in families)
        nameless = call[1] in _MAKES_A_SOCKET and "resumed>" not in line and not families
        if strange or nameless or call[1] in _NEVER:
            found.append(line)
    return found


def calls(log: Path) -> int:
    """How many calls were seen at all."""
    return sum(1 for line in log.read_text(errors="replace").splitlines() if _CALL.match(line))
