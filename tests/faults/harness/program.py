# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program as a process: what it wrote and when, and ways to end it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from desktop.paths import Profile

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PASSPHRASE = "four unrelated garden words"


def command_line(profile: Profile, passphrase_file: Path, *arguments: str) -> list[str]:
    """The argument list of the command line on ``profile``."""
    options = ["--profile", str(profile.folder), "--passphrase-file", str(passphrase_file)]
    return [sys.executable, "-m", "desktop", *options, *arguments]


def plain_environment(**more: str) -> dict[str, str]:
    """This process's environment without a display."""
    dropped = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | more


class Program:
    """One run. Output is read as it comes, so that the program never waits for its reader."""

    def __init__(
        self,
        profile: Profile,
        passphrase_file: Path,
        *arguments: str,
        wrapper: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*wrapper, *command_line(profile, passphrase_file, *arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=dict(environment) if environment is not None else plain_environment(),
        )
        self._changed = threading.Condition()
        self._pieces: list[tuple[float, bytes]] = []
        self._errors: list[bytes] = []
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._take), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self._errors.append), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        """Everything on standard output so far; half a character at its end is left out."""
        return self.output_until(float("inf"))

    @property
    def errors(self) -> str:
        return b"".join(self._errors).decode(errors="replace")

    def output_until(self, moment: float) -> str:
        """What had been written by ``moment`` (of ``time.monotonic``)."""
        with self._changed:
            data = b"".join(piece for at, piece in self._pieces if at <= moment)
        return data.decode(errors="ignore")

    def documents(self) -> list[Any]:
        """The JSON documents printed so far, one a whole line."""
        return [json.loads(line) for line in self.output.splitlines(keepends=True) if line.endswith("\n")]

    def send(self, *lines: str, last: bool = False) -> None:
        """Write lines to standard input, and close it after the ``last``."""
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write("".join(line + "\n" for line in lines).encode())
        stdin.flush()
        if last:
            stdin.close()

    def wait_for(self, condition: Callable[[], bool], timeout: float = 60) -> None:
        """Wait until what was written satisfies ``condition``."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout), (
                f"not written within {timeout} s: {self.errors}"
            )

    def wait_for_text(self, timeout: float = 60) -> None:
        """Wait for the first byte of output."""
        self.wait_for(lambda: bool(self._pieces), timeout)

    def wait_for_lines(self, count: int, timeout: float = 60) -> None:
        """Wait for whole lines."""
        self.wait_for(lambda: b"".join(p for _, p in self._pieces).count(b"\n") >= count, timeout)

    def end(self, timeout: float = 60) -> int:
        """Close its input and wait; the exit status."""
        stdin = self.process.stdin
        if stdin is not None and not stdin.closed:
            stdin.close()
        status = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(5)
        return status

    def kill(self) -> float:
        """SIGKILL; returns when it was sent, after the process is gone and its output read."""
        moment = time.monotonic()
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(5)  # a child that holds the pipe open would keep it from ending
        self._close_pipes()
        return moment

    def close(self) -> None:
        """End it, however it stands."""
        self.kill()

    def _close_pipes(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was not read any more

    def _take(self, piece: bytes) -> None:
        with self._changed:
            self._pieces.append((time.monotonic(), piece))
            self._changed.notify_all()

    @staticmethod
    def _read(pipe: IO[bytes], take: Callable[[bytes], object]) -> None:
        while piece := os.read(pipe.fileno(), 65536):
            take(piece)
