# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk fills up: it is said in one line, and what was said before is all there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.program import Program
from harness.vaults import make_vault, open_and_examine

from desktop.domain.conversation import Status
from desktop.paths import Profile

pytestmark = [pytest.mark.model, pytest.mark.skipif(sys.platform == "win32", reason="file size limits")]

Start = Callable[..., Program]

ROOM = 600 * 1024  # bytes of the small disk
SMALL_FILES = ("sh", "-c", 'ulimit -f "$0"; exec "$@"')  # POSIX: in blocks of 512 bytes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700", "tmpfs", place],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root; the limit on file sizes is tested instead")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def complaint(program: Program) -> str:
    """The one line of an error that ended the program."""
    assert program.end() == 1, program.errors
    assert "Traceback" not in program.errors
    [line] = program.errors.splitlines()
    return line


def fill(disk: Path) -> Path:
    """Take every byte that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            os.fsync(file.fileno())
    return filler


def test_a_full_disk_refuses_the_question_and_keeps_the_history(small_disk: Path, start: Start) -> None:
    profile = Profile(small_disk / "profile")
    make_vault(profile)
    assert start("ask", "--max-tokens", "3", "First question", profile=profile).end() == 0
    filler = fill(small_disk)

    refused = complaint(start("ask", "--max-tokens", "3", "Second question", profile=profile))

    assert "disk is full" in refused
    filler.unlink()
    assert start("ask", "--max-tokens", "3", "Third question", profile=profile).end() == 0
    contents = open_and_examine(profile)
    assert contents.question("First question")
    assert contents.question("Second question") is None
    assert contents.question("Third question")


def test_a_disk_that_fills_while_words_come_keeps_what_was_kept(small_disk: Path, start: Start) -> None:
    profile = Profile(small_disk / "profile")
    make_vault(profile)
    program = start("ask", "--max-tokens", "120", "Tell me a long story.", profile=profile)
    program.wait_for_text()
    filler = fill(small_disk)

    assert "disk is full" in complaint(program)

    shown = program.output
    filler.unlink()
    contents = open_and_examine(profile)
    question = contents.question("Tell me a long story.")
    assert question is not None
    [reply] = contents.replies(question)
    assert reply.status is Status.INTERRUPTED
    assert shown.startswith(reply.content)


def test_a_limit_on_file_sizes_is_a_full_disk_too(vault: Profile, start: Start) -> None:
    assert start("ask", "--max-tokens", "3", "First question").end() == 0
    blocks = str(vault.vault.stat().st_size // 512 + 8)
    long = "words " * 20_000

    refused = complaint(start("ask", "--max-tokens", "3", long, wrapper=(*SMALL_FILES[:3], blocks)))

    assert "disk is full" in refused
    assert open_and_examine(vault).question("First question")
