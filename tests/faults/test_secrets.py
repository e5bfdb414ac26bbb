# SPDX-License-Identifier: GPL-3.0-or-later
"""The passphrase and the key are in no argument list and no environment, of the app or what it starts."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from harness.program import PASSPHRASE, Program
from harness.sweep import hits_in
from harness.vaults import key_of

from desktop.paths import Profile

pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform != "linux", reason="/proc")]

Start = Callable[..., Program]


@dataclass
class Watch:
    """What was seen in /proc of a program and its children, as often as could be looked."""

    commands: set[bytes] = field(default_factory=set)
    environments: set[bytes] = field(default_factory=set)

    def look(self, root: psutil.Process) -> None:
        with contextlib.suppress(psutil.Error, OSError):  # ended meanwhile
            for process in (root, *root.children(recursive=True)):
                self.commands.add(Path(f"/proc/{process.pid}/cmdline").read_bytes())
                self.environments.add(Path(f"/proc/{process.pid}/environ").read_bytes())


@contextlib.contextmanager
def watching(program: Program) -> Iterator[Watch]:
    watch, stop = Watch(), threading.Event()
    root = psutil.Process(program.pid)

    def look() -> None:
        while not stop.wait(0.002):
            watch.look(root)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def test_no_secret_is_in_an_argument_or_the_environment(vault: Profile, start: Start) -> None:
    key = key_of(vault)
    program = start("ask", "--json", "--max-tokens", "3", "-")
    with watching(program) as asking:
        program.send("Hello", last=True)
        assert program.end() == 0, program.errors
    [answer] = program.documents()
    program = start("delete", "--yes", answer["chat_id"])
    with watching(program) as deleting:
        assert program.end() == 0, program.errors

    children = {command.split(b"\0")[-2] for command in asking.commands | deleting.commands if command}
    assert {b"engine", b"template", b"pagescan"} <= children  # they were looked at
    seen = b"\n".join(asking.commands | deleting.commands | asking.environments | deleting.environments)
    assert hits_in(seen, [PASSPHRASE, key]) == set()
