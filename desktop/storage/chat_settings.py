# SPDX-License-Identifier: GPL-3.0-or-later
"""How chats are answered, as a person set it: a chat's own, what new ones begin with, and named sets.

Functions over a connection. Words lie in columns of their own, so that they can be found and put right.
"""

from __future__ import annotations

import msgspec

from desktop.domain.chat_settings import ChatSettings, Preset
from desktop.domain.conversation import ChatId
from desktop.storage.connection import Connection
from desktop.storage.lookup import chat_key
from desktop.storage.text import storable

_COLUMNS = "SELECT key, name, instructions, options, json_schema FROM chat_settings "
_Row = tuple[int, str | None, str, str, str | None]


def of_chat(conn: Connection, chat_id: ChatId) -> ChatSettings:
    """What holds in one chat.

    Raises:
        UnknownChatError: there is no such chat.
    """
    return _read(conn, conn.execute(_COLUMNS + "WHERE chat = ?", (chat_key(conn, chat_id),)).fetchone())


def set_chat(conn: Connection, chat_id: ChatId, settings: ChatSettings) -> None:
    """Say what holds in one chat; its place in the list stays.

    Raises:
        UnknownChatError: there is no such chat.
    """
    key = chat_key(conn, chat_id)
    conn.execute("DELETE FROM chat_settings WHERE chat = ?", (key,))
    if settings != ChatSettings():
        _insert(conn, settings, chat=key)


def default(conn: Connection) -> ChatSettings:
    """What new chats begin with."""
    return _read(conn, conn.execute(_COLUMNS + "WHERE chat IS NULL AND name IS NULL").fetchone())


def set_default(conn: Connection, settings: ChatSettings) -> None:
    """Say what new chats begin with."""
    conn.execute("DELETE FROM chat_settings WHERE chat IS NULL AND name IS NULL")
    if settings != ChatSettings():
        _insert(conn, settings)


def presets(conn: Connection) -> list[Preset]:
    """The named sets, by name."""
    rows: list[_Row] = conn.execute(_COLUMNS + "WHERE name IS NOT NULL ORDER BY name").fetchall()
    return [Preset(row[1] or "", row[2], _read(conn, row)) for row in rows]


def save_preset(conn: Connection, preset: Preset) -> None:
    """Keep a set under its name, in place of the one that had it."""
    remove_preset(conn, preset.name)
    _insert(conn, preset.settings, name=preset.name, instructions=preset.instructions)


def remove_preset(conn: Connection, name: str) -> bool:
    """Take a set away; whether there was one. Chats that began with it stay as they are."""
    return conn.execute("DELETE FROM chat_settings WHERE name = ?", (storable(name),)).rowcount > 0


def copy(conn: Connection, source: int, target: int) -> None:
    """Let a chat be answered as another is, both named by their keys."""
    row = conn.execute(_COLUMNS + "WHERE chat = ?", (source,)).fetchone()
    if row is not None:
        _insert(conn, _read(conn, row), chat=target)


def words(conn: Connection, chat: int) -> list[str]:
    """The texts in a chat's settings, for the look after it was erased."""
    rows = conn.execute(
        "SELECT json_schema FROM chat_settings WHERE chat = ?1 AND json_schema IS NOT NULL UNION ALL"
        " SELECT word FROM stop_word JOIN chat_settings ON chat_settings.key = stop_word.settings"
        " WHERE chat = ?1",
        (chat,),
    )
    return [text for (text,) in rows]


def _read(conn: Connection, row: _Row | None) -> ChatSettings:
    if row is None:
        return ChatSettings()
    key, _name, _instructions, options, schema = row
    stop = conn.execute("SELECT word FROM stop_word WHERE settings = ? ORDER BY place", (key,)).fetchall()
    numbers = msgspec.json.decode(options, type=ChatSettings)
    return msgspec.structs.replace(
        numbers, stop=tuple(word for (word,) in stop if word), json_schema=schema or None
    )


def _insert(
    conn: Connection,
    settings: ChatSettings,
    *,
    chat: int | None = None,
    name: str | None = None,
    instructions: str = "",
) -> None:
    numbers = msgspec.structs.replace(settings, stop=(), json_schema=None)
    (key,) = conn.execute(
        "INSERT INTO chat_settings (chat, name, instructions, options, json_schema) VALUES (?, ?, ?, ?, ?)"
        " RETURNING key",
        (
            chat,
            None if name is None else storable(name),
            storable(instructions),
            msgspec.json.encode(numbers).decode(),
            None if settings.json_schema is None else storable(settings.json_schema),
        ),
    ).fetchone() or (0,)
    conn.executemany(
        "INSERT INTO stop_word (settings, place, word) VALUES (?, ?, ?)",
        [(key, place, storable(word)) for place, word in enumerate(settings.stop)],
    )
