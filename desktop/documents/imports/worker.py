# SPDX-License-Identifier: GPL-3.0-or-later
"""The import child: reads one file or folder of a stranger's, with nothing else in reach."""

from __future__ import annotations

import codecs
import contextlib
import io
import itertools
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from desktop.documents import age
from desktop.documents.imports import reading
from desktop.documents.imports.inglenook import lines_of, parse, version
from desktop.documents.imports.sources import MAX_FILE
from desktop.documents.imports.wire import (
    MAX_FRAME,
    Done,
    Found,
    FromChild,
    Item,
    Locked,
    Parse,
    Ready,
    Skipped,
    Why,
)
from desktop.domain.archive import ARCHIVE_VERSION
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter, PipeClosedError
from desktop.sandbox.process import claim_pipes
from desktop.sandbox.profiles import document_reading

_DATA_BYTES = 4 * 1024 * 1024 * 1024  # of its own memory: an export is held whole


class _LockedError(Exception):
    """The passphrase is missing or wrong."""


def main() -> int:
    """Serve one request."""
    commands, events = claim_pipes()
    writer = FrameWriter(events, limit=MAX_FRAME)
    reader: FrameReader[Parse] = FrameReader(commands, Parse, limit=MAX_FRAME)
    _warm_up()
    try:
        writer.send(Ready())
        request = reader.receive()
        if request is None:
            return 0
        path = Path(os.fsdecode(request.path))
        confine_child(document_reading(path, data_bytes=_DATA_BYTES))
        _tell(path, request.passphrase, writer)
    except FrameError:
        return os.EX_PROTOCOL if hasattr(os, "EX_PROTOCOL") else 1
    return 0


def _tell(path: Path, passphrase: str | None, writer: FrameWriter) -> None:
    last: FromChild = Done()
    try:
        for item in _items(path, passphrase):
            try:
                writer.send(item)
            except PipeClosedError:
                raise
            except FrameError:  # too many bytes
                what = item.chat.title if isinstance(item, Found) else getattr(item, "what", "")
                writer.send(Skipped(what[:200] or _name(path), Why.TOO_LARGE))
    except _LockedError:
        last = Locked()
    except MemoryError:
        writer.send(Skipped(_name(path), Why.TOO_LARGE))
    writer.send(last)


def _items(path: Path, passphrase: str | None) -> Iterator[Item]:
    if not _is_encrypted(path):
        yield from reading.items(path)
        return
    if passphrase is None:
        raise _LockedError
    what = _name(path)
    with path.open("rb") as file:
        chunks = age.decrypted(file, passphrase)
        try:
            first = next(chunks)
        except age.AgeLockedError:
            raise _LockedError from None
        except age.AgeDamagedError:
            yield Skipped(what, Why.CUT_OFF)
            return
        if (
            found := version(first)
        ) is not None and found <= ARCHIVE_VERSION:  # piece by piece, however large it is
            yield from parse(lines_of(itertools.chain([first], _sound(chunks))), what)
        else:
            yield from _of_other(itertools.chain([first], chunks), what)


def _sound(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Up to what is damaged: the archive's end is missing then, which is told."""
    with contextlib.suppress(age.AgeDamagedError):
        yield from chunks


def _of_other(chunks: Iterator[bytes], what: str) -> Iterator[Item]:
    """JSON of some program that somebody encrypted; it is held whole."""
    data = bytearray()
    try:
        for chunk in chunks:
            data += chunk
            if len(data) > MAX_FILE:
                yield Skipped(what, Why.TOO_LARGE)
                return
    except age.AgeDamagedError:
        yield Skipped(what, Why.CUT_OFF)
        return
    yield from reading.of_data(bytes(data), what)


def _name(path: Path) -> str:
    return path.name.encode("utf-8", "replace").decode()[:200]


def _is_encrypted(path: Path) -> bool:
    if not path.is_file():  # to open a pipe is to wait for who writes into it
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(age.INTRODUCTION)) == age.INTRODUCTION
    except OSError:
        return False


def _warm_up() -> None:
    """Do everything once that loads modules the first time: afterwards none can be loaded."""
    for encoding in ("utf-16", "utf-16-be", "cp1252", "cp437"):  # the last for names in old archives
        codecs.lookup(encoding)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("é", b"[]")
    with zipfile.ZipFile(packed) as archive:
        archive.read("é")
    list(reading.of_data(b'[{"mapping": {}}]', ""))
    list(reading.of_data(b'[NaN, "\\ud83d", {"mapping": {}, "create_time": "2024-01-01"}', ""))
    sealed = b"".join(age.encrypted([b""], "", work_factor=1))
    list(age.decrypted(io.BytesIO(sealed), ""))
