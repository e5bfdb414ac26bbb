# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own archive: JSON Lines, each line with the name of its kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from desktop.documents.imports.wire import Archive, Found, Item, Skipped, Why
from desktop.domain.archive import (
    ARCHIVE_FORMAT,
    ArchivedChat,
    ArchivedInstructions,
    ArchivedSettings,
    ArchiveEnd,
    ArchiveHeader,
    ArchiveRecord,
    untangled,
)

_DECODER = msgspec.json.Decoder(ArchiveRecord)


def version(data: bytes) -> int | None:
    """Of what version it is, if the first line is such an archive's header."""
    try:
        header = _DECODER.decode(data[:4096].split(b"\n", 1)[0])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    return header.version if isinstance(header, ArchiveHeader) and header.format == ARCHIVE_FORMAT else None


def found(chat: ArchivedChat) -> Iterator[Item]:
    """A chat of ours: who wrote the file may not have been us."""
    messages, cut = untangled(chat.messages)
    if cut:
        yield Skipped(chat.title[:200] or chat.id, Why.TANGLED, cut)
    yield Found(msgspec.structs.replace(chat, messages=messages))


def parse(lines: Iterable[bytes], what: str) -> Iterator[Item]:
    """Every chat; a line that is not understood is told of, and so is an archive without its end."""
    digest = hashlib.sha256()
    end: ArchiveEnd | None = None
    settings: ArchivedSettings | None = None
    instructions: ArchivedInstructions | None = None
    complete = False
    for number, line in enumerate(lines):
        try:
            record = _DECODER.decode(line)
        except (msgspec.MsgspecError, RecursionError, UnicodeError, ValueError):
            yield Skipped(f"{what}, {number}", Why.BAD_CHAT)
        else:
            if isinstance(record, ArchivedChat):
                yield from found(record)
            elif isinstance(record, ArchivedSettings):
                settings = record
            elif isinstance(record, ArchivedInstructions):
                instructions = record
            elif isinstance(record, ArchiveHeader):
                complete = record.complete
            elif isinstance(record, ArchiveEnd):
                end = record if record.sha256 == digest.hexdigest() else None
        digest.update(line)
    if end is None:
        yield Skipped(what, Why.CUT_OFF)
        yield Archive(False, complete)
    else:
        chats, messages = max(0, end.chats), max(0, end.messages)
        yield Archive(True, complete, chats, messages, end.content_sha256, settings, instructions)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends, out of pieces cut anywhere."""
    waiting = bytearray()
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            waiting += line
            waiting += b"\n"
            yield bytes(waiting)
            waiting.clear()
        waiting += rest
    if waiting:
        yield bytes(waiting)
