# SPDX-License-Identifier: GPL-3.0-or-later
"""``settings``, ``presets`` and the flags of ``ask`` as a stranger meets them."""

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


def test_a_chats_settings_are_shown_changed_and_reset(run_cli: RunCli, chat_id: str) -> None:
    found = document(run_cli("settings", "--chat", chat_id, "--json"))
    assert found["chat_id"] == chat_id
    assert {value for name, value in found.items() if name not in ("chat_id", "stop")} == {None}
    changed = run_cli("settings", "--chat", chat_id, "--temperature", "0.9", "--stop", "END", "--seed", "4")
    assert changed.returncode == 0
    assert "next answer" in changed.stderr
    assert "0.90 *" in changed.stdout
    found = document(run_cli("settings", "--chat", chat_id, "--reset", "temperature", "--json"))
    assert (found["temperature"], found["stop"], found["seed"]) == (None, ["END"], 4)
    assert document(run_cli("settings", "--json"))["seed"] is None
    found = document(run_cli("settings", "--preset", "Plain", "--top-k", "7", "--json"))
    assert (found["chat_id"], found["top_k"]) == (None, 7)


def test_sets_are_listed_kept_used_and_removed(run_cli: RunCli, chat_id: str) -> None:
    run_cli("settings", "--chat", chat_id, "--min-p", "0.2")
    assert run_cli("presets", "save", "Poet", "--chat", chat_id).returncode == 0
    own = document(run_cli("presets", "--json"))[-1]
    assert own == {
        "name": "Poet",
        "instructions": "Rhyme.",
        "shipped": False,
        "settings": {"min_p": 0.2},
    }
    used = document(run_cli("settings", "--chat", chat_id, "--preset", "precise", "--json"))
    assert (used["temperature"], used["min_p"]) == (0.0, None)
    refused = run_cli("settings", "--preset", "precise")
    assert (refused.returncode, "--chat" in refused.stderr) == (2, True)
    assert run_cli("presets", "remove", "Poet").returncode == 0
    assert run_cli("presets", "remove", "Poet").returncode == 1


@pytest.mark.parametrize(
    "flags",
    [("--temperature", "9"), ("--top-p", "nan"), ("--stop", "x" * 200), ("--json-schema", "/nowhere")],
)
def test_what_cannot_be_had_is_a_usage_error(run_cli: RunCli, flags: tuple[str, ...]) -> None:
    refused = run_cli("ask", "--temporary", *flags, "Hello")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "Traceback" not in refused.stderr


@pytest.mark.model
def test_ask_uses_the_chats_own_settings_and_a_flag_wins(run_cli: RunCli, chat_id: str) -> None:
    run_cli("settings", "--chat", chat_id, "--max-tokens", "3", "--seed", "11")
    own = document(run_cli("ask", "--chat", chat_id, "--json", "Tell me a story."))
    assert own["completion_tokens"] == 3
    flagged = document(run_cli("ask", "--chat", chat_id, "--max-tokens", "5", "--json", "Tell me more."))
    assert flagged["completion_tokens"] == 5


@pytest.mark.model
def test_ask_answers_with_json_of_a_shape(run_cli: RunCli, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    shape = {
        "type": "object",
        "properties": {
            "town": {"type": "string", "maxLength": 20},
            "people": {"type": "integer", "minimum": 1},
        },
        "required": ["town", "people"],
    }
    schema.write_text(json.dumps(shape), encoding="utf-8")
    asked = run_cli("ask", "--temporary", "--json-schema", str(schema), "Name a town.")
    assert asked.returncode == 0, asked.stderr
    assert set(json.loads(asked.stdout)) == {"town", "people"}
    cut = run_cli("ask", "--temporary", "--json-schema", str(schema), "--max-tokens", "2", "Name a town.")
    assert cut.returncode == 1
    assert "cut off" in cut.stderr
    schema.write_text('{"pattern": "a"}', encoding="utf-8")
    refused = run_cli("ask", "--temporary", "--json-schema", str(schema), "Name a town.")
    assert (refused.returncode, "pattern" in refused.stderr) == (2, True)
