# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own archive: JSON Lines, each line with the name of its kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from desktop.documents.imports.wire import Found, Item, Skipped, Why
from desktop.domain.archive import (
    ARCHIVE_FORMAT,
    ARCHIVE_VERSION,
    ArchivedChat,
    ArchiveEnd,
    ArchiveHeader,
    ArchiveRecord,
)

_DECODER = msgspec.json.Decoder(ArchiveRecord)


def is_archive(data: bytes) -> bool:
    """Whether the first line is such an archive's header, of a version we know."""
    try:
        header = _DECODER.decode(data[:4096].split(b"\n", 1)[0])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return False
    return (
        isinstance(header, ArchiveHeader)
        and header.format == ARCHIVE_FORMAT
        and header.version <= ARCHIVE_VERSION
    )


def parse(data: bytes, what: str) -> Iterator[Item]:
    """Every chat; a line that is not understood is told of, and so is an archive without its end."""
    digest = hashlib.sha256()
    is_whole = False
    for number, line in enumerate(data.splitlines(keepends=True)):
        try:
            record = _DECODER.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeError, ValueError):
            yield Skipped(f"{what}, {number}", Why.BAD_CHAT)
        else:
            if isinstance(record, ArchivedChat):
                yield Found(record)
            elif isinstance(record, ArchiveEnd):
                is_whole = record.sha256 == digest.hexdigest()
        digest.update(line)
    if not is_whole:
        yield Skipped(what, Why.CUT_OFF)
