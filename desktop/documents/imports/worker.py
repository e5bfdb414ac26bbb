# SPDX-License-Identifier: GPL-3.0-or-later
"""The import child: reads one file or folder of a stranger's, with nothing else in reach."""

from __future__ import annotations

import codecs
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pyrage import DecryptError
from pyrage import passphrase as age

from desktop.documents.imports import reading
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
from desktop.sandbox.confine import confine_child
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter, PipeClosedError
from desktop.sandbox.process import claim_pipes
from desktop.sandbox.profiles import document_reading

_DATA_BYTES = 4 * 1024 * 1024 * 1024  # of its own memory: an export is held whole
_AGE = b"age-encryption.org/v1"


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
                what = item.chat.title if isinstance(item, Found) else item.what
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
    if passphrase is None or path.stat().st_size > MAX_FILE:
        raise _LockedError
    try:
        data = age.decrypt(path.read_bytes(), passphrase)
    except (DecryptError, OSError, ValueError):
        raise _LockedError from None
    yield from reading.of_data(data, _name(path))


def _name(path: Path) -> str:
    return path.name.encode("utf-8", "replace").decode()[:200]


def _is_encrypted(path: Path) -> bool:
    if not path.is_file():  # to open a pipe is to wait for who writes into it
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_AGE)) == _AGE
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
