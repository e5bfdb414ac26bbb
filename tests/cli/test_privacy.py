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
    looked = {name: done["counts"].pop(name) for name in ("pages", "looked_for")}
    assert (done["kind"], done["counts"]) == (
        "deleted",
        {"chats": 1, "messages": 0, "backups": 0, "residue": 0},
    )
    assert looked["pages"] > 10

    words = run_cli("privacy", "report").stdout
    assert f"Erased 1 chat; {looked['pages']} pages looked at, nothing was left" in words
    assert "zanzibarcanary" not in words


def test_without_a_question_it_says_which_there_are(run_cli: RunCli) -> None:
    result = run_cli("privacy")
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_everything_is_shown_or_written(run_cli: RunCli, erased: ChatId, tmp_path: Path) -> None:
    result = run_cli("privacy", "report", "--everything")
    assert (result.returncode, result.stderr) == (0, "")
    assert "zanzibarcanary" in result.stdout
    document = json.loads(run_cli("privacy", "report", "--everything", "--json").stdout)
    assert [chat["title"] for chat in document["tables"]["chat"]] == ["zanzibarcanary"]
    written = tmp_path / "all.txt"
    assert run_cli("privacy", "report", "--out", str(written)).returncode == 2
    assert not written.exists()
    assert run_cli("privacy", "report", "--everything", "--out", str(written)).returncode == 0
    assert "zanzibarcanary" in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o077 == 0
    kinds = json.loads(run_cli("privacy", "activity", "--json", "--kind", "everything-shown").stdout)
    assert [entry["counts"]["file"] for entry in kinds] == [True, False, False]


def test_correcting_looks_first_and_acts_when_told(run_cli: RunCli, erased: ChatId) -> None:
    result = run_cli("privacy", "correct", "canary", "parrot")
    assert result.returncode == 0
    assert "1  Title, zanzibarcanary: …zanzibar[canary]…" in result.stdout
    assert "--yes" in result.stderr
    found = json.loads(run_cli("privacy", "correct", "canary", "parrot", "--json").stdout)
    assert (found["corrected"], found["total"]) == (False, 1)
    result = run_cli("privacy", "correct", "canary", "parrot", "--yes", "--json")
    assert result.returncode == 0
    done = json.loads(result.stdout)
    assert (done["corrected"], done["places"], done["residue_found"]) == (True, 1, 0)
    assert json.loads(run_cli("chats", "--json").stdout)[0]["title"] == "zanzibarparrot"
    assert run_cli("privacy", "correct", "canary", "parrot").stderr.startswith("It stands nowhere")
    assert run_cli("privacy", "correct", "parrot", "owl", "--only", "7", "--yes").returncode == 2
    assert run_cli("privacy", "correct", "parrot", "owl", "--only", "one").returncode == 2
    assert run_cli("privacy", "correct", " ", "owl").returncode == 1


def test_training_is_stopped(run_cli: RunCli, erased: ChatId) -> None:
    (chat,) = json.loads(run_cli("chats", "--json").stdout)
    assert run_cli("consent", chat["id"], "on").returncode == 0
    stopped = json.loads(run_cli("privacy", "stop-training", "--json").stdout)
    assert stopped == {"withdrawn_chats": 1, "default_was_on": False, "exported_at": []}
    assert not json.loads(run_cli("chats", "--json").stdout)[0]["training_consent"]
    assert "0 chats were withdrawn" in run_cli("privacy", "stop-training").stdout


def test_the_network_and_what_was_given(run_cli: RunCli, erased: ChatId) -> None:
    network = json.loads(run_cli("privacy", "network", "--json").stdout)
    assert (network["uses"], network["used"], network["downloads_allowed"]) == (0, [], False)
    assert "each is asked about" in run_cli("privacy", "network", "--downloads", "on").stdout
    assert "not allowed" in run_cli("privacy", "network", "--downloads", "off").stdout
    given = json.loads(run_cli("privacy", "given", "--json").stdout)
    assert (given["replies"], given["latest"]) == (0, [])
    assert run_cli("privacy", "given").stdout.startswith("0 answers were counted")


@pytest.mark.model
def test_the_real_model_tells_what_it_was_given(run_cli: RunCli, erased: ChatId) -> None:
    asked = run_cli("ask", "--system", "Be brief and kind.", "--max-tokens", "4", "--json", "Who are you?")
    assert asked.returncode == 0, asked.stderr
    reply = json.loads(asked.stdout)
    given = json.loads(run_cli("privacy", "given", "--json").stdout)
    (one,) = given["latest"]
    assert (one["chat_id"], one["message_id"]) == (reply["chat_id"], reply["message_id"])
    assert one["prompt_tokens"] == reply["prompt_tokens"]
    assert 0 < one["system_tokens"] < one["prompt_tokens"]
    assert one["left_out_messages"] == 0
    assert one["window_tokens"] > 0
    assert len(one["sha256"]) == 64
