# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory there is for a model, and how much a process takes."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_KIB = 1024


def available() -> int | None:
    """Bytes that can be had without pushing others out; None if this system does not say."""
    if sys.platform == "win32":
        return _windows()
    return _linux(Path("/proc/meminfo"), "MemAvailable:")  # elsewhere it is not there


def resident(pid: int) -> int | None:
    """Bytes of memory a process takes now, the mapped part of its files included; None if not known."""
    return _linux(Path(f"/proc/{pid}/status"), "VmRSS:")


def _linux(file: Path, name: str) -> int | None:
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(name):
            return int(line.split()[1]) * _KIB
    return None


def _windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("available", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 5),
        )

    status = Status(length=ctypes.sizeof(Status))
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)
