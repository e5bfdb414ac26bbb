# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing chats in: parsed elsewhere, written one by one, with a word on everything that was left out."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.documents.imports.client import ImportCutOffError, ImportLockedError, read_items
from desktop.documents.imports.wire import MAX_SKIPPED, Found, Skipped, Why
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.i18n import _, ngettext
from desktop.services.reports import ImportReport, SkippedReport
from desktop.services.under_way import UnderWay
from desktop.storage.activity import record
from desktop.storage.archive import ChatPresentError, insert_chat
from desktop.storage.database import Database
from desktop.storage.text import storable

Progress = Callable[[int], object]  # chats that came in so far


class ImportPassphraseError(UserActionError):
    """The file is encrypted, and the passphrase is missing or wrong; nothing came in."""


@dataclass(slots=True)
class Imported:
    """What came of it.

    Attributes:
        stopped: the person wanted no more of it.
        skipped: what was left out, and why, in words.
        more_skipped: how many more there are than are told.
    """

    chats: int = 0
    messages: int = 0
    stopped: bool = False
    skipped: list[tuple[str, str]] = field(default_factory=list)
    more_skipped: int = 0

    def skip(self, what: str, why: str) -> None:
        """Note that something was left out."""
        if len(self.skipped) < MAX_SKIPPED:
            self.skipped.append((what, why))
        else:
            self.more_skipped += 1

    def report(self) -> ImportReport:
        """As a document."""
        skipped = [SkippedReport(what, why) for what, why in self.skipped]
        if self.more_skipped:
            words = ngettext("{count} more", "{count} more", self.more_skipped)
            skipped.append(SkippedReport("", words.format(count=self.more_skipped)))
        return ImportReport(self.chats, self.messages, skipped)


class Importer:
    """Imports into one open database. Calls block.

    Args:
        database: which.
        under_way: has what is being read given up before the database is closed.
    """

    def __init__(self, database: Database, under_way: UnderWay | None = None) -> None:
        self._database = database
        self._under_way = under_way or UnderWay()

    def read(
        self,
        path: Path,
        *,
        passphrase: str | None = None,
        progress: Progress | None = None,
        cancelled: threading.Event | None = None,
    ) -> Imported:
        """Bring in every chat in a file, a ZIP or a folder; consent to training is never taken over.

        What came in stays, whatever happens to the rest: each chat is written on its own.

        Raises:
            ImportPassphraseError: it is encrypted, and the passphrase does not open it.
            UserActionError: there is no such file.
            EnvironmentFaultError: the reading process cannot be started, or the disk is full.
        """
        try:
            is_readable = path.is_file() or path.is_dir()
            if not is_readable and not path.exists():
                raise UserActionError(_("There is no file or folder of this name."))
        except OSError:  # a name no system takes, or a folder that may not be looked into
            is_readable = False
        if not is_readable:
            raise UserActionError(
                _("This is neither a file nor a folder that can be read. Nothing was changed.")
            )
        with self._under_way.of(cancelled) as stop:
            return self._read(path, passphrase, progress, stop)

    def _read(
        self, path: Path, passphrase: str | None, progress: Progress | None, cancelled: threading.Event
    ) -> Imported:
        done = Imported()
        try:
            for item in read_items(path, passphrase=passphrase, cancelled=cancelled):
                if isinstance(item, Found):
                    self._keep(item, done)
                    if progress is not None:
                        progress(done.chats)
                elif isinstance(item, Skipped):
                    done.skip(item.what, _words(item.why, item.count))
            done.stopped = cancelled.is_set()
        except ImportLockedError:
            raise ImportPassphraseError(
                _("This file is encrypted, and the passphrase is missing or does not open it.")
            ) from None
        except ImportCutOffError:
            done.skip(
                storable(path.name), _("reading it ended early: it is damaged, too large, or takes too long")
            )
        except OSError:
            raise EnvironmentFaultError(_("The process that reads files cannot be started here.")) from None
        finally:
            if done.chats:
                self._database.write(
                    lambda c: record(c, "imported", chats=done.chats, messages=done.messages)
                ).result()
        return done

    def _keep(self, item: Found, done: Imported) -> None:
        chat = item.chat
        what = chat.title or chat.id
        try:
            self._database.write(functools.partial(insert_chat, chat=chat)).result()
        except ChatPresentError as present:
            done.skip(what, _present_in_words(present.missing))
        except (OverflowError, ValueError):
            done.skip(what, _words(Why.BAD_CHAT, 1))
        else:
            done.chats += 1
            done.messages += len({message.id for message in chat.messages})


def _present_in_words(missing: int) -> str:
    if not missing:
        return _("it is here already")
    words = ngettext(
        "it is here already, as it was; {count} message of the file is not in it",
        "it is here already, as it was; {count} messages of the file are not in it",
        missing,
    )
    return words.format(count=missing)


def _words(why: Why, count: int) -> str:
    match why:
        case Why.HIDDEN:
            words = ngettext("{count} hidden message", "{count} hidden messages", count)
        case Why.NOT_TEXT:
            words = ngettext("{count} message without text", "{count} messages without text", count)
        case Why.EMPTY:
            words = ngettext("{count} empty chat or message", "{count} empty chats or messages", count)
        case Why.BAD_CHAT:
            words = ngettext("{count} part is damaged", "{count} parts are damaged", count)
        case Why.TANGLED:
            words = ngettext(
                "{count} message was its own ancestor and begins a version of its own",
                "{count} messages were their own ancestors and begin versions of their own",
                count,
            )
        case Why.ATTACHED:
            words = ngettext("{count} attached file or picture", "{count} attached files or pictures", count)
        case _:
            return _words_of_a_file(why)
    return words.format(count=count)


def _words_of_a_file(why: Why) -> str:
    match why:
        case Why.TOO_LARGE:
            return _("it is too large, or grows too large when unpacked")
        case Why.BAD_NAME:
            return _("its name leads out of the archive")
        case Why.LINK:
            return _("it is a link")
        case Why.UNREADABLE:
            return _("it cannot be read")
        case Why.CUT_OFF:
            return _("it breaks off before its end")
        case Why.TOO_DEEP:
            return _("its folders lie too deep")
        case Why.NO_FILE:
            return _("it is not a file")
        case Why.NEWER:
            return _("a newer Inglenook wrote it; this one cannot read it")
        case Why.FROM_JOURNAL:
            return _(
                "its last changes are in a file beside it; close the other program and bring it in again"
            )
        case _:
            return _("no chats of a known format are in it")
