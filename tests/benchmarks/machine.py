# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine the figures come from, and how much of it others took while they were made."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_STATIC = ("PySide6-Essentials", "llama-cpp-python", "sqlcipher3")


@dataclass
class Watch:
    """Filled in when the watched block ends.

    Attributes:
        seconds: how long it took.
        foreign: cores that processes outside our tree (and the hypervisor) used, on average.
    """

    seconds: float = 0.0
    foreign: float = 0.0


@contextlib.contextmanager
def watch() -> Iterator[Watch]:
    """Compare what all processors did with what this process and its descendants did meanwhile.

    Participants that end inside the block are counted too, once waited for.
    """
    seen = Watch()
    began, busy, own = time.perf_counter(), _busy_seconds(), _own_seconds()
    yield seen
    seen.seconds = time.perf_counter() - began
    used = (_busy_seconds() - busy) - (_own_seconds() - own)
    seen.foreign = max(0.0, used / max(seen.seconds, 1e-9))


def _busy_seconds() -> float:
    """Processor seconds since boot that were not idle, what the hypervisor took for others included."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    # Guest time is counted under user already (proc_stat(5)).
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    return float(sum(times) - idle - guests)


def _own_seconds() -> float:
    """Processor seconds of this process and its descendants, ended ones included once waited for."""
    total = 0.0
    process = psutil.Process()
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            total += sum(one.cpu_times()[:4])  # user, system, and both of waited-for children
    return total


def proportional_memory(pid: int) -> int:
    """Bytes of memory of a process and its descendants, shared pages divided among their users (PSS).

    Falls back to the resident set where the kernel does not tell (another system, a process that hides).
    """
    process = psutil.Process(pid)
    total = 0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += _pss(one)
    return total


def _pss(process: psutil.Process) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return int(process.memory_info().rss)


def describe() -> dict[str, object]:
    """What a reader needs to compare figures of two runs."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _STATIC},
        "commit": _commit(),
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "absent"


def _commit() -> str:
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
