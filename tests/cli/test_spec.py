# SPDX-License-Identifier: GPL-3.0-or-later
"""``spec`` as a stranger meets it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chat_id(profile: Profile, passphrase_file: Path) -> str:
    """A vault with one chat."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    vault = create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4))
    made = vault.database.write(lambda c: conversations.create_chat(c, system_prompt="Rhyme.")).result()
    vault.close()
    return made.id


def document(result: subprocess.CompletedProcess[str]) -> Any:
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


def refused(result: subprocess.CompletedProcess[str], status: int) -> str:
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.strip()


def test_the_layers_are_shown_and_changed(run_cli: RunCli, chat_id: str, tmp_path: Path) -> None:
    found = document(run_cli("spec", "--json"))
    shipped = found["app"]
    assert (found["app_state"], found["person"], found["chat_id"]) == ("shipped", "", None)
    assert found["given"] == shipped

    file = tmp_path / "mine.txt"
    file.write_text("Call me Ada.\n", encoding="utf-8")
    assert "next answer" in run_cli("spec", "person", "--file", str(file)).stderr
    assert run_cli("spec", "person").stdout == "Call me Ada.\n"
    found = document(run_cli("spec", "chat", chat_id, "--json"))
    assert (found["chat_id"], found["chat"]) == (chat_id, "Rhyme.")
    assert found["given"].endswith("\n\nCall me Ada.\n\nRhyme.")
    assert found["characters"] == len(found["given"])

    found = document(run_cli("spec", "app", "--file", "-", "--json", stdin="Talk like a pirate."))
    assert (found["app_state"], found["given"]) == ("own", "Talk like a pirate.\n\nCall me Ada.")
    found = document(run_cli("spec", "app", "--off", "--json"))
    assert (found["app_state"], found["given"]) == ("off", "Call me Ada.")
    found = document(run_cli("spec", "person", "--clear", "--json"))
    assert (found["given"], found["fingerprint"]) == ("", "")
    found = document(run_cli("spec", "app", "--reset", "--json"))
    assert found["given"] == shipped
    found = document(run_cli("spec", "chat", chat_id, "--clear", "--json"))
    assert found["chat"] == ""
    assert document(run_cli("show", chat_id, "--json"))["system_prompt"] is None


def test_in_words_it_is_the_same(run_cli: RunCli, chat_id: str) -> None:
    run_cli("spec", "person", "--file", "-", stdin="Call me Ada.")
    words = run_cli("spec").stdout
    assert words.count("Call me Ada.") == 2
    assert "word for word" in words
    assert "## Private information" in run_cli("spec", "reasons").stdout
    assert "Call me Ada." in run_cli("privacy", "report").stdout
    assert "Call me Ada." not in run_cli("privacy", "report", "--json").stdout
    assert "Changed what the model is told" in run_cli("privacy", "activity").stdout


def test_slips_are_told_in_one_line(run_cli: RunCli, chat_id: str, tmp_path: Path) -> None:
    assert "UTF-8" in refused(run_cli("spec", "person", "--file", str(tmp_path / "nowhere")), 2)
    assert "--clear" in refused(run_cli("spec", "person", "--file", "-", stdin=" \n"), 2)
    assert "too long" in refused(run_cli("spec", "person", "--file", "-", stdin="x" * 9000), 1)
    refused(run_cli("spec", "app", "--off", "--reset"), 2)
    refused(run_cli("spec", "chat", "nowhere", "--clear"), 1)
    refused(run_cli("spec", "nonsense"), 2)
