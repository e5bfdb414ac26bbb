# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks from outside for words in the memory of another process, as whoever seizes a running laptop could."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_BLOCK = 4 << 20
_OVERLAP = 4096  # bytes; nothing sought is longer
_RANGE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw")


def forms(word: str | bytes) -> list[bytes]:
    """How a word stands in memory: Python and SQLite hold UTF-8, Qt UTF-16; a key also as digits."""
    if isinstance(word, bytes):
        return [word, word.hex().encode(), word.hex().upper().encode(), word.hex().encode("utf-16-le")]
    return [word.encode(), word.encode("utf-16-le")]


def count_in_memory(pid: int, words: Mapping[str, str | bytes]) -> dict[str, int]:
    """How often each word stands in what the process can write to.

    Raises:
        PermissionError: this user may not look.
    """
    sought = {name: forms(word) for name, word in words.items()}
    found = dict.fromkeys(words, 0)
    for block, fresh in _blocks(pid):
        for name, shapes in sought.items():
            found[name] += sum(_count(block, shape, fresh) for shape in shapes)
    return found


def _count(block: bytes, shape: bytes, fresh: int) -> int:
    """How often ``shape`` ends behind the first ``fresh`` bytes, which were looked at before."""
    count, at = 0, block.find(shape, max(0, fresh - len(shape) + 1))
    while at >= 0:
        count += 1
        at = block.find(shape, at + 1)
    return count


def _blocks(pid: int) -> Iterator[tuple[bytes, int]]:
    """Its memory in pieces, and how many bytes of each were in the one before."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in writable(pid):
            before = b""
            for at in range(start, end, _BLOCK):
                try:
                    memory.seek(at)
                    piece = memory.read(min(_BLOCK, end - at))
                except (OSError, ValueError, OverflowError):
                    break  # a device, or unmapped meanwhile
                yield before + piece, len(before)
                before = piece[-_OVERLAP:]


def writable(pid: int) -> list[tuple[int, int]]:
    """Its writable mappings, from and to."""
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="ascii", errors="replace").splitlines()
    return [(int(m[1], 16), int(m[2], 16)) for line in lines if (m := _RANGE.match(line))]
