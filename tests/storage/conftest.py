# SPDX-License-Identifier: GPL-3.0-or-later
"""Real vaults with a cheap key derivation, and short ways to fill them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.connection import Connection, open_memory
from desktop.storage.database import Database
from desktop.storage.kdf import KdfCost
from desktop.storage.migrations import migrate
from desktop.storage.vault import OpenVault, create_vault

PASSPHRASE = "correct horse battery staple"

Tell = Callable[..., Message]


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def cheap() -> KdfCost:
    """A derivation that takes a moment; only what is made with it is weak."""
    return KdfCost(memory_kib=64, time_cost=1, parallelism=1)


@pytest.fixture
def vault(profile: Profile, passphrase: str, cheap: KdfCost) -> Iterator[OpenVault]:
    """An open vault in the test's profile."""
    vault = create_vault(profile, passphrase, cost=cheap)
    yield vault
    vault.close()


@pytest.fixture
def conn() -> Iterator[Connection]:
    """A connection to an empty vault in memory, for repository functions."""
    connection = open_memory()
    migrate(connection)
    yield connection
    connection.close()


@pytest.fixture
def chat(conn: Connection) -> Chat:
    return conversations.create_chat(conn, title="A chat")


@pytest.fixture
def tell(conn: Connection, chat: Chat) -> Tell:
    """Add a user's message to ``chat`` (or another) below its head."""

    def add(content: str, *, to: ChatId = chat.id, role: Role = Role.USER, **more: object) -> Message:
        more.setdefault("parent_id", conversations.get_chat(conn, to).head_id)
        return conversations.add_message(conn, to, role=role, content=content, **more)  # type: ignore[arg-type]

    return add


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An executor over a file, without key slots."""
    path = tmp_path / "plain-name.db"
    path.touch(mode=0o600)
    database = Database.open(path, os.urandom(32))
    yield database
    database.close()


@pytest.fixture
def talk() -> Callable[[Database, list[str]], tuple[ChatId, list[MessageId]]]:
    """Make a chat with these messages, alternating user and assistant; returns their ids."""

    def make(database: Database, texts: list[str], *, title: str = "") -> tuple[ChatId, list[MessageId]]:
        def work(connection: Connection) -> tuple[ChatId, list[MessageId]]:
            chat = conversations.create_chat(connection, title=title)
            ids: list[MessageId] = []
            for number, text in enumerate(texts):
                role = Role.ASSISTANT if number % 2 else Role.USER
                parent = ids[-1] if ids else None
                message = conversations.add_message(
                    connection, chat.id, parent_id=parent, role=role, content=text
                )
                ids.append(message.id)
            return chat.id, ids

        return database.write(work).result()

    return make
