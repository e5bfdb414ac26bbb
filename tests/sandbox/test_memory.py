# SPDX-License-Identifier: GPL-3.0-or-later
"""What was let go of is overwritten, in Python's blocks and in the C library's, and what is held is not."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc, glibc")

# A word is put together at run time, scattered over blocks of many sizes beside ones that stay, and let go.
PROGRAM = """
import ctypes, gc, secrets, sys, threading
from pathlib import Path
from desktop.sandbox import memory

memory.share_one_heap()
half = secrets.token_bytes(12)

def count():
    found, word = 0, bytearray(half) + half[::-1]
    for line in Path("/proc/self/maps").read_text().splitlines():
        if " rw" not in line[:40]:
            continue
        start, end = (int(part, 16) for part in line.split()[0].split("-"))
        with open("/proc/self/mem", "rb", 0) as file:
            try:
                file.seek(start)
                piece = bytearray(end - start)
                file.readinto(piece)
            except (OSError, ValueError, OverflowError):
                continue
        found += piece.count(word)
        ctypes.memset((ctypes.c_char * len(piece)).from_buffer(piece), 0, len(piece))
    ctypes.memset((ctypes.c_char * len(word)).from_buffer(word), 0, len(word))
    return found

def scatter():
    kept = []
    for size in (30, 60, 200, 480, 600, 900, 1500, 3000, 9000):
        let_go = []
        for _number in range(50):
            let_go.append(bytes(size - 24) + half + half[::-1])
            kept.append(bytes(size))
        del let_go
    return kept

before = count()
kept = scatter()
thread = threading.Thread(target=lambda: kept.append(scatter()))
thread.start(); thread.join()
held = half + half[::-1]
gc.collect()
left = count()
memory.overwrite_freed()
memory.overwrite_kept()
print(before, left, count(), held == half + half[::-1])
"""


def test_what_was_let_go_is_overwritten_and_what_is_held_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    before, left, after, is_whole = done.stdout.split()
    assert int(before) <= 1  # the searching itself
    assert int(left) > 100
    assert int(after) <= 2  # what is held, and the searching
    assert is_whole == "True"
