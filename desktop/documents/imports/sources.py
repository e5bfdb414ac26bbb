# SPDX-License-Identifier: GPL-3.0-or-later
"""Files out of a file, a folder or a ZIP, none of which is trusted: no links, no way out, no bombs."""

from __future__ import annotations

import contextlib
import re
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
    elif not path.is_file():  # a pipe or a device may never end
        yield Skipped(_shown(path.name), Why.NO_FILE)
    elif _is_zip(path):
        yield from _in_zip(path, wanted, budget)
    else:
        yield from _beside(path, path.name)
        yield Source(_shown(path.name), lambda: _read(path, budget))


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
                else:
                    yield Skipped(_shown(name), Why.TOO_DEEP)
            elif not wanted(name):
                continue
            elif entry.is_file():
                yield from _beside(entry, name)
                yield Source(_shown(name), lambda e=entry: _read(e, budget))  # type: ignore[misc]
            else:
                yield Skipped(_shown(name), Why.NO_FILE)


def _in_zip(path: Path, wanted: Callable[[str], bool], budget: Budget) -> Iterator[Source | Skipped]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        yield Skipped(_shown(path.name), Why.UNREADABLE)
        return
    with archive:
        members = archive.infolist()
        if len(members) > MAX_FILES:
            yield Skipped(_shown(path.name), Why.TOO_LARGE)
            members = members[:MAX_FILES]
        for member in members:
            name = member.filename.replace("\\", "/")
            if member.is_dir():
                continue
            if ".." in name.split("/") or re.match("/|[A-Za-z]:", name):
                yield Skipped(_shown(member.filename), Why.BAD_NAME)
            elif stat.S_ISLNK(member.external_attr >> 16):
                yield Skipped(_shown(member.filename), Why.LINK)
            elif member.file_size > max(_ALWAYS_FINE, member.compress_size * MAX_RATIO):
                yield Skipped(_shown(member.filename), Why.TOO_LARGE)
            elif wanted(member.filename):
                yield Source(_shown(name), lambda m=member: _read_member(archive, m, budget))  # type: ignore[misc]


def _is_zip(path: Path) -> bool:
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False


def _beside(path: Path, name: str) -> Iterator[Skipped]:
    """Tell of a write-ahead log, in which a database that is in use has its last changes."""
    if name.lower().endswith(".db"):
        journal = path.with_name(path.name + "-wal")
        with contextlib.suppress(OSError):
            if journal.stat().st_size:
                yield Skipped(_shown(name), Why.FROM_JOURNAL)


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
    except MemoryError:
        raise
    except (
        Exception
    ):  # damaged, encrypted, packed in an unknown way: zlib.error and its kind have no common base
        raise UnreadableError from None
    if len(data) != member.file_size:
        raise UnreadableError
    return data


def _shown(name: str) -> str:
    """A name that can be told: without stray bytes, and not too long."""
    return name.encode("utf-8", "replace").decode()[:200]
