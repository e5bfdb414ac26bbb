# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault to measure with: chats in the sidebar, one of them long, and a key that is derived at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from desktop.domain.conversation import ChatId, MessageId, Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from tests.benchmarks.participants import Participant
from tests.benchmarks.prose import document, prose, science

PASSPHRASE = "benchmarks keep no secrets"
AT_ONCE = KdfCost(memory_kib=8, time_cost=1, parallelism=1)
"""Argon2's least, so that what is left of unlocking can be seen; a real vault asks for about a second."""

SMALL_CHATS = 30
SMALL_MESSAGES = 6
_START = datetime.now(UTC) - timedelta(days=60)


def make_profile(folder: Path, *, long_chat: int = 0, dense_chat: int = 0) -> dict[str, ChatId]:
    """Make a vault in ``folder``.

    Args:
        folder: made if need be.
        long_chat: messages of the long chat; 0 makes none.
        dense_chat: messages of one whose answers are code, tables and formulas; 0 makes none.

    Returns:
        The ids of a "small" and, if there are any, of the "long" and the "dense" chat.
    """
    vault = create_vault(Profile(folder), PASSPHRASE, cost=AT_ONCE)
    try:
        write = vault.database.write
        small = [
            write(
                partial(_chat, title=f"Chat {day}", count=SMALL_MESSAGES, at=_START + timedelta(days=day))
            ).result()
            for day in range(SMALL_CHATS)
        ]
        made = {"small": small[-1]}
        if long_chat:
            at = _START + timedelta(days=SMALL_CHATS)
            made["long"] = write(partial(_chat, title="A long chat", count=long_chat, at=at)).result()
        if dense_chat:
            at = _START + timedelta(days=SMALL_CHATS + 1)
            dense = partial(_chat, title="A dense chat", count=dense_chat, at=at, answer=science)
            made["dense"] = write(dense).result()
        return made
    finally:
        vault.close()


def environment() -> dict[str, str]:
    """Windows are drawn in memory, unless QT_QPA_PLATFORM says otherwise (xcb under Xvfb, say)."""
    return {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


@contextmanager
def open_window(folder: Path, *options: str) -> Iterator[Participant]:
    """The real window with ``folder``'s vault unlocked; see ``app_window`` for the options."""
    with Participant("app_window", folder, *options, environment=environment()) as window:
        window.hear()
        window.ask(do="unlock", passphrase=PASSPHRASE)
        yield window


def _chat(
    connection: Connection,
    title: str,
    count: int,
    at: datetime,
    answer: Callable[[str], str] | None = None,
) -> ChatId:
    chat = conversations.create_chat(connection, title=title, now=at)
    parent: MessageId | None = None
    for number in range(count):
        seed = f"{title} {number}"
        asking = number % 2 == 0
        said = answer(seed) if answer is not None else document(seed, 20 + number * 7 % 230)
        message = conversations.add_message(
            connection,
            chat.id,
            parent_id=parent,
            role=Role.USER if asking else Role.ASSISTANT,
            content=prose(seed, 5 + number % 37) if asking else said,
            model=None if asking else "Scripted",
            now=at + timedelta(minutes=number),
        )
        parent = message.id
    return chat.id
