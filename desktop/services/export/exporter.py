# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing chats to a file: whole or not at all, readable by its owner only, encrypted on request."""

from __future__ import annotations

import contextlib
import enum
import functools
import hashlib
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from desktop import __version__
from desktop.documents.age import encrypted
from desktop.domain.archive import (
    ARCHIVE_FORMAT,
    ARCHIVE_VERSION,
    ArchivedActivity,
    ArchivedChat,
    ArchivedInstructions,
    ArchivedSettings,
    ArchiveEnd,
    ArchiveHeader,
    chat_digest,
    content_digest,
)
from desktop.domain.conversation import ChatId
from desktop.domain.errors import UserActionError
from desktop.domain.spec import AppLayer
from desktop.i18n import _
from desktop.services.export.reading import HTML_END, html_article, html_head, markdown_text
from desktop.services.places import not_written, require_file_name
from desktop.services.under_way import UnderWay
from desktop.storage import conversations, instructions, training
from desktop.storage.activity import Count, list_activity, record
from desktop.storage.archive import read_chat, read_settings
from desktop.storage.database import Database
from desktop.storage.files import private_replacement, sync_folder

if TYPE_CHECKING:  # the filter loads libraries that only those wait for who use it
    from desktop.personal_data import Kind
    from desktop.services.export.filtering import ChatFilter
    from desktop.services.redaction import FilteredChat

FILTERED_VERSION = 1  # of what a filtered document says about itself

Check = Callable[[BinaryIO, "Exported"], object]  # the file from its beginning, before it has its name
Progress = Callable[[int, int], object]  # chats done, chats in all


class Format(enum.StrEnum):
    """What is written."""

    MARKDOWN = "markdown"  # for reading: the shown path
    HTML = "html"  # for printing: the shown path
    JSON = "json"  # for programs: one document, every branch
    ARCHIVE = "archive"  # for Inglenook: everything, JSON Lines


SUFFIXES = {
    Format.MARKDOWN: ".md",
    Format.HTML: ".html",
    Format.JSON: ".json",
    Format.ARCHIVE: ".inglenook",
}
ENCRYPTED_SUFFIX = ".age"


class ExportCancelledError(UserActionError):
    """The person stopped it; nothing was written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        bytes: size of the file.
        sha256: of the file, in hexadecimal.
        removed: how many passages the filter replaced, by kind; None where it was not asked for.
        content: digest of the chats themselves; "" unless it is an archive.
    """

    chats: int
    messages: int
    bytes: int
    sha256: str
    encrypted: bool
    removed: Mapping[Kind, int] | None = None
    content: str = ""


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is to be written.

    Attributes:
        format: how.
        chat_ids: which chats; None is all of them, archived ones too.
        passphrase: encrypts it in the age format; None leaves it plain.
        filtered: put stand-ins in the place of personal data; never in an archive.
    """

    format: Format
    chat_ids: tuple[ChatId, ...] | None = None
    passphrase: str | None = None
    filtered: bool = False


class Exporter:
    """Exports from one open database. Calls block; seconds for a large history.

    Args:
        database: which.
        under_way: has what is being written given up before the database is closed.
    """

    def __init__(self, database: Database, under_way: UnderWay | None = None) -> None:
        self._database = database
        self._under_way = under_way or UnderWay()

    def to_file(
        self,
        path: Path,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
        check: Check | None = None,
    ) -> Exported:
        """Write ``path``, 0600; what was there before is replaced only when all is written.

        Args:
            path: the file.
            wish: what is written.
            progress: told after every chat.
            cancelled: set by another thread to give up.
            check: looks at the written file before it takes its place; what it raises keeps it from that.

        Raises:
            ExportCancelledError, UnknownChatError, UserActionError: nothing was written.
            EnvironmentFaultError: the disk does not take it; what was there before is there.
        """
        require_file_name(path)
        with self._under_way.of(cancelled) as stop:
            try:
                with private_replacement(path) as file:
                    done = self._write(file, wish, progress, stop)
                    if check is not None:
                        _rewind(file)
                        check(file, done)
            except OSError:
                raise not_written() from None
            with contextlib.suppress(OSError):  # it is there; not every file system can be asked for more
                sync_folder(path.parent)
            self._record(wish, done)
        return done

    def to_stream(self, stream: BinaryIO, wish: ExportWish) -> Exported:
        """Write to an open stream.

        Raises:
            UnknownChatError, UserActionError: nothing was written, or only a part.
        """
        done = self._write(stream, wish, None, None)
        self._record(wish, done)
        return done

    def look(
        self,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> Iterator[FilteredChat]:
        """What the filter would take out, chat by chat, before anything is written. Blocks as it goes on.

        Raises:
            ExportCancelledError: the person stopped it.
            UserActionError: it is an archive.
            UnknownChatError.
        """
        filter_ = self._filter(wish, cancelled)
        for chat in self._chats(wish, _Counting(), progress, cancelled):
            yield filter_.look(chat)

    def choose(self, chat_id: ChatId, value: str, hidden: bool | None) -> Future[None]:
        """Have a value always hidden when a chat leaves, or never; None leaves it to the filter.

        Raises (through the Future):
            UnknownChatError.
        """
        return self._database.write(lambda c: training.choose_filter(c, chat_id, {value: hidden}))

    def _write(
        self,
        stream: BinaryIO,
        wish: ExportWish,
        progress: Progress | None,
        cancelled: threading.Event | None,
    ) -> Exported:
        counting = _Counting()
        chunks = self._chunks(wish, counting, progress, cancelled)
        if wish.passphrase is not None:
            chunks = encrypted(chunks, wish.passphrase)
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
        if cancelled is not None and cancelled.is_set():
            raise _cancelled()
        return Exported(
            counting.chats,
            counting.messages,
            size,
            digest.hexdigest(),
            wish.passphrase is not None,
            dict(counting.removed) if wish.filtered else None,
            content_digest(counting.digests) if wish.format is Format.ARCHIVE else "",
        )

    def _chunks(
        self,
        wish: ExportWish,
        counting: _Counting,
        progress: Progress | None,
        cancelled: threading.Event | None,
    ) -> Iterator[bytes]:
        chats = self._chats(wish, counting, progress, cancelled)
        if wish.filtered:
            filter_ = self._filter(wish, cancelled)
            counting.removed = filter_.removed
            chats = map(filter_.apply, chats)
        match wish.format:
            case Format.MARKDOWN:
                return (markdown_text(chat).encode() for chat in chats)
            case Format.HTML:
                return _html(chats)
            case Format.JSON:
                return _json(chats, counting.removed if wish.filtered else None)
            case Format.ARCHIVE:
                complete = wish.chat_ids is None
                about: list[ArchivedActivity | ArchivedSettings | ArchivedInstructions] = []
                if complete:
                    settings = self._database.read(read_settings).result()
                    about = [settings, *self._instructions(), *self._activity()]
                return _archive(chats, about, counting, complete=complete)

    def _chats(
        self,
        wish: ExportWish,
        counting: _Counting,
        progress: Progress | None,
        cancelled: threading.Event | None,
    ) -> Iterator[ArchivedChat]:
        ids = list(wish.chat_ids) if wish.chat_ids is not None else self._all_ids()
        for place, chat_id in enumerate(ids):
            if cancelled is not None and cancelled.is_set():
                raise _cancelled()
            chat = self._database.read(functools.partial(read_chat, chat_id=chat_id)).result()
            counting.chats += 1
            counting.messages += len(chat.messages)
            yield chat
            if progress is not None:
                progress(place + 1, len(ids))

    def _filter(self, wish: ExportWish, cancelled: threading.Event | None) -> ChatFilter:
        from desktop.services.export.filtering import ChatFilter

        if wish.format is Format.ARCHIVE:
            raise UserActionError(
                _(
                    "An archive holds everything, so that it comes back without loss; nothing is hidden "
                    "in it. Choose another format."
                )
            )

        def pause() -> None:
            if cancelled is not None and cancelled.is_set():
                raise _cancelled()

        return ChatFilter(self._database, every_branch=wish.format is Format.JSON, pause=pause)

    def _all_ids(self) -> list[ChatId]:
        chats = self._database.read(lambda c: conversations.list_chats(c, include_archived=True)).result()
        return [chat.id for chat in chats]

    def _activity(self) -> Sequence[ArchivedActivity]:
        done = self._database.read(lambda c: list_activity(c, limit=-1)).result()
        return [ArchivedActivity(entry.at, entry.kind, dict(entry.counts)) for entry in reversed(done)]

    def _instructions(self) -> Sequence[ArchivedInstructions]:
        """What the person told the model; nothing if all is as it came."""
        kept = self._database.read(instructions.kept).result()
        changed = kept.person or kept.state is not AppLayer.SHIPPED
        return [ArchivedInstructions(str(kept.state), kept.own, kept.person)] if changed else []

    def _record(self, wish: ExportWish, done: Exported) -> None:
        counts: dict[str, Count] = {
            "chats": done.chats,
            "messages": done.messages,
            "format": str(wish.format),
            "encrypted": done.encrypted,
        }
        if wish.filtered:
            counts["filtered"] = True
        self._database.write(lambda c: record(c, "exported", **counts)).result()  # type: ignore[arg-type]


@dataclass(slots=True)
class _Counting:
    chats: int = 0
    messages: int = 0
    removed: Counter[Kind] = field(default_factory=Counter)
    digests: dict[str, str] = field(default_factory=dict)  # of an archive's chats, by id


def _html(chats: Iterator[ArchivedChat]) -> Iterator[bytes]:
    yield html_head(_("Chats from Inglenook")).encode()
    for chat in chats:
        yield html_article(chat).encode()
    yield HTML_END.encode()


def _json(chats: Iterator[ArchivedChat], removed: Mapping[Kind, int] | None) -> Iterator[bytes]:
    about = {"format": "inglenook-chats", "version": 1, "exported_at": datetime.now(UTC)}
    yield msgspec.json.encode(about)[:-1] + b',"chats":['
    for place, chat in enumerate(chats):
        yield (b",\n" if place else b"\n") + msgspec.json.encode(chat)
    if removed is None:
        yield b"\n]}\n"
        return
    counts = {str(kind): count for kind, count in sorted(removed.items())}
    yield b'\n],"filtered":' + msgspec.json.encode({"version": FILTERED_VERSION, "removed": counts}) + b"}\n"


def _archive(
    chats: Iterator[ArchivedChat],
    about: Sequence[ArchivedActivity | ArchivedSettings | ArchivedInstructions],
    counting: _Counting,
    *,
    complete: bool,
) -> Iterator[bytes]:
    digest = hashlib.sha256()

    def lines() -> Iterator[msgspec.Struct]:
        yield ArchiveHeader(ARCHIVE_FORMAT, ARCHIVE_VERSION, datetime.now(UTC), __version__, complete)
        for chat in chats:
            counting.digests[chat.id] = chat_digest(chat)
            yield chat
        yield from about

    for record_ in lines():
        line = msgspec.json.encode(record_) + b"\n"
        digest.update(line)
        yield line
    end = ArchiveEnd(counting.chats, counting.messages, digest.hexdigest(), content_digest(counting.digests))
    yield msgspec.json.encode(end) + b"\n"


def _rewind(file: BinaryIO) -> None:
    """To the beginning of what is on the disk, where the system can be asked to forget what it remembers."""
    file.flush()
    os.fsync(file.fileno())
    if sys.platform == "linux":
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    file.seek(0)


def _cancelled() -> ExportCancelledError:
    return ExportCancelledError(_("The export was stopped. Nothing was written."))
