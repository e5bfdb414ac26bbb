# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving to another computer: everything into one encrypted file, out of it again, and checked equal."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from desktop.documents import age
from desktop.documents.imports import inglenook
from desktop.documents.imports.client import ImportCutOffError, ImportLockedError, read_items
from desktop.documents.imports.wire import Archive, Found, Item, Skipped, Why
from desktop.domain.archive import ArchivedChat, chat_digest, content_digest, fingerprint
from desktop.domain.conversation import ChatId
from desktop.domain.errors import EnvironmentFaultError, InglenookError, UnknownChatError, UserActionError
from desktop.i18n import _
from desktop.services.care_reports import DifferenceReport, MoveInReport, MoveOutReport
from desktop.services.export.exporter import Exported, Exporter, ExportWish, Format
from desktop.services.imports import ImportPassphraseError
from desktop.services.under_way import UnderWay
from desktop.storage.activity import record
from desktop.storage.archive import (
    ChatPresentError,
    adopt_instructions,
    adopt_settings,
    insert_chat,
    read_chat,
    volume,
)
from desktop.storage.database import Database
from desktop.storage.deletion import erase_unseen

Progress = Callable[[int, int], object]  # chats done, chats in all; 0 in all: not known yet


class MoveCancelledError(UserActionError):
    """The person stopped it; everything is as before."""


class ArchiveBrokenError(UserActionError):
    """The file is not a whole archive; nothing came in."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How much there is to move.

    Attributes:
        bytes: about how large the file will be.
    """

    chats: int
    messages: int
    bytes: int


@dataclass(frozen=True, slots=True)
class MovedOut:
    """What was written, and read back.

    Attributes:
        content: digest of the chats, in hexadecimal.
    """

    chats: int
    messages: int
    bytes: int
    content: str

    @property
    def fingerprint(self) -> str:
        """To compare by eye with what the other computer says."""
        return fingerprint(self.content)

    def report(self) -> MoveOutReport:
        """As a document."""
        return MoveOutReport(self.chats, self.messages, self.bytes, self.fingerprint, self.content)


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What is here now, compared with what is in the file.

    Attributes:
        chats: in the file.
        messages: in the file.
        content: digest of the chats here that the file has; equal to the file's if nothing differs.
        came_in: chats written now.
        were_here: chats that were here already, and are equal.
        differences: title or id of each chat that is not the same here, and why.
    """

    chats: int
    messages: int
    content: str
    came_in: int
    were_here: int
    differences: tuple[tuple[str, str], ...]

    @property
    def is_equal(self) -> bool:
        """Whether every chat of the file is here as it is there."""
        return not self.differences

    @property
    def fingerprint(self) -> str:
        """To compare by eye with what the old computer said."""
        return fingerprint(self.content)

    def report(self) -> MoveInReport:
        """As a document."""
        return MoveInReport(
            self.chats,
            self.messages,
            self.is_equal,
            self.fingerprint,
            self.content,
            self.came_in,
            self.were_here,
            [DifferenceReport(what, why) for what, why in self.differences],
        )


@dataclass(slots=True)
class _Seen:
    """What is in the file, by what was read of it."""

    digests: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    messages: int = 0
    archive: Archive | None = None
    is_cut_off: bool = False

    def take(self, item: Item) -> None:
        if isinstance(item, Found):
            self.digests[item.chat.id] = chat_digest(item.chat)
            self.titles[item.chat.id] = item.chat.title
            self.messages += len(item.chat.messages)
        elif isinstance(item, Archive):
            self.archive = item
        elif isinstance(item, Skipped):
            self.is_cut_off |= item.why is Why.CUT_OFF

    @property
    def is_whole(self) -> bool:
        """Whether it is all there, and what whoever wrote it saw."""
        archive = self.archive
        return (
            archive is not None
            and archive.is_whole
            and (archive.chats, archive.messages) == (len(self.digests), self.messages)
            and archive.content_sha256 in (None, content_digest(self.digests))
        )


class Moving:
    """Of one open database. Calls block; seconds for a large history.

    Args:
        database: the vault's.
        exporter: writes archives of it.
        under_way: has what is under way given up before the database is closed.
    """

    def __init__(self, database: Database, exporter: Exporter, under_way: UnderWay | None = None) -> None:
        self._database = database
        self._exporter = exporter
        self._under_way = under_way or UnderWay()

    def volume(self) -> Volume:
        """How much there is to move."""
        return Volume(*self._database.read(volume).result())

    def out(
        self,
        path: Path,
        passphrase: str,
        *,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> MovedOut:
        """Write everything into one encrypted file and read it back before it takes its name.

        Raises:
            UserActionError: it was cancelled, or there is no room for it; nothing was written.
            EnvironmentFaultError: the disk does not take it, or what it gives back is not what was written.
        """
        self._require_room(path)

        def check(file: BinaryIO, done: Exported) -> None:
            seen = _Seen()
            try:
                for item in _read_back(file, passphrase):
                    if stop.is_set():
                        raise MoveCancelledError(_("It was stopped. Nothing was written."))
                    seen.take(item)
            except (age.AgeLockedError, age.AgeDamagedError):
                raise _not_what_was_written() from None
            if not seen.is_whole or content_digest(seen.digests) != done.content:
                raise _not_what_was_written()

        wish = ExportWish(Format.ARCHIVE, None, passphrase)
        with self._under_way.of(cancelled) as stop:
            done = self._exporter.to_file(path, wish, progress=progress, cancelled=stop, check=check)
        return MovedOut(done.chats, done.messages, done.bytes, done.content)

    def bring(
        self,
        path: Path,
        passphrase: str | None,
        *,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> MovedIn:
        """Read the whole file first, then take it in, then compare what is here with what is there.

        Consent to training stays off, and the record of what was done stays this computer's own.

        Raises:
            ImportPassphraseError: the passphrase is missing or does not open it; nothing came in.
            ArchiveBrokenError: it is no archive, cut off or changed; nothing came in.
            MoveCancelledError: what had come in was taken out again.
            UserActionError: there is no such file.
            EnvironmentFaultError: the disk is full: what came in is whole, and the rest comes next time.
        """
        if not path.is_file():
            raise UserActionError(_("There is no file of this name."))
        with self._under_way.of(cancelled) as stop:
            return self._bring(path, passphrase, progress, stop)

    def _bring(
        self, path: Path, passphrase: str | None, progress: Progress | None, cancelled: threading.Event
    ) -> MovedIn:
        seen = _Seen()
        for item in self._items(path, passphrase, cancelled):
            seen.take(item)
            if progress is not None and isinstance(item, Found):
                progress(0, 0)
        if seen.archive is None and not seen.is_cut_off:
            raise ArchiveBrokenError(
                _(
                    "This is not an archive of Inglenook. Nothing came in; "
                    "chats of other programs come in through “Bring chats in”."
                )
            )
        if not seen.is_whole:
            raise ArchiveBrokenError(
                _(
                    "This file is cut off or was changed. Nothing came in; copy it from the other computer "
                    "again, or save what can be read of it with “Bring chats in”."
                )
            )
        return self._take_in(path, passphrase, seen, progress, cancelled)

    def _take_in(
        self,
        path: Path,
        passphrase: str | None,
        seen: _Seen,
        progress: Progress | None,
        cancelled: threading.Event,
    ) -> MovedIn:
        came_in: list[ChatId] = []
        messages = 0
        reasons: dict[str, str] = {}
        try:
            for item in self._items(path, passphrase, cancelled):
                if not isinstance(item, Found):
                    continue
                try:
                    kept = self._database.write(functools.partial(insert_chat, chat=item.chat)).result()
                except ChatPresentError:
                    pass  # compared below
                except (OverflowError, ValueError):
                    reasons[item.chat.id] = _("it cannot be kept: a part of it is damaged")
                else:
                    came_in.append(kept)
                    messages += len(item.chat.messages)
                if progress is not None:
                    progress(len(came_in), len(seen.digests))
        except MoveCancelledError:
            self._database.write(lambda c: erase_unseen(c, tuple(came_in))).result()
            came_in.clear()
            raise
        finally:
            if came_in:
                self._database.write(
                    lambda c: record(c, "imported", chats=len(came_in), messages=messages)
                ).result()
        if seen.archive is not None:
            settings, told = seen.archive.settings, seen.archive.instructions
            if settings is not None:
                self._database.write(lambda c: adopt_settings(c, settings)).result()
            if told is not None:
                self._database.write(lambda c: adopt_instructions(c, told)).result()
        return self._compare(seen, set(came_in), reasons)

    def _compare(self, seen: _Seen, came_in: set[ChatId], reasons: dict[str, str]) -> MovedIn:
        here: dict[str, str] = {}
        differences = []
        were_here = 0
        for chat_id, digest in seen.digests.items():
            found = self._digest_here(ChatId(chat_id))
            if found is not None:
                here[chat_id] = found
            if found == digest:
                were_here += chat_id not in came_in
                continue
            if found is None:
                why = reasons.get(chat_id) or _("it is here, deleted, and about to be erased")
            elif chat_id in came_in:
                why = _("it came in, but not as it is in the file")
            else:
                why = _("it was here already, and it is not the same; the one that is here was kept")
            differences.append((seen.titles[chat_id] or chat_id, why))
        return MovedIn(
            len(seen.digests),
            seen.messages,
            content_digest(here),
            len(came_in),
            were_here,
            tuple(differences),
        )

    def _digest_here(self, chat_id: ChatId) -> str | None:
        try:
            chat: ArchivedChat = self._database.read(functools.partial(read_chat, chat_id=chat_id)).result()
        except UnknownChatError:
            return None
        return chat_digest(chat)

    def _items(self, path: Path, passphrase: str | None, cancelled: threading.Event) -> Iterator[Item]:
        try:
            yield from read_items(path, passphrase=passphrase, cancelled=cancelled)
        except ImportLockedError:
            raise ImportPassphraseError(
                _("This file is encrypted, and the passphrase is missing or does not open it.")
            ) from None
        except ImportCutOffError:
            if not cancelled.is_set():
                raise ArchiveBrokenError(
                    _("Reading the file ended early: it is damaged, or too large for this computer.")
                ) from None
        except OSError:
            raise EnvironmentFaultError(_("The process that reads files cannot be started here.")) from None
        if cancelled.is_set():
            raise MoveCancelledError(_("It was stopped. Nothing of the file stayed here."))

    def _require_room(self, path: Path) -> None:
        try:
            free = shutil.disk_usage(path.parent).free
        except OSError:
            return  # writing says what is wrong
        if free < self.volume().bytes:
            raise UserActionError(
                _(
                    "There is not enough room there: the file needs about {size} MB. "
                    "Nothing was written; choose another place."
                ).format(size=self.volume().bytes // 1_000_000 + 1)
            )


def _read_back(file: BinaryIO, passphrase: str) -> Iterator[Item]:
    """In this process, because it is what this process wrote a moment ago; others' files go to a child."""
    return inglenook.parse(inglenook.lines_of(age.decrypted(file, passphrase)), "")


def _not_what_was_written() -> InglenookError:
    return EnvironmentFaultError(
        _(
            "What the disk gives back is not what was written to it, so no file was made. "
            "Your chats are safe; choose another disk."
        )
    )
