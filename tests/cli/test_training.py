# SPDX-License-Identifier: GPL-3.0-or-later
"""``training`` and ``feedback`` as a stranger meets them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import ChatId, MessageId, Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def told(profile: Profile, passphrase_file: Path) -> tuple[ChatId, MessageId]:
    """A vault with a question and its answer."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="Tea")).result()
    parent = None
    for role, text in ((Role.USER, "Write to anna@example.com"), (Role.ASSISTANT, "I will.")):
        parent = (
            vault.database.write(
                lambda c, p=parent, r=role, t=text: conversations.add_message(
                    c, chat.id, parent_id=p, role=r, content=t
                )
            )
            .result()
            .id
        )
    vault.close()
    assert parent is not None
    return chat.id, parent


def test_from_consent_to_data_set_and_back(
    run_cli: RunCli, told: tuple[ChatId, MessageId], tmp_path: Path
) -> None:
    chat_id, answer = told
    out = tmp_path / "set"
    result = run_cli("training", "export", "--out", str(out))
    assert (result.returncode, out.exists()) == (1, False)
    assert run_cli("consent", chat_id, "on").returncode == 0
    better = tmp_path / "better"
    better.write_text("With pleasure.\n", encoding="utf-8")
    options = ("--reason", "curt", "--correction-file", str(better))
    assert run_cli("feedback", answer, "down", *options).returncode == 0
    (chat,) = json.loads(run_cli("training", "review", "--json").stdout)
    assert (chat["id"], chat["pairs"]) == (chat_id, 1)
    assert chat["messages"][0]["filtered"] == "Write to [EMAIL_1]"
    assert "anna@example.com" not in run_cli("training", "review").stdout
    result = run_cli("training", "export", "--out", str(out))
    assert (result.returncode, result.stdout) == (0, "")
    assert "1 passages replaced" in result.stderr or "1 chat" in result.stderr
    pair = json.loads((out / "preferences.jsonl").read_text(encoding="utf-8"))
    assert pair["rejected"][0]["content"] == "I will."
    result = run_cli("consent", chat_id, "off")
    assert result.returncode == 0
    assert "exported on" in result.stderr
    assert json.loads(run_cli("training", "review", "--json").stdout) == []


def test_terms_and_default(run_cli: RunCli, told: tuple[ChatId, MessageId], tmp_path: Path) -> None:
    listed = tmp_path / "terms"
    listed.write_text("Rosenweg\n\nZoltan\n", encoding="utf-8")
    assert run_cli("training", "terms", "--from", str(listed)).stdout == "Rosenweg\nZoltan\n"
    assert run_cli("training", "terms").stdout == "Rosenweg\nZoltan\n"
    assert run_cli("training", "default").stdout == "off\n"
    assert run_cli("training", "default", "on").returncode == 0
    assert run_cli("training", "default").stdout == "on\n"
    assert run_cli("training", "name-model").stdout.splitlines()[0] == "on"
    assert run_cli("training", "name-model", "off").returncode == 0
    assert run_cli("training", "name-model").stdout.splitlines()[0] == "off"
    assert run_cli("training", "terms", "--from", str(tmp_path / "nowhere")).returncode == 2
    assert run_cli("feedback", "nobody", "up").returncode == 1
