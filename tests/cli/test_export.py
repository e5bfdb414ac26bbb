# SPDX-License-Identifier: GPL-3.0-or-later
"""``export`` as a stranger meets it."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import passphrase as age

from desktop.domain.conversation import ChatId, Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chat_id(profile: Profile, passphrase_file: Path) -> ChatId:
    """A vault with one question in it."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="Tea")).result()
    vault.database.write(
        lambda c: conversations.add_message(c, chat.id, parent_id=None, role=Role.USER, content="Which tea?")
    ).result()
    vault.close()
    return chat.id


def test_to_standard_output(run_cli: RunCli, chat_id: ChatId) -> None:
    result = run_cli("export")
    assert result.returncode == 0
    (chat,) = json.loads(result.stdout)["chats"]
    assert chat["id"] == chat_id
    assert "not encrypted" in result.stderr


def test_to_a_file_with_a_passphrase(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("seven other garden words\n", encoding="utf-8")
    out = tmp_path / "chats.age"
    options = ("--chat", chat_id, "--format", "markdown", "--encrypt-passphrase-file", str(secret))
    result = run_cli("export", *options, "--out", str(out))
    assert (result.returncode, result.stdout) == (0, "")
    assert "not encrypted" not in result.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert age.decrypt(out.read_bytes(), "seven other garden words").startswith(b"# Tea\n")
    done = json.loads(run_cli("privacy", "activity", "--json").stdout)[0]
    assert done["counts"] == {"chats": 1, "messages": 1, "format": "markdown", "encrypted": True}


def test_an_easy_passphrase_is_refused(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("tea\n", encoding="utf-8")
    out = tmp_path / "chats.age"
    result = run_cli("export", "--encrypt-passphrase-file", str(secret), "--out", str(out))
    assert result.returncode != 0
    assert len(result.stderr.strip().splitlines()) == 1
    assert not out.exists()


def test_an_unknown_chat(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    result = run_cli("export", "--chat", "nobody", "--out", str(tmp_path / "out"))
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_filtered(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    """Counted in words and as JSON, looked at first, decided on; off unless it is asked for."""
    assert run_cli("rename", chat_id, "Tea with Anna Schmidt and Peter Weber").returncode == 0
    assert "Anna Schmidt" in run_cli("export").stdout
    look = run_cli("export", "--look", "--json")
    told = json.loads(look.stdout)
    assert told["removed"] == {"name": 2}
    assert told["chats"][0]["messages"][0]["filtered"] == "Tea with [NAME_1] and [NAME_2]"
    assert "Hidden: 2 names." in look.stderr
    assert "title: Tea with [NAME_1]" in run_cli("export", "--look").stdout
    assert run_cli("hide", chat_id, "Peter Weber", "--never").returncode == 0
    assert run_cli("hide", chat_id, "Which tea").returncode == 0
    out = tmp_path / "out.md"
    result = run_cli("export", "--filtered", "--format", "markdown", "--json", "--out", str(out))
    done = json.loads(result.stdout)
    assert (result.returncode, done["removed"], done["chats"]) == (0, {"name": 2}, 1)
    assert "a filter finds much, not everything" in result.stderr
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# Tea with [NAME_1] and Peter Weber\n")
    assert "[NAME_2]?" in text
    assert run_cli("hide", chat_id, "Which tea", "--undecided").returncode == 0
    assert "Which tea?" in run_cli("export", "--filtered").stdout


def test_filtered_asks_for_what_is_not_there(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run_cli("export", "--filtered", "--format", "archive", "--out", str(out))
    assert (result.returncode, out.exists()) == (1, False)
    assert "without loss" in result.stderr
    assert run_cli("export", "--json").returncode == 2
    assert run_cli("export", "--look", "--out", str(out)).returncode == 2
    assert run_cli("hide", chat_id, " ").returncode == 2
    assert run_cli("hide", "nobody", "x").returncode == 1
