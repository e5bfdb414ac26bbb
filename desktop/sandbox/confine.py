# SPDX-License-Identifier: GPL-3.0-or-later
"""Confines this process, the app or a child, and reports what this system can hold.

A child asks for everything its profile names. What the kernel does not have is left out and reported;
what it has but refuses is an error, so that no child goes on less confined than reported.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.i18n import _
from desktop.sandbox import kernel, landlock, limits, profiles, seccomp
from desktop.sandbox.profiles import Profile


@dataclass(frozen=True, slots=True)
class ConfinementItem:
    """One promise: ``holds`` is None where this system cannot be asked to keep it."""

    name: str
    holds: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class ConfinementReport:
    """What holds for the app now and for the children it starts."""

    app_sockets_filtered: bool
    core_dumps_forbidden: bool
    child_syscalls_filtered: bool
    landlock_abi: int
    memory_capped: bool
    items: tuple[ConfinementItem, ...]


def confine_app() -> None:
    """Confine the app for good, before it starts Qt or any child: local sockets only, no core dumps.

    Threads that run already are included. The app stays dumpable: portal dialogs look at /proc/PID.

    Raises:
        OSError: the kernel refused what it claims to be able to do.
    """
    limits.forbid_core_dumps()
    if seccomp.available() and not _app_filtered():  # a second call adds nothing
        limits.forbid_new_privileges()
        seccomp.install(profiles.APP)


def confine_child(profile: Profile) -> None:
    """Confine this child for good to ``profile``; a second, stricter profile may follow.

    Landlock (before ABI 8) binds the calling thread and those it starts, all else binds the whole process.

    Raises:
        OSError: the kernel refused what it claims to be able to do; the child should end.
    """
    limits.forbid_core_dumps()
    limits.forbid_file_growth()
    if profile.data_bytes is not None:
        limits.limit_data(profile.data_bytes)
    limits.forbid_inspection()
    limits.forbid_new_privileges()
    if level := landlock.abi():
        landlock.restrict(profile.grants, level)
    if seccomp.available():
        seccomp.install(profile.policy)


def report() -> ConfinementReport:
    """Look at what holds, without trying anything forbidden."""
    filtered, no_cores, children = _app_filtered(), limits.core_dumps_forbidden(), seccomp.available()
    level, capped = landlock.abi(), sys.platform != "win32"
    items = (
        _item(
            "app-sockets",
            filtered,
            _("The app and what it starts can open no network socket."),
            _(
                "Nothing stops the app from opening a network socket here; it does not, but for a download "
                "you ask for."
            ),
        ),
        _item(
            "core-dumps",
            no_cores,
            _("A crash leaves no copy of memory behind."),
            _("A crash might leave a copy of memory behind."),
        ),
        _item(
            "child-system-calls",
            children,
            _("The model and parsers run without network, new files or new programs."),
            _("The model and parsers run in processes of their own, but with the app's rights."),
        ),
        ConfinementItem(
            "child-files",
            True if level else None,
            _("Landlock level {level} limits which files they can read.").format(level=level)
            if level
            else _("This system has no Landlock to limit which files they can read."),
        ),
        ConfinementItem(
            "child-memory",
            True if capped else None,
            _("Parsers have a memory limit.") if capped else _("Parsers have no memory limit here."),
        ),
    )
    return ConfinementReport(filtered, no_cores, children, level, capped, items)


def is_confined(pid: int) -> bool | None:
    """Whether the system says that a filter binds this process for good; None where it cannot be asked."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    said = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    if "Seccomp" not in said:
        return None
    return said["Seccomp"] == "2" and said.get("NoNewPrivs") == "1"


def _item(name: str, holds: bool, good: str, bad: str) -> ConfinementItem:
    """A promise we make on Linux; elsewhere it is told, not judged, where it does not hold."""
    if holds:
        return ConfinementItem(name, True, good)
    return ConfinementItem(name, False if sys.platform == "linux" else None, bad)


def _app_filtered() -> bool:
    """Whether our filter (not just any) answers: it knows a question no kernel does."""
    if sys.platform != "linux":
        return False
    try:
        kernel.prctl(profiles.PROBE_OPTION)
    except OSError as error:
        return error.errno == profiles.PROBE_ERRNO
    return False
