# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of keys_at_window.py as a process, and its keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from desktop.paths import Profile
from harness.program import ROOT, plain_environment

KEYS = ROOT / "tests" / "faults" / "harness" / "keys_at_window.py"
PATIENCE_S = 60
LOCK, SEARCH, WRITE, RETURN, ESCAPE, F2 = "\x0c", "\x0b", "\x0a", "\r", "\x1b", "\x82"


class Told:
    """A program that is told things on standard input, and tells a word a line on standard output."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment)
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self._seen: list[str] = []
        self._half = b""

    def type(self, text: str, pause: float = 0.3) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode("latin-1"))
        self.process.stdin.flush()
        time.sleep(pause)

    def hear(self) -> list[str]:
        """What it told since the last word that was waited for."""
        assert self.process.stdout is not None
        *lines, self._half = (self._half + (self.process.stdout.read() or b"")).split(b"\n")
        self._seen += [line.decode() for line in lines]
        return self._seen

    def await_word(self, word: str) -> None:
        """Wait until it tells ``word``; what it told before is forgotten."""
        self.await_words(word)

    def await_words(self, *words: str) -> None:
        """Wait until it has told all of ``words``, in whatever order; what it told before is forgotten."""
        self._until(lambda: set(words) <= set(self.hear()), f"never {words}")
        del self._seen[: max(self._seen.index(word) for word in words) + 1]

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _until(self, condition: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"{complaint}: {self._seen}"
            assert self.process.poll() is None, f"{complaint}: {self._seen}"
            time.sleep(0.05)


class Typist(Told):
    """The window of ``profile``."""

    def __init__(self, profile: Profile, **variables: str) -> None:
        environment = plain_environment(PYTHONPATH=str(ROOT), QT_QPA_PLATFORM="offscreen", **variables)
        super().__init__([sys.executable, str(KEYS), str(profile.folder)], environment)
