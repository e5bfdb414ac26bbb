# SPDX-License-Identifier: GPL-3.0-or-later
"""What was begun and not sent is kept per chat, goes with its chat, and is counted."""

from __future__ import annotations

from desktop.domain.conversation import ChatId
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.storage.drafts import drafts, keep_drafts
from desktop.storage.holdings import holdings


def test_they_are_kept_and_replaced(conn: Connection) -> None:
    first, second = (conversations.create_chat(conn).id for _ in range(2))
    kept = {None: "for later", first: "half a thought", second: " \n", ChatId("gone"): "lost"}
    keep_drafts(conn, kept)
    assert drafts(conn) == {None: "for later", first: "half a thought"}
    keep_drafts(conn, {second: "another", first: "", None: ""})
    assert drafts(conn) == {second: "another"}
    keep_drafts(conn, {second: " "})
    assert drafts(conn) == {}


def test_others_are_left(conn: Connection) -> None:
    """Some came in with their chats, and whoever keeps drafts may not have heard of them yet."""
    first, second = (conversations.create_chat(conn).id for _ in range(2))
    keep_drafts(conn, {first: "from elsewhere", None: "new"})
    keep_drafts(conn, {second: "of here"})
    assert drafts(conn) == {None: "new", first: "from elsewhere", second: "of here"}


def test_each_is_counted(conn: Connection) -> None:
    chat = conversations.create_chat(conn).id
    keep_drafts(conn, {None: "né", chat: "four"})
    held = holdings(conn)
    assert (held.drafts, held.draft_bytes) == (2, 7)
