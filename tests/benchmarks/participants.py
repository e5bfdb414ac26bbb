# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is measured in a process of its own: started, asked by lines of JSON, ended.

Peers and our own windows run so; what one leaves behind in memory or in caches cannot touch the other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from tests.benchmarks.machine import ROOT

Answer = dict[str, Any]

PATIENCE_S = 1800.0
"""For one answer: a busy machine decodes a few tokens a second."""


class ParticipantError(RuntimeError):
    """A participant ended or could not do what was asked."""


def _as_a_person_starts_it() -> dict[str, str]:
    """This environment, but compiled modules are kept: installed programs are not compiled at each start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Participant:
    """A running participant; a context manager."""

    def __init__(self, module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> None:
        """Start ``module`` and wait for nothing.

        Args:
            module: dotted, below ``tests.benchmarks``.
            arguments: its command line.
            environment: added to ours.
        """
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**_as_a_person_starts_it(), **(environment or {})},
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, **request: object) -> Answer:
        """Send a request and wait for the answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ParticipantError(f"{self._module} ended") from None
        return self.hear()

    def hear(self) -> Answer:
        """Wait for the next line it says, asked or unasked.

        Raises:
            ParticipantError: it ended, took too long, or could not do it.
        """
        assert self._process.stdout is not None
        limit = threading.Timer(PATIENCE_S, self._process.kill)
        limit.start()
        line = self._process.stdout.readline()
        limit.cancel()
        if not line:
            raise ParticipantError(f"{self._module} ended with {self._process.wait()}")
        answer: Answer = json.loads(line)
        if "error" in answer:
            raise ParticipantError(answer["error"])
        return answer

    def close(self) -> None:
        """End it: its input ends, and if that is not enough it is killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
