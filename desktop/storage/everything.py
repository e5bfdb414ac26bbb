# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a vault holds, row by row, whatever tables it has. Functions over a connection.

The schema itself is asked what there is, so that nothing that is added later can be forgotten here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.storage.connection import Connection

Value = str | int | float | bytes | None
Row = dict[str, Value]

_INDEX = "message_index"  # words out of messages, in a form nobody reads


@dataclass(frozen=True, slots=True)
class ChatDump:
    """One chat with all that hangs on it.

    Attributes:
        key: its place; later chats have larger ones.
        chat: its row.
        messages: of every branch, oldest first.
        beside: other tables' rows about it or its messages, by table.
    """

    key: int
    chat: Row
    messages: list[Row]
    beside: dict[str, list[Row]]


def table_names(conn: Connection) -> list[str]:
    """The tables with a person's data; the search index, made of messages, is none."""
    rows = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE ? || '_%' ORDER BY name",
        (_INDEX,),
    )
    return [name for (name,) in rows]


def rows_of(conn: Connection, table: str) -> Iterator[Row]:
    """Every row of a table of ``table_names``."""
    return _rows(conn, f'SELECT * FROM "{table}"')  # noqa: S608 - a name out of the schema


def loose_rows(conn: Connection) -> dict[str, list[Row]]:
    """The rows that hang on no single chat or message, by table: also those of tables where others do."""
    hanging = _hanging(conn)
    found: dict[str, list[Row]] = {}
    for table in table_names(conn):
        if table in hanging:
            sql = f'SELECT * FROM "{table}" WHERE "{hanging[table][0]}" IS NULL'  # noqa: S608 - names out of the schema
            if rows := list(_rows(conn, sql)):
                found[table] = rows
        elif table not in ("chat", "message"):
            found[table] = list(rows_of(conn, table))
    return found


def chats_from(conn: Connection, after: int, limit: int) -> list[ChatDump]:
    """Up to ``limit`` chats whose key is larger than ``after``, in order."""
    hanging = _hanging(conn)
    dumps = []
    for chat in list(_rows(conn, "SELECT * FROM chat WHERE key > ? ORDER BY key LIMIT ?", after, limit)):
        key = chat["key"]
        messages = list(_rows(conn, "SELECT * FROM message WHERE chat = ? ORDER BY key", key))
        beside = {}
        for table, (column, parent) in hanging.items():
            inside = "= ?" if parent == "chat" else "IN (SELECT key FROM message WHERE chat = ?)"
            sql = f'SELECT * FROM "{table}" WHERE "{column}" {inside}'  # noqa: S608 - names out of the schema
            if found := list(_rows(conn, sql, key)):
                beside[table] = found
        dumps.append(ChatDump(int(key or 0), chat, messages, beside))
    return dumps


def _hanging(conn: Connection) -> dict[str, tuple[str, str]]:
    """Tables whose rows are about one chat or message: by which column, and about which of the two."""
    found: dict[str, tuple[str, str]] = {}
    for table in table_names(conn):
        if table in ("chat", "message"):
            continue
        for link in conn.execute('SELECT "table", "from" FROM pragma_foreign_key_list(?)', (table,)):
            if link[0] in ("chat", "message"):
                found[table] = (link[1], link[0])
    return found


def _rows(conn: Connection, sql: str, *values: Value) -> Iterator[Row]:
    cursor = conn.execute(sql, values)
    names = [str(column[0]) for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)
