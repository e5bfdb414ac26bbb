# SPDX-License-Identifier: GPL-3.0-or-later
"""Making vaults that open fast, and looking whether one is sound after what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.conversation import Message, Role
from desktop.paths import Profile
from desktop.storage import conversations, search
from desktop.storage.connection import Connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault
from harness.program import PASSPHRASE

CHEAP = KdfCost(memory_kib=64, time_cost=1, parallelism=1)


def make_vault(profile: Profile) -> None:
    """Make a vault that opens in a moment; only what lies in it is weakly kept."""
    create_vault(profile, PASSPHRASE, cost=CHEAP).close()


def key_of(profile: Profile) -> bytes:
    """The raw key, as only the passphrase gives it."""
    vault = open_vault(profile, PASSPHRASE)
    try:
        return vault.key
    finally:
        vault.close()


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a vault holds."""

    messages: tuple[Message, ...]

    def question(self, text: str) -> Message | None:
        """The person's message with exactly this text."""
        found = [m for m in self.messages if m.role is Role.USER and m.content == text]
        assert len(found) <= 1, "kept twice"
        return found[0] if found else None

    def replies(self, question: Message) -> list[Message]:
        """The answers to it."""
        return [m for m in self.messages if m.parent_id == question.id]


def open_and_examine(profile: Profile, *, find: Sequence[str] = ()) -> Contents:
    """Open the vault as the app does, check every page, index and reference, and read all of it.

    Args:
        profile: not held by anyone.
        find: words that a search must find.
    """
    vault = open_vault(profile, PASSPHRASE)
    try:
        assert vault.database.read(_damage).result() == []
        vault.database.write(_check_index).result()
        for word in find:
            assert vault.database.read(lambda c, w=word: search.search(c, w, limit=1)).result(), (
                "kept but not found"
            )
        return Contents(tuple(vault.database.read(_everything).result()))
    finally:
        vault.close()


def _damage(connection: Connection) -> list[object]:
    """What SQLCipher's page authentication, SQLite's structure and the references complain about."""
    pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    structure = [row for row in connection.execute("PRAGMA integrity_check").fetchall() if row != ("ok",)]
    references = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [*pages, *structure, *references]


def _check_index(connection: Connection) -> None:
    # Raises SQLITE_CORRUPT if the search index is not that of the messages.
    connection.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")


def _everything(connection: Connection) -> list[Message]:
    chats = conversations.list_chats(connection, include_archived=True)
    return [message for chat in chats for message in conversations.all_messages(connection, chat.id)]


def tell(profile: Profile, title: str, texts: Sequence[str]) -> None:
    """Put a chat with these messages, by turns, into a vault that nobody holds."""

    def write(connection: Connection) -> None:
        chat = conversations.create_chat(connection, title=title, model="SmolLM2 135M")
        parent = None
        for number, text in enumerate(texts):
            role = Role.ASSISTANT if number % 2 else Role.USER
            parent = conversations.add_message(
                connection, chat.id, parent_id=parent, role=role, content=text
            ).id

    vault = open_vault(profile, PASSPHRASE)
    try:
        vault.database.write(write).result()
    finally:
        vault.close()
