# SPDX-License-Identifier: GPL-3.0-or-later
"""``move`` and ``vault check`` as scripts meet them: two profiles are two computers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import ChatId, Role
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]
LEAST = KdfCost(64 * 1024, 3, 4)


@pytest.fixture
def old(profile: Profile, passphrase_file: Path) -> ChatId:
    """The old computer, with one chat."""
    return _make(profile, passphrase_file, "Tea")


@pytest.fixture
def new(tmp_path: Path, passphrase_file: Path) -> Profile:
    """The new one, with another."""
    made = Profile(tmp_path / "new")
    _make(made, passphrase_file, "Coffee")
    return made


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("seven other garden words\n", encoding="utf-8")
    return path


def _make(profile: Profile, passphrase_file: Path, title: str) -> ChatId:
    vault = create_vault(profile, passphrase_file.read_text(encoding="utf-8").strip(), cost=LEAST)
    chat = vault.database.write(lambda c: conversations.create_chat(c, title=title)).result()
    for text in ("One.", "Two."):
        vault.database.write(
            lambda c, t=text: conversations.add_message(  # type: ignore[misc]
                c, chat.id, parent_id=None, role=Role.USER, content=t
            )
        ).result()
    vault.close()
    return chat.id


def test_out_there_and_in_here(
    run_cli: RunCli, old: ChatId, new: Profile, secret: Path, tmp_path: Path
) -> None:
    file = tmp_path / "move.age"
    out = run_cli("move", "out", str(file), "--encrypt-passphrase-file", str(secret), "--json")
    assert out.returncode == 0, out.stderr
    told = json.loads(out.stdout)
    assert (told["chats"], told["messages"], told["bytes"]) == (1, 2, file.stat().st_size)
    assert told["content_sha256"].startswith(told["fingerprint"].replace(" ", ""))
    there = ("--profile", str(new.folder), "move", "in", str(file))
    opening = ("--decrypt-passphrase-file", str(secret))
    done = run_cli(*there, *opening, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "chats": 1,
        "messages": 2,
        "equal": True,
        "fingerprint": told["fingerprint"],
        "content_sha256": told["content_sha256"],
        "came_in": 1,
        "were_here": 0,
        "differences": [],
    }
    assert run_cli("--profile", str(new.folder), "rename", old, "Other").returncode == 0
    differs = run_cli(*there, *opening)
    assert differs.returncode == 1
    assert differs.stdout.startswith("Not equal: 1 chat, 2 messages in the file\n  Tea: it was here already")


def test_a_file_that_was_cut_off(
    run_cli: RunCli, old: ChatId, new: Profile, secret: Path, tmp_path: Path
) -> None:
    file = tmp_path / "move.age"
    assert run_cli("move", "out", str(file), "--encrypt-passphrase-file", str(secret)).returncode == 0
    file.write_bytes(file.read_bytes()[:-1])
    arguments = (
        "--profile",
        str(new.folder),
        "move",
        "in",
        str(file),
        "--decrypt-passphrase-file",
        str(secret),
    )
    done = run_cli(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cut off" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(json.loads(run_cli("--profile", str(new.folder), "chats", "--json").stdout)) == 1


def test_every_page_is_looked_at(run_cli: RunCli, old: ChatId, profile: Profile) -> None:
    assert run_cli("vault", "backup").returncode == 0
    sound = run_cli("vault", "check", "--json")
    assert sound.returncode == 0, sound.stderr
    told = json.loads(sound.stdout)
    assert (told["ok"], told["damaged"], told["pages"] > 10) == (True, [], True)
    doctor = json.loads(run_cli("doctor", "--json").stdout)
    assert {c["name"]: c["ok"] for c in doctor["checks"]}["integrity"] is True

    page = told["pages"] - 3  # one that opening does not need
    data = bytearray(profile.vault.read_bytes())
    data[(page - 1) * 4096 + 1000] ^= 1
    profile.vault.write_bytes(data)
    found = run_cli("vault", "check", "--json")
    assert found.returncode == 1, found.stderr
    told = json.loads(found.stdout)
    assert (told["ok"], told["damaged"]) == (False, [page])
    words = run_cli("vault", "check")
    assert f"page {page}" in words.stdout
    assert f"vault restore {told['backup']}" in words.stderr
    doctor = json.loads(run_cli("doctor", "--json").stdout)
    assert {c["name"]: c["ok"] for c in doctor["checks"]}["integrity"] is False
    assert run_cli("vault", "restore", "--yes").returncode == 0
    assert run_cli("vault", "check").stdout.startswith("All ")
