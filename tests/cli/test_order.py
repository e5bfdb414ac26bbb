# SPDX-License-Identifier: GPL-3.0-or-later
"""``pin``, ``archive``, ``delete --older-than`` and ``privacy retention`` as a stranger meets them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.conversation import ChatId
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chats(profile: Profile, passphrase_file: Path) -> dict[int, ChatId]:
    """A vault with chats of so many days ago."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    made = {}
    for days in (0, 10, 100):
        at = datetime.now(UTC) - timedelta(days=days)
        made[days] = (
            vault.database.write(lambda c, t=at: conversations.create_chat(c, title="Tea", now=t)).result().id
        )
    vault.close()
    return made


def listed(run_cli: RunCli) -> dict[str, dict[str, object]]:
    return {chat["id"]: chat for chat in json.loads(run_cli("chats", "--json").stdout)}


def test_pin_and_archive(run_cli: RunCli, chats: dict[int, ChatId]) -> None:
    assert run_cli("pin", chats[0], chats[10]).returncode == 0
    assert run_cli("archive", chats[100]).returncode == 0
    assert run_cli("pin", "--off", chats[0]).returncode == 0
    found = listed(run_cli)
    assert [found[chats[days]]["pinned"] for days in (0, 10, 100)] == [False, True, False]
    assert [found[chats[days]]["archived"] for days in (0, 10, 100)] == [False, False, True]
    assert run_cli("pin", "nobody").returncode == 1


def test_delete_by_age(run_cli: RunCli, chats: dict[int, ChatId]) -> None:
    assert run_cli("delete", "--older-than", "50").returncode == 2, "nobody can be asked"
    assert run_cli("delete", "--older-than", "50", "--all", "--yes").returncode == 2
    receipt = json.loads(run_cli("delete", "--older-than", "50", "--yes", "--json").stdout)
    assert (receipt["deleted_chats"], receipt["residue_found"]) == (1, 0)
    assert set(listed(run_cli)) == {chats[0], chats[10]}


def test_retention_is_shown_agreed_to_and_then_runs(run_cli: RunCli, chats: dict[int, ChatId]) -> None:
    assert run_cli("privacy", "retention").stdout == "Chats are kept for good.\n"
    shown = json.loads(run_cli("privacy", "retention", "30", "--json").stdout)
    assert shown == {"days": 30, "asks": True, "clock_doubted": False, "expired": [chats[100]]}
    assert len(listed(run_cli)) == 3
    result = run_cli("privacy", "retention", "--agree")
    assert "Erased 1 chat." in result.stderr
    assert set(listed(run_cli)) == {chats[0], chats[10]}
    assert run_cli("privacy", "retention", "7", "--chat", chats[10]).returncode == 0
    assert run_cli("privacy", "retention", "--agree").returncode == 0
    assert set(listed(run_cli)) == {chats[0]}
    assert run_cli("privacy", "retention", "never", "--chat", chats[0]).returncode == 0
    assert listed(run_cli)[chats[0]]["retention_days"] == 36_500
    assert run_cli("privacy", "retention", "off").stdout == "Chats are kept for good.\n"
    for wrong in ("0", "9999", "soon"):
        assert run_cli("privacy", "retention", wrong).returncode != 0


def test_what_has_had_its_time_goes_with_the_next_command(
    run_cli: RunCli, profile: Profile, passphrase_file: Path, chats: dict[int, ChatId]
) -> None:
    assert run_cli("privacy", "retention", "200").returncode == 0
    assert run_cli("privacy", "retention", "--agree").returncode == 0
    assert len(listed(run_cli)) == 3
    vault = open_vault(profile, passphrase_file.read_text(encoding="utf-8").strip())
    at = datetime.now(UTC) - timedelta(days=201)
    vault.database.write(lambda c: conversations.create_chat(c, title="Old tea", now=at)).result()
    vault.close()
    assert set(listed(run_cli)) == set(chats.values())


def test_titles_by_the_model_are_switched(run_cli: RunCli, chats: dict[int, ChatId]) -> None:
    assert run_cli("titles", "status").stdout == "The model gives new chats their titles.\n"
    assert run_cli("titles", "off").returncode == 0
    assert run_cli("titles", "status").stdout == "Chats are called by their first words.\n"


def test_folders(run_cli: RunCli, chats: dict[int, ChatId]) -> None:
    assert run_cli("folder", "create", "Food").returncode == 0
    assert run_cli("folder", "create", "Food").returncode == 1
    assert run_cli("folder", "put", "Food", chats[0], chats[10]).returncode == 0
    assert run_cli("folder", "take-out", chats[10]).returncode == 0
    assert run_cli("folder", "rename", "Food", "Kitchen").returncode == 0
    assert run_cli("folder", "list").stdout == "Kitchen  (1 chat)\n"
    assert json.loads(run_cli("folder", "list", "--json").stdout) == [{"name": "Kitchen", "chats": 1}]
    assert [c["id"] for c in json.loads(run_cli("chats", "--folder", "Kitchen", "--json").stdout)] == [
        chats[0]
    ]
    assert run_cli("chats", "--folder", "Nowhere").returncode == 1
    assert run_cli("folder", "delete", "Kitchen").returncode == 0
    assert json.loads(run_cli("folder", "list", "--json").stdout) == []
    assert chats[0] in listed(run_cli)
