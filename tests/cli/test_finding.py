# SPDX-License-Identifier: GPL-3.0-or-later
"""``search`` narrows down like the window does, with options or in words."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.conversation import Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def told(run_cli: RunCli, profile: Profile, passphrase_file: Path) -> RunCli:
    """A vault with two chats."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))

    def fill(conn: Connection) -> None:
        for title, day, model in (("Crème for the harbour", 3, "Smol LM"), ("Kettles", 9, "Other")):
            chat = conversations.create_chat(conn, title=title)
            at = datetime(2026, 1, day, 12, tzinfo=UTC)
            asked = conversations.add_message(
                conn, chat.id, parent_id=None, role=Role.USER, content=f"tea {day}?", now=at
            )
            conversations.add_message(
                conn,
                chat.id,
                parent_id=asked.id,
                role=Role.ASSISTANT,
                content=f"tea {day}.",
                model=model,
                now=at,
            )
            conversations.set_pinned(conn, [chat.id], day == 9)

    vault.database.write(fill).result()
    vault.close()
    return run_cli


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["tea"], ["tea 9.", "tea 9?", "tea 3.", "tea 3?"]),
        (["tea", "--limit", "1"], ["tea 9."]),
        (["tea", "--from", "me"], ["tea 9?", "tea 3?"]),
        (["tea from:me"], ["tea 9?", "tea 3?"]),
        (["tea", "--model", "smol lm"], ["tea 3."]),
        (["tea", "--after", "2026-01-05"], ["tea 9.", "tea 9?"]),
        (["tea before:2026-01-05"], ["tea 3.", "tea 3?"]),
        (["--pinned", "--from", "model"], ["tea 9."]),
        (["tea", "--archived"], []),
        (['"tea 3', "--from", "me"], ["tea 3?"]),
    ],
)
def test_messages(told: RunCli, options: list[str], expected: list[str]) -> None:
    result = told("search", *options, "--json")
    assert result.returncode == 0, result.stderr
    assert [hit["snippet"] for hit in json.loads(result.stdout)] == expected


def test_titles(told: RunCli) -> None:
    result = told("search", "creme harb", "--titles", "--json")
    assert [chat["title"] for chat in json.loads(result.stdout)] == ["Crème for the harbour"]
    assert "Kettles" in told("search", "kett", "--titles").stdout


@pytest.mark.parametrize("options", [[], ["  "], ["tea", "--after", "yesterday"], ["tea", "--limit", "0"]])
def test_what_cannot_be_asked(told: RunCli, options: list[str]) -> None:
    result = told("search", *options)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1
