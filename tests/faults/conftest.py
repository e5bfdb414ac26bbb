# SPDX-License-Identifier: GPL-3.0-or-later
"""Vaults that open in a moment, the real program as a process, and children that cannot slip away."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))  # the harness package lies beside the tests that use it

from harness.program import PASSPHRASE, Program
from harness.vaults import make_vault

from desktop.paths import Profile

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)

Start = Callable[..., Program]


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return path


@pytest.fixture
def vault(profile: Profile) -> Profile:
    """A profile whose vault is made, with a key derivation that takes a moment."""
    make_vault(profile)
    return profile


@pytest.fixture
def start(profile: Profile, passphrase_file: Path) -> Iterator[Start]:
    """Start the real program on the test's profile; what still runs afterwards is ended."""
    programs: list[Program] = []

    def begin(*arguments: str, profile: Profile = profile, **options: Any) -> Program:
        program = Program(profile, passphrase_file, *arguments, **options)
        programs.append(program)
        return program

    yield begin
    for program in programs:
        program.close()


@pytest.fixture
def subreaper() -> Iterator[None]:
    """Orphans of this process's children become its own children, where none can be overlooked."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    yield
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
