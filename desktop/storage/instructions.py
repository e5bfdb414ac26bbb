# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of what the model is told, and which version of it a reply was given.

Functions over a connection. The app's own words are not here: only whether they hold, or what does instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.conversation import ChatId, MessageId
from desktop.domain.spec import AppLayer
from desktop.storage import activity, records
from desktop.storage.connection import Connection
from desktop.storage.lookup import chat_key
from desktop.storage.text import storable

APP_SETTING = "spec.app"
PERSON_SETTING = "spec.person"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the layers that hold in every chat.

    Attributes:
        own: what stands instead of the app's words, if anything does.
    """

    state: AppLayer
    own: str
    person: str


def kept(conn: Connection) -> Kept:
    """What holds in every chat; what is not understood counts as never said."""
    app = records.get_setting(conn, APP_SETTING)
    person = records.get_setting(conn, PERSON_SETTING)
    person = person if isinstance(person, str) else ""
    if app is False:
        return Kept(AppLayer.OFF, "", person)
    if isinstance(app, str):
        return Kept(AppLayer.OWN, app, person)
    return Kept(AppLayer.SHIPPED, "", person)


def set_app(conn: Connection, state: AppLayer, own: str = "") -> None:
    """Say whether the app's words hold, or what stands instead of them."""
    before = kept(conn)
    if (before.state, before.own) == (state, own):
        return
    if state is AppLayer.SHIPPED:
        _forget(conn, APP_SETTING)
    else:
        records.set_setting(conn, APP_SETTING, storable(own) if state is AppLayer.OWN else False)
    activity.record(conn, "instructions-changed", layer="app", state=str(state))


def set_person(conn: Connection, text: str) -> None:
    """Say what holds in every chat; "" takes it back."""
    if kept(conn).person == text:
        return
    if text:
        records.set_setting(conn, PERSON_SETTING, storable(text))
    else:
        _forget(conn, PERSON_SETTING)
    activity.record(conn, "instructions-changed", layer="person")


def chat_layer(conn: Connection, chat_id: ChatId) -> str:
    """What holds in one chat.

    Raises:
        UnknownChatError: there is no such chat.
    """
    row = conn.execute("SELECT system_prompt FROM chat WHERE key = ?", (chat_key(conn, chat_id),)).fetchone()
    return row[0] or "" if row else ""


def set_chat(conn: Connection, chat_id: ChatId, text: str) -> None:
    """Say what holds in one chat; "" takes it back. Its place in the list stays.

    Raises:
        UnknownChatError: there is no such chat.
    """
    if chat_layer(conn, chat_id) == text:
        return
    conn.execute(
        "UPDATE chat SET system_prompt = ? WHERE key = ?",
        (storable(text) if text else None, chat_key(conn, chat_id)),
    )
    activity.record(conn, "instructions-changed", layer="chat")


def note_given(conn: Connection, message_id: MessageId, spec: str) -> None:
    """Note which version a reply was given; one that is gone is passed over."""
    conn.execute(
        "INSERT OR REPLACE INTO reply_spec (message, spec) SELECT key, ? FROM message WHERE id = ?",
        (spec, message_id),
    )


def given(conn: Connection, message_ids: Sequence[MessageId]) -> dict[MessageId, str]:
    """Which versions these replies were given; "" for none at all, left out where it is not known."""
    found: dict[MessageId, str] = {}
    for message_id in message_ids:
        row = conn.execute(
            "SELECT spec FROM reply_spec JOIN message ON message.key = reply_spec.message"
            " WHERE message.id = ?",
            (storable(message_id),),
        ).fetchone()
        if row is not None:
            found[message_id] = row[0]
    return found


def last_given(conn: Connection, chat_id: ChatId) -> str | None:
    """Which version the newest reply of a chat was given; None if there is none, or it is not known.

    Raises:
        UnknownChatError: there is no such chat.
    """
    row = conn.execute(
        "SELECT reply_spec.spec FROM message LEFT JOIN reply_spec ON reply_spec.message = message.key"
        " WHERE message.chat = ? AND message.role = 'assistant' ORDER BY message.key DESC LIMIT 1",
        (chat_key(conn, chat_id),),
    ).fetchone()
    return row[0] if row else None


def _forget(conn: Connection, name: str) -> None:
    conn.execute("DELETE FROM setting WHERE name = ?", (name,))
