# SPDX-License-Identifier: GPL-3.0-or-later
"""``privacy report`` and ``privacy activity`` as a stranger meets them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import ChatId
from desktop.paths import Profile
from desktop.storage import conversations, deletion
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def erased(profile: Profile, passphrase_file: Path) -> ChatId:
    """A vault in which one chat was erased and one is kept."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    gone, _kept = (
        vault.database.write(lambda c: conversations.create_chat(c, title="zanzibarcanary")).result()
        for _number in range(2)
    )
    deletion.purge(vault.database, vault, [gone.id])
    vault.close()
    return gone.id


def test_report_and_activity(run_cli: RunCli, erased: ChatId) -> None:
    result = run_cli("privacy", "report", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert {kept["what"]: kept["count"] for kept in report["stored"]}["chats"] == 1
    assert report["protection"]["encrypted"] is True
    assert report["network"]["uses"] == 0

    result = run_cli("privacy", "activity", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    (done,) = json.loads(result.stdout)
    assert (done["kind"], done["counts"]) == ("deleted", {"chats": 1, "messages": 0})

    words = run_cli("privacy", "report").stdout
    assert "Erased 1 chat" in words
    assert "zanzibarcanary" not in words


def test_without_a_question_it_says_which_there_are(run_cli: RunCli) -> None:
    result = run_cli("privacy")
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1
