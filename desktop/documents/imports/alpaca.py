# SPDX-License-Identifier: GPL-3.0-or-later
"""Alpaca's ``alpaca.db``: an SQLite file with tables chat and message, read from memory, never opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from desktop.documents.imports.common import ROLES, Draft, moment, name, text
from desktop.documents.imports.wire import Item, Skipped, Why

SOURCE = "alpaca"
_HEADER = b"SQLite format 3\x00"
_MOST_STEPS = 50_000_000  # of SQLite's machine; a schema may hold queries that never end


def is_database(data: bytes) -> bool:
    """Whether it is an SQLite file."""
    return data.startswith(_HEADER)


def parse(data: bytes, what: str) -> Iterator[Item]:
    """Every chat, its messages in the order of their time."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(_without_log(data))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        steps = iter(range(_MOST_STEPS // 10_000))
        connection.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        chats = connection.execute("SELECT id, name FROM chat").fetchall()
        for number, (chat_id, title) in enumerate(chats):
            yield from _chat(connection, chat_id, title, f"{what}, {number}")
    except (sqlite3.Error, OverflowError, MemoryError, UnicodeError):
        yield Skipped(what, Why.BAD_CHAT)
    finally:
        connection.close()


def _chat(connection: sqlite3.Connection, chat_id: object, title: object, what: str) -> Iterator[Item]:
    draft = Draft(SOURCE, str(chat_id)[:200], title=text(title))
    rows = connection.execute(
        "SELECT id, role, model, date_time, content FROM message WHERE chat_id IS ?"
        " ORDER BY date_time, rowid",
        (chat_id,),
    )
    parent: str | None = None
    for message_id, role, model, at, content in rows:
        known = ROLES.get(text(role))
        if known is None:
            draft.skip(Why.BAD_CHAT)
            continue
        if not text(content).strip():
            draft.skip(Why.EMPTY)
            continue
        key = str(message_id)[:200]
        draft.add(key, parent, known, text(content), at=_moment(at), model=name(model))
        draft.model = draft.model or name(model)
        parent = draft.head = key
    return draft.finished(what)


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        value = value.replace("/", "-")
    return moment(value)


def _without_log(data: bytes) -> bytes:
    """In the form without a write-ahead log: a database in memory cannot have one."""
    return data[:18] + b"\x01\x01" + data[20:]
