# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting for good: hide, wait, erase every trace, and look whether it worked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.domain.conversation import ChatId, DeletionReceipt
from desktop.i18n import _, ngettext
from desktop.storage import activity, chat_settings, pagescan, removal, residue
from desktop.storage.backup import remove_backups
from desktop.storage.connection import Connection, storage_full_error
from desktop.storage.database import Database
from desktop.storage.ids import to_milliseconds
from desktop.storage.lookup import unknown_chat
from desktop.storage.text import storable
from desktop.storage.vault import OpenVault

Scan = Callable[[Path, bytes, Sequence[bytes]], pagescan.ScanReport]

MAX_NEEDLES = 200_000


@dataclass(frozen=True, slots=True)
class _Erased:
    chats: int
    messages: int
    needles: frozenset[bytes]
    terms: frozenset[str]
    entry: int  # in the activity record; 0 if there is none


@dataclass(frozen=True, slots=True)
class Traces:
    """What a look for traces came to.

    Attributes:
        found: how many traces there are; None if the pages could not be looked at.
        pages: how many decrypted pages were looked through.
        looked_for: how many words and groups of words were looked for.
    """

    found: int | None
    pages: int
    looked_for: int


def mark_deleted(conn: Connection, chat_ids: Sequence[ChatId], due: datetime) -> None:
    """Hide chats at once; purge erases them once ``due`` has passed.

    Raises:
        UnknownChatError: one of them is not there (or hidden already); none was hidden.
    """
    for chat_id in chat_ids:
        changed = conn.execute(
            "UPDATE chat SET delete_due = ? WHERE id = ? AND delete_due IS NULL",
            (to_milliseconds(due), storable(chat_id)),
        )
        if changed.rowcount != 1:
            raise unknown_chat()


def undelete(conn: Connection, chat_ids: Sequence[ChatId]) -> None:
    """Bring hidden chats back; ids that are gone or were never hidden are passed over."""
    rows = [(storable(chat_id),) for chat_id in chat_ids]
    conn.executemany("UPDATE chat SET delete_due = NULL WHERE id = ?", rows)


def due(conn: Connection, now: datetime) -> list[ChatId]:
    """The hidden chats whose time has passed, the longest waiting first."""
    rows = conn.execute(
        "SELECT id FROM chat WHERE delete_due <= ? ORDER BY delete_due", (to_milliseconds(now),)
    )
    return [ChatId(row[0]) for row in rows]


def purge(
    database: Database,
    vault: OpenVault | None,
    chat_ids: Sequence[ChatId],
    *,
    may_go: Callable[[Connection], Collection[ChatId]] | None = None,
    scan: Scan | None = None,
) -> DeletionReceipt:
    """Erase chats and everything derived from them, then look for what is left. Blocks; seconds.

    Backups, which hold the same texts, go first: if the program is killed after that, the chats are still
    there, hidden, and the next unlock erases them. Then rows and index entries go in one transaction, the log
    is emptied, and a child reads every decrypted page. Writing goes on meanwhile.

    Args:
        database: where the chats are.
        vault: its vault; None for a database in memory, of which nothing needs to be looked for on a disk.
        chat_ids: hidden or not; ids that are gone are passed over.
        may_go: looked at in the transaction that erases: only those of the chats go that are in it.
        scan: how pages are looked through; None starts the child.

    Raises:
        StorageFullError, VaultDamagedError: nothing was erased, or (from a later step) all was, unchecked.
    """

    def erase(conn: Connection) -> _Erased:
        if may_go is None:
            return _erase(conn, chat_ids)
        still = may_go(conn)
        return _erase(conn, [one for one in chat_ids if one in still])

    if vault is None:
        erased = database.write(erase).result()
        return DeletionReceipt(erased.chats, erased.messages, 0, (_("memory; nothing was on the disk"),))
    checked: list[str] = []
    with vault.copies:  # one that is being made would hold them, too
        removed = remove_copies(vault, checked=checked)
        erased = database.write(erase).result()
    with vault.scans.turn:
        traces = look_for_traces(database, vault, erased.needles, erased.terms, checked=checked, scan=scan)
        counts = {"pages": traces.pages, "looked_for": traces.looked_for, "backups": removed}
        told = counts if traces.found is None else counts | {"residue": traces.found}
        if erased.entry:
            database.write(lambda conn: activity.complete(conn, erased.entry, **told)).result()
            database.truncate_log()
    return DeletionReceipt(erased.chats, erased.messages, traces.found, tuple(checked), **counts)


def remove_copies(vault: OpenVault, *, checked: list[str]) -> int:
    """Remove the backups, which hold what is about to go; the number of them, told in ``checked``.

    Raises:
        StorageFullError: one could not be removed.
    """
    try:
        removed = remove_backups(vault.profile.backups)
    except OSError:
        raise storage_full_error() from None
    words = ngettext("{count} backup removed", "{count} backups removed", removed).format(count=removed)
    checked.append(words if removed else _("backups: there were none"))
    return removed


def look_for_traces(
    database: Database,
    vault: OpenVault,
    erased: Collection[bytes],
    terms: Collection[str],
    *,
    checked: list[str],
    scan: Scan | None = None,
) -> Traces:
    """Look through index and pages for what should be gone, and say in ``checked`` what was looked at.

    To be called within a turn of the vault's scans.

    Args:
        database: where it was.
        vault: its vault.
        erased: byte strings that betray it.
        terms: words the index had for it.
        checked: added to.
        scan: how pages are looked through; None starts the child.
    """
    dead, still_indexed = database.read(lambda conn: residue.dead_terms(conn, terms)).result()
    checked.append(
        ngettext(
            "search index: {count} word found nowhere else",
            "search index: {count} words found nowhere else",
            len(dead),
        ).format(count=len(dead))
    )
    every = {
        needle
        for needle in {*erased, *(term.encode() for term in dead)}
        if len(needle) >= pagescan.MIN_NEEDLE_BYTES
    }
    needles = _sample(every)
    checked.append(
        ngettext(
            "looked for {count} of {total} word or group of words",
            "looked for {count} of {total} words and groups of words",
            len(every),
        ).format(count=len(needles), total=len(every))
    )
    left, pages = _scan_pages(database, vault, needles, scan or vault.scans.scan, checked)
    return Traces(None if left is None else still_indexed + left, pages, len(needles))


def _sample(needles: Collection[bytes]) -> list[bytes]:
    """All of them, or of very many an even selection that still fits in the child's memory."""
    return sorted(needles)[:: len(needles) // MAX_NEEDLES + 1]


def _erase(conn: Connection, chat_ids: Sequence[ChatId], *, told: bool = True) -> _Erased:
    needles: set[bytes] = set()
    indexed: list[str] = []
    chats = messages = 0
    for chat_id in _with_branches(conn, chat_ids):
        row = conn.execute(
            "SELECT key, title, coalesce(system_prompt, '') FROM chat WHERE id = ?", (storable(chat_id),)
        ).fetchone()
        if row is None:
            continue
        key, title, system_prompt = row
        chats += int(not removal.is_branch(conn, key))
        contents = [text for (text,) in conn.execute("SELECT content FROM message WHERE chat = ?", (key,))]
        drafts = [text for (text,) in conn.execute("SELECT content FROM draft WHERE chat = ?", (key,))]
        thought = conn.execute(
            "SELECT reason FROM feedback JOIN message ON message.key = feedback.message"
            " WHERE message.chat = ?1 UNION ALL "
            "SELECT correction FROM feedback JOIN message ON message.key = feedback.message"
            " WHERE message.chat = ?1 AND correction IS NOT NULL UNION ALL "
            "SELECT value FROM filter_choice WHERE chat = ?1",
            (key,),
        )
        set_words = chat_settings.words(conn, key)
        for text in (title, system_prompt, *set_words, *drafts, *contents, *(words for (words,) in thought)):
            needles |= residue.shingles(text)
        indexed += contents
        conn.execute(
            "INSERT INTO message_index (message_index, rowid, content) SELECT 'delete', message_text.key,"
            " message_text.content FROM message JOIN message_text USING (key) WHERE message.chat = ?",
            (key,),
        )
        conn.execute("UPDATE chat SET head = NULL WHERE key = ?", (key,))
        messages += conn.execute("DELETE FROM message WHERE chat = ?", (key,)).rowcount
        conn.execute("DELETE FROM chat WHERE key = ?", (key,))  # all that hangs on it goes with it
    recorded = told and bool(chats or messages)
    entry = activity.record(conn, "deleted", chats=chats, messages=messages) if recorded else 0
    return _Erased(chats, messages, frozenset(needles), frozenset(residue.index_terms(indexed)), entry)


def erase_unseen(conn: Connection, chat_ids: Sequence[ChatId]) -> None:
    """Take out chats that were written a moment ago; nobody was told of them, so nothing is recorded."""
    _erase(conn, chat_ids, told=False)


def _with_branches(conn: Connection, chat_ids: Sequence[ChatId]) -> list[ChatId]:
    """These chats, each after what was hidden of it before."""
    found: dict[ChatId, None] = {}
    for chat_id in chat_ids:
        row = conn.execute("SELECT key FROM chat WHERE id = ?", (storable(chat_id),)).fetchone()
        found.update(dict.fromkeys(removal.branches_of(conn, row[0]) if row else ()))
        found[chat_id] = None
    return list(found)


def _scan_pages(
    database: Database, vault: OpenVault, needles: list[bytes], scan: Scan, checked: list[str]
) -> tuple[int | None, int]:
    """Empty the log, look through the pages, say so in ``checked``.

    Returns:
        How many needles are residue (None if they could not be looked at), and how many pages there are.
    """
    try:
        with vault.scans.still(database):
            emptied = database.truncate_log()
            report = scan(vault.profile.vault, vault.key, needles)
    except (OSError, ValueError):
        checked.append(_("the decrypted pages could not be looked at; nothing can be said of them"))
        return None, 0
    checked.append(
        ngettext(
            "vault.db: {count} decrypted page", "vault.db: {count} decrypted pages", report.pages
        ).format(count=report.pages)
    )
    if not emptied:
        checked.append(_("the log could not be emptied, because something was still reading"))
    checked.append(
        ngettext(
            "vault.db-wal: {count} decrypted page", "vault.db-wal: {count} decrypted pages", report.log_pages
        ).format(count=report.log_pages)
        if report.log_pages
        else _("vault.db-wal: empty")
    )
    if report.unreadable:
        checked.append(
            ngettext(
                "{count} page could not be read", "{count} pages could not be read", report.unreadable
            ).format(count=report.unreadable)
        )
    found = {needles[index] for index in report.found}
    left = len(database.read(lambda conn: residue.without_explained(conn, found)).result())
    return left, report.pages + report.log_pages
