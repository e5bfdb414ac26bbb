# SPDX-License-Identifier: GPL-3.0-or-later
"""What the process gives up by itself: core dumps, growing files, more memory, being looked into."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource

from desktop.sandbox import kernel

_COREDUMP_FILTER = Path("/proc/self/coredump_filter")


def forbid_core_dumps() -> None:
    """No core file, now and in every child.

    A ``core_pattern`` that pipes to a program is not bound by RLIMIT_CORE (core(5)), so on Linux the dump's
    filter is emptied too: what such a program still gets holds no memory of ours.
    """
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # no /proc, or a kernel built without core dumps
            _COREDUMP_FILTER.write_text("0")


def core_dumps_forbidden() -> bool:
    """Whether this process can leave no memory behind when it crashes."""
    if sys.platform == "win32":
        return False
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        return False
    try:
        return int(_COREDUMP_FILTER.read_text(), 16) == 0
    except OSError:  # another system, no /proc, or a kernel built without core dumps
        return True


def forbid_file_growth() -> None:
    """No byte can be appended to any regular file; pipes are not concerned."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_data(size: int) -> None:
    """Cap private writable memory at ``size`` bytes. A mapped model does not count (RLIMIT_AS would)."""
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        capped = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (capped, capped))


def forbid_inspection() -> None:
    """No debugger of the same user may attach, and no core is written (Linux: non-dumpable)."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def forbid_new_privileges() -> None:
    """No set-user-id program gains anything from here on (Linux); seccomp and Landlock ask for this."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
