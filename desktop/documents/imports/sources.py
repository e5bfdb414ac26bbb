# SPDX-License-Identifier: GPL-3.0-or-later
"""Files out of a file, a folder or a ZIP, none of which is trusted: no links, no way out, no bombs."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desktop.documents.imports.wire import Skipped, Why

MAX_FILE = 1024 * 1024 * 1024  # bytes of one file
MAX_TOTAL = 3 * 1024 * 1024 * 1024  # bytes of all that is read
MAX_FILES = 100_000
MAX_DEPTH = 12  # folders within folders
MAX_RATIO = 200  # a ZIP that grows more than this is a bomb; text shrinks to a tenth, rarely to a fiftieth
_ALWAYS_FINE = 10 * 1024 * 1024  # bytes; small files may shrink as they like


class UnreadableError(Exception):
    """A file cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file.

    Attributes:
        name: with "/" between folders.
        read: all of it; raises UnreadableError.
    """

    name: str
    read: Callable[[], bytes]

    @property
    def base(self) -> str:
        """The last part of the name."""
        return PurePosixPath(self.name).name


class Budget:
    """How much more may be read."""

    def __init__(self) -> None:
        self._left = MAX_TOTAL

    def take(self, size: int) -> None:
        """Count ``size`` bytes.

        Raises:
            UnreadableError: that is too much.
        """
        self._left -= size
        if size > MAX_FILE or self._left < 0:
            raise UnreadableError


def sources(path: Path, wanted: Callable[[str], bool]) -> Iterator[Source | Skipped]:
    """The files in ``path`` whose name is ``wanted``, and what was refused; a plain file is one itself."""
    budget = Budget()
    if path.is_dir():
        yield from _in_folder(path, wanted, budget)
    elif zipfile.is_zipfile(path):
        yield from _in_zip(path, wanted, budget)
    else:
        yield Source(path.name, lambda: _read(path, budget))


def _in_folder(folder: Path, wanted: Callable[[str], bool], budget: Budget) -> Iterator[Source | Skipped]:
    waiting, seen = [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop()
        try:
            entries = sorted(here.iterdir())
        except OSError:
            yield Skipped(_shown(here.name), Why.UNREADABLE)
            continue
        for entry in entries:
            seen += 1
            if seen > MAX_FILES:
                yield Skipped(_shown(folder.name), Why.TOO_LARGE)
                return
            name = entry.relative_to(folder).as_posix()
            if entry.is_symlink():
                if wanted(name):
                    yield Skipped(_shown(name), Why.LINK)
            elif entry.is_dir():
                if depth < MAX_DEPTH:
                    waiting.append((entry, depth + 1))
            elif entry.is_file() and wanted(name):
                yield Source(name, lambda e=entry: _read(e, budget))  # type: ignore[misc]


def _in_zip(path: Path, wanted: Callable[[str], bool], budget: Budget) -> Iterator[Source | Skipped]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_FILES:
            yield Skipped(_shown(path.name), Why.TOO_LARGE)
            members = members[:MAX_FILES]
        for member in members:
            parts = PurePosixPath(member.filename.replace("\\", "/")).parts
            if member.is_dir():
                continue
            if ".." in parts or member.filename.startswith("/") or ":" in member.filename:
                yield Skipped(_shown(member.filename), Why.BAD_NAME)
            elif stat.S_ISLNK(member.external_attr >> 16):
                yield Skipped(_shown(member.filename), Why.LINK)
            elif member.file_size > max(_ALWAYS_FINE, member.compress_size * MAX_RATIO):
                yield Skipped(_shown(member.filename), Why.TOO_LARGE)
            elif wanted(member.filename):
                yield Source(member.filename, lambda m=member: _read_member(archive, m, budget))  # type: ignore[misc]


def _read(path: Path, budget: Budget) -> bytes:
    try:
        budget.take(path.stat().st_size)
        return path.read_bytes()
    except OSError:
        raise UnreadableError from None


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    """No more than the directory of the ZIP says there is: it may lie."""
    budget.take(member.file_size)
    try:
        with archive.open(member) as file:
            data = file.read(member.file_size + 1)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise UnreadableError from None
    except Exception as error:  # zlib.error and its kind have no common base
        if type(error).__module__ in ("zlib", "lzma", "_lzma", "bz2", "_bz2"):
            raise UnreadableError from None
        raise
    if len(data) != member.file_size:
        raise UnreadableError
    return data


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:200]
