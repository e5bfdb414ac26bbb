# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a child process of ours, and being one.

The parent's side is ``Child``; the child's side is ``claim_pipes``, called before anything heavy is
imported. A child ends with its parent, however that dies, by three means:

* the end of the command pipe, which its main loop reads;
* on Linux a *lifeline*: a pipe whose write end only the parent holds. The child asks the kernel to signal
  its readers (``O_ASYNC``, ``SIGKILL``), so it dies even while native code holds the interpreter. Unlike
  ``PR_SET_PDEATHSIG`` this is tied to the parent process, not to the thread that happened to spawn;
* on other POSIX systems a thread that waits for the lifeline's end. (On Linux a second thread would be in the
  way: Landlock confines threads one by one.)
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from desktop.paths import is_frozen

CHILD_OPTION = "--child"
LIFELINE_VARIABLE = "INGLENOOK_LIFELINE"

_KEPT_VARIABLES = frozenset(
    {
        "PATH",
        "LANG",
        "LANGUAGE",
        "TZ",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "SYSTEMROOT",  # Windows cannot load its own libraries without it
        "WINDIR",
    }
)
_READ_BUFFER = 64 * 1024
_ROOT = Path(__file__).resolve().parent.parent.parent


def child_command(name: str) -> list[str]:
    """The argument list that starts the child called ``name``; in a frozen build the program itself."""
    if is_frozen():
        return [sys.executable, CHILD_OPTION, name]
    return [sys.executable, "-m", "desktop", CHILD_OPTION, name]


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a child gets to see: search paths and language, nothing that could name a profile or a secret."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name.upper() in _KEPT_VARIABLES or name.startswith("LC_")
    }
    return kept | dict(extra or {})


class Child:
    """A running child: its command pipe, its event pipe, and the means to end it. Safe from any thread."""

    def __init__(
        self, name: str, *, extra_env: Mapping[str, str] | None = None, show_errors: bool = False
    ) -> None:
        """Start the child ``name`` (see ``desktop.__main__``).

        Args:
            name: which child.
            extra_env: added to its small environment.
            show_errors: let its standard error through, for a developer; it may then show content.

        Raises:
            OSError: it could not be started.
        """
        with _lifeline() as (theirs, self._lifeline_fd):
            environment = child_environment(extra_env)
            inherited: tuple[int, ...] = ()
            if theirs is not None:
                environment[LIFELINE_VARIABLE] = str(theirs)
                inherited = (theirs,)
            self._process = subprocess.Popen(
                child_command(name),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if show_errors else subprocess.DEVNULL,
                close_fds=True,
                pass_fds=inherited,
                # The folder the package lies in, so that `-m desktop` finds it from anywhere.
                cwd=None if is_frozen() else _ROOT,
                env=environment,
                # A session of its own: Ctrl+C in a terminal is for the app, which then tells the child.
                start_new_session=True,
                creationflags=_creation_flags(),
            )
        commands, events = self._process.stdin, self._process.stdout
        if commands is None or events is None:  # pragma: no cover - both were asked for
            raise OSError("no pipes")
        self.commands: IO[bytes] = commands
        self.events: IO[bytes] = events
        self._close_lock = threading.Lock()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs (a dead one is reaped by asking)."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, whatever it does; returns before it is gone. Harmless when it is."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the second: Windows, already ending
            self._process.kill()

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end; its exit status (minus the signal, if killed), or None on time-out."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """Kill it, wait until it is gone, and close the pipes. Twice is harmless."""
        with self._close_lock:
            self.kill()
            self._process.wait()
            for pipe in (self.commands, self.events):
                with contextlib.suppress(OSError):
                    pipe.close()
            if self._lifeline_fd is not None:
                os.close(self._lifeline_fd)
                self._lifeline_fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextlib.contextmanager
def _lifeline() -> Iterator[tuple[int | None, int | None]]:
    """A pipe: the child's read end (closed here afterwards) and the parent's write end; Nones on Windows."""
    if sys.platform == "win32":
        yield None, None
        return
    theirs, ours = os.pipe()
    try:
        yield theirs, ours
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW
    return 0


def claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """In a child, first thing: take the pipes off descriptors 0 and 1, which native libraries print to.

    Afterwards 0, 1 (and 2, unless the parent let it through) are the null device.

    Returns:
        The stream to read commands from and the one to write events to.
    """
    commands = os.fdopen(os.dup(0), "rb", buffering=_READ_BUFFER)
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(null, standard)
    os.close(null)
    _hold_lifeline()
    return commands, events


def _hold_lifeline() -> None:
    """Tie this process's life to the parent's."""
    named = os.environ.pop(LIFELINE_VARIABLE, None)
    if named is None or sys.platform == "win32":
        return
    lifeline = int(named)
    os.set_inheritable(lifeline, False)
    if sys.platform == "linux":
        import fcntl
        import select

        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        # The parent may have died before that. Nothing is ever written, so readable means the end.
        if select.select([lifeline], [], [], 0)[0]:
            os._exit(1)
    else:
        threading.Thread(target=_exit_with, args=(lifeline,), name="lifeline", daemon=True).start()


def _exit_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)
