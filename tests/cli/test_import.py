# SPDX-License-Identifier: GPL-3.0-or-later
"""``import`` as a stranger meets it, through the real confined child."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import ChatId, Role
from desktop.paths import Profile
from desktop.storage import consent, conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chat_id(profile: Profile, passphrase_file: Path) -> ChatId:
    """A vault with a chat of two branches that may be used for training."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="Tea")).result()
    question = vault.database.write(
        lambda c: conversations.add_message(c, chat.id, parent_id=None, role=Role.USER, content="Which?")
    ).result()
    for text in ("Green.", "Black."):
        vault.database.write(
            lambda c, t=text: conversations.add_message(
                c, chat.id, parent_id=question.id, role=Role.ASSISTANT, content=t
            )
        ).result()
    vault.database.write(lambda c: consent.set_consent(c, [chat.id], True)).result()
    vault.close()
    return chat.id


@pytest.mark.parametrize("encrypted", [False, True])
def test_an_archive_moves_everything(
    run_cli: RunCli, chat_id: ChatId, tmp_path: Path, encrypted: bool
) -> None:
    before = json.loads(run_cli("show", chat_id, "--json", "--all-branches").stdout)
    secret = tmp_path / "secret"
    secret.write_text("seven other garden words\n", encoding="utf-8")
    out = tmp_path / "chats.inglenook"
    lock = ("--encrypt-passphrase-file", str(secret)) if encrypted else ()
    assert run_cli("export", "--format", "archive", "--out", str(out), *lock).returncode == 0
    again = json.loads(run_cli("import", str(out), "--json", *_opening(secret, encrypted)).stdout)
    assert (again["chats"], again["skipped"]) == (0, [{"what": "Tea", "why": "it is here already"}])
    assert run_cli("delete", chat_id, "--yes").returncode == 0
    if encrypted:
        result = run_cli("import", str(out))
        assert (result.returncode, "encrypted" in result.stderr) == (1, True)
    done = json.loads(run_cli("import", str(out), "--json", *_opening(secret, encrypted)).stdout)
    assert done == {"chats": 1, "messages": 3, "skipped": []}
    after = json.loads(run_cli("show", chat_id, "--json", "--all-branches").stdout)
    assert after == {**before, "training_consent": False}
    assert json.loads(run_cli("privacy", "activity", "--json").stdout)[0]["kind"] == "imported"


def _opening(secret: Path, encrypted: bool) -> tuple[str, ...]:
    return ("--decrypt-passphrase-file", str(secret)) if encrypted else ()


def test_a_cut_archive_brings_in_what_is_whole(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    out = tmp_path / "chats.inglenook"
    assert run_cli("export", "--format", "archive", "--out", str(out)).returncode == 0
    assert run_cli("delete", chat_id, "--yes").returncode == 0
    out.write_bytes(b"".join(out.read_bytes().splitlines(keepends=True)[:2]))
    done = json.loads(run_cli("import", str(out), "--json").stdout)
    assert done["chats"] == 1
    assert "breaks off" in done["skipped"][0]["why"]


def test_json_comes_back_too(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    out = tmp_path / "chats.json"
    assert run_cli("export", "--out", str(out)).returncode == 0
    assert run_cli("delete", chat_id, "--yes").returncode == 0
    assert json.loads(run_cli("import", str(out), "--json").stdout)["messages"] == 3


def test_chatgpt_and_what_is_no_history(run_cli: RunCli, chat_id: ChatId, tmp_path: Path) -> None:
    node = {"message": {"author": {"role": "user"}, "content": {"parts": ["zanzibar"]}, "create_time": 1.7e9}}
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps([{"id": "x", "title": "Trip", "mapping": {"n": node}}, 3]), encoding="utf-8")
    result = run_cli("import", str(file))
    assert (result.returncode, result.stdout.splitlines()[0]) == (0, "Imported 1 chat")
    (hit,) = json.loads(run_cli("search", "zanzibar", "--json").stdout)
    assert hit["created_at"].startswith("2023-11-14")
    file.write_text("{}", encoding="utf-8")
    assert run_cli("import", str(file)).returncode == 1
    result = run_cli("import", str(tmp_path / "nowhere"))
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (1, 1)
