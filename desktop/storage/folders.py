# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of chats, and the order of the pinned ones. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import ChatId
from desktop.domain.errors import UserActionError
from desktop.domain.folder import Folder, folder_name
from desktop.i18n import _
from desktop.storage.connection import Connection
from desktop.storage.lookup import chat_key
from desktop.storage.text import storable


def folders(conn: Connection) -> list[Folder]:
    """All of them, in the order they were made."""
    return [
        Folder(name, bool(opened))
        for name, opened in conn.execute("SELECT name, opened FROM folder ORDER BY key")
    ]


def create(conn: Connection, name: str) -> Folder:
    """Make an empty folder.

    Raises:
        UserActionError: there is one of this name, or the name is empty.
    """
    wanted = _free(conn, name)
    conn.execute("INSERT INTO folder (name) VALUES (?)", (wanted,))
    return Folder(wanted)


def rename(conn: Connection, old: str, new: str) -> None:
    """Give a folder another name.

    Raises:
        UserActionError: there is none of the old name or one of the new, or that is empty.
    """
    key = _key(conn, old)
    if folder_name(storable(new)) != old:
        conn.execute("UPDATE folder SET name = ? WHERE key = ?", (_free(conn, new), key))


def delete(conn: Connection, name: str) -> None:
    """Take a folder away; its chats go back to the others.

    Raises:
        UserActionError: there is none of this name.
    """
    conn.execute("DELETE FROM folder WHERE key = ?", (_key(conn, name),))


def set_opened(conn: Connection, name: str, opened: bool) -> None:
    """Whether the list shows the chats in it.

    Raises:
        UserActionError: there is none of this name.
    """
    conn.execute("UPDATE folder SET opened = ? WHERE key = ?", (int(opened), _key(conn, name)))


def move(conn: Connection, chat_ids: Sequence[ChatId], name: str | None) -> None:
    """Put chats into a folder, out of the one they are in; None: into none.

    Raises:
        UnknownChatError: one of them is not there; the transaction must not be committed.
        UserActionError: there is no folder of this name.
    """
    folder = None if name is None else _key(conn, name)
    for chat_id in chat_ids:
        conn.execute("UPDATE chat SET folder = ? WHERE key = ?", (folder, chat_key(conn, chat_id)))


def put_in(conn: Connection, chat: int, name: str) -> None:
    """Put a chat that came from elsewhere into the folder of this name, made if it is not there."""
    wanted = folder_name(storable(name))
    if wanted:
        conn.execute("INSERT INTO folder (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (wanted,))
        conn.execute("UPDATE chat SET folder = ? WHERE key = ?", (_key(conn, wanted), chat))


def order_pins(conn: Connection, chat_ids: Sequence[ChatId]) -> None:
    """Pin these chats and keep them in this order.

    Raises:
        UnknownChatError: one of them is not there; the transaction must not be committed.
    """
    for place, chat_id in enumerate(chat_ids):
        conn.execute(
            "UPDATE chat SET pinned = 1, pin_place = ? WHERE key = ?", (place, chat_key(conn, chat_id))
        )


def _key(conn: Connection, name: str) -> int:
    row = conn.execute("SELECT key FROM folder WHERE name = ?", (storable(name),)).fetchone()
    if row is None:
        raise UserActionError(_("There is no folder of this name. Nothing was changed."))
    return int(row[0])


def _free(conn: Connection, name: str) -> str:
    wanted = folder_name(storable(name))
    if not wanted:
        raise UserActionError(_("A folder needs a name."))
    if conn.execute("SELECT 1 FROM folder WHERE name = ?", (wanted,)).fetchone():
        raise UserActionError(_("There is a folder of this name already. Choose another name."))
    return wanted
