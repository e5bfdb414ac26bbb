# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for words on the disk in every plain form they could have been written in."""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_OVERLAP = 4096  # bytes; no form is longer
_BLOCK = 4 << 20
_NOT_OURS = {".git", ".venv"}  # thousands of files that no run of the program touches


def plain_forms(word: str | bytes) -> list[bytes]:
    """``word`` as bytes: encoded, hexadecimal, and Base64 wherever in a text it begins."""
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    forms: list[bytes] = []
    for raw in [word] if isinstance(word, bytes) else [word.encode(e) for e in encodings]:
        forms += [raw, raw.hex().encode(), raw.hex().upper().encode()]
        for shift in range(3):
            # Leave out the characters that also hold bits of what stands before and behind the word.
            encoded = base64.b64encode(bytes(shift) + raw)
            inner = encoded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
            forms += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return sorted(set(forms))


def hits_in(data: bytes, words: Iterable[str | bytes]) -> set[int]:
    """Which words (by number) stand in ``data`` in any plain form."""
    return {number for number, word in enumerate(words) if any(form in data for form in plain_forms(word))}


def sweep(folders: Iterable[Path], words: Iterable[str | bytes], *, since: float = 0.0) -> list[str]:
    """Look into every file under ``folders`` changed at or after ``since`` (seconds of the epoch), names too.

    Returns:
        The paths of those in which a word was found, each with which word (by number).
    """
    sought = [(number, form) for number, word in enumerate(words) for form in plain_forms(word)]
    found: set[str] = set()
    for folder in folders:
        for path in _files(folder, since):
            hits = {number for number, form in sought if form in os.fsencode(path.name)}
            found |= {f"{path}: word {number}" for number in hits | _hits_in_file(path, sought)}
    return sorted(found)


def _files(folder: Path, since: float) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        for name in names:
            path = Path(here) / name
            try:
                status = path.lstat()
            except OSError:
                continue  # gone meanwhile
            if stat.S_ISREG(status.st_mode) and status.st_mtime >= since:
                yield path


def _hits_in_file(path: Path, sought: list[tuple[int, bytes]]) -> set[int]:
    hits: set[int] = set()
    try:
        with path.open("rb") as file:
            before = b""
            while block := file.read(_BLOCK):
                data = before + block
                hits |= {number for number, form in sought if form in data}
                before = data[-_OVERLAP:]
    except OSError:
        return hits  # gone meanwhile
    return hits
