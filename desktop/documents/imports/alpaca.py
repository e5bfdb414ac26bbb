# SPDX-License-Identifier: GPL-3.0-or-later
"""Alpaca's ``alpaca.db``: an SQLite file with tables chat and message, read from memory, never opened."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from desktop.documents.imports.common import ROLES, Draft, moment, name, text
from desktop.documents.imports.wire import Item, Skipped, Why

SOURCE = "alpaca"
_HEADER = b"SQLite format 3\x00"
_MOST_STEPS = 500_000_000  # of SQLite's machine; a schema may hold queries that never end

_Row = tuple[object, object, object, object, object]  # id, role, model, time, content


@dataclass(slots=True)
class _Read:
    """What could be read before anything broke."""

    chats: list[tuple[object, object]] = field(default_factory=list)
    messages: dict[object, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    attached: Counter[object] = field(default_factory=Counter)


def is_database(data: bytes) -> bool:
    """Whether it is an SQLite file."""
    return data.startswith(_HEADER)


def parse(data: bytes, what: str) -> Iterator[Item]:
    """Every chat, its messages in the order of their time; of a damaged file what can be read."""
    connection = sqlite3.connect(":memory:")
    found = _Read()
    try:
        connection.deserialize(_without_log(data))
        connection.text_factory = lambda held: held.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        steps = iter(range(_MOST_STEPS // 10_000))
        connection.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        _read(connection, found)
    except (sqlite3.Error, OverflowError, MemoryError, UnicodeError):
        yield Skipped(what, Why.BAD_CHAT)
    finally:
        connection.close()
    for number, (chat_id, title) in enumerate(found.chats):
        yield from _chat(found, chat_id, text(title), f"{what}, {number}")
    if found.messages:  # of chats that are not there
        yield Skipped(what, Why.BAD_CHAT, sum(map(len, found.messages.values())))


def _read(connection: sqlite3.Connection, found: _Read) -> None:
    # Tables that have pages of their own: a view or a virtual table may be a trap.
    known = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
    tables = {held for (held,) in connection.execute(known)}
    if not {"chat", "message"} <= tables:
        raise sqlite3.DatabaseError
    # Row by row, so that what precedes a damaged page is kept; each table once: there may be no index.
    for row in connection.execute("SELECT id, name FROM chat"):
        found.chats.append(row)
    for chat_id, *row in connection.execute(
        "SELECT chat_id, id, role, model, date_time, content FROM message ORDER BY rowid"
    ):
        found.messages[chat_id].append(tuple(row))
    if "attachment" in tables:
        for (message_id,) in connection.execute("SELECT message_id FROM attachment"):
            found.attached[message_id] += 1


def _chat(found: _Read, chat_id: object, title: str, what: str) -> Iterator[Item]:
    draft = Draft(SOURCE, str(chat_id)[:200], title=title)
    rows = found.messages.pop(chat_id, [])
    parent: str | None = None
    for message_id, role, named, at, content in sorted(rows, key=lambda row: text(row[3])):
        known = ROLES.get(text(role))
        if known is None:
            draft.skip(Why.BAD_CHAT)
            continue
        if attached := found.attached[message_id]:
            draft.skip(Why.ATTACHED, attached)
        if not text(content).strip():
            draft.skip(Why.EMPTY)
            continue
        key = str(message_id)[:200]
        model = name(named) if known is ROLES["assistant"] else None
        parent = draft.head = draft.add(key, parent, known, text(content), at=_moment(at), model=model)
        draft.model = draft.model or model
    return draft.finished(what)


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        value = value.replace("/", "-")
    return moment(value)


def _without_log(data: bytes) -> bytes:
    """In the form without a write-ahead log: a database in memory cannot have one."""
    return data[:18] + b"\x01\x01" + data[20:]
