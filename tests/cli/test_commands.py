# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as a stranger meets it: a process, its output, its exit status."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import commands, terminal
from desktop.cli.context import Context
from desktop.domain.errors import UnknownChatError, UsageError
from desktop.paths import Profile
from desktop.services.models import local_models
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

pytestmark = pytest.mark.model

RunCli = Callable[..., subprocess.CompletedProcess[str]]
ASK_KEYS = {
    "chat_id",
    "message_id",
    "text",
    "model",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "time_to_first_token_s",
    "tokens_per_second",
    "stop_reason",
}
CHAT_KEYS = {
    "id",
    "title",
    "created_at",
    "updated_at",
    "model",
    "messages",
    "training_consent",
    "pinned",
    "archived",
    "retention_days",
}


def ok(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def document(result: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(ok(result))


def refused(result: subprocess.CompletedProcess[str], status: int) -> str:
    """The one human line of an error."""
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr.strip()


@pytest.fixture
def vault(run_cli: RunCli, profile: Profile, passphrase_file: Path) -> RunCli:
    """A vault whose key costs little to derive; the floor of what is accepted."""
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4)).close()
    return run_cli


def test_init_makes_a_vault_that_opens(run_cli: RunCli, profile: Profile) -> None:
    result = run_cli("init")
    assert result.returncode == 0, result.stderr
    assert "safe" in result.stderr
    assert document(run_cli("chats", "--json")) == []
    assert {p.name for p in profile.folder.iterdir()} >= {"vault.db", "keyslots.json", "lock"}


def test_a_person_hears_of_a_poor_passphrase_before_typing_it_again(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "short"

    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(getpass, "getpass", answer)
    with pytest.raises(UsageError, match="8"):
        commands.init(Context(profile, None, local_models), argparse.Namespace())
    assert len(asked) == 1
    assert not profile.vault.exists()


def test_an_unknown_chat_is_refused_before_anyone_is_asked(
    vault: RunCli, profile: Profile, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(terminal, "confirm", lambda _question: pytest.fail("asked about nothing"))
    with pytest.raises(UnknownChatError):
        commands.delete(
            Context(profile, passphrase_file, local_models),
            argparse.Namespace(ids=["nope"], all=False, older_than=None, message=None, yes=False, json=False),
        )


def test_a_conversation_from_beginning_to_receipt(vault: RunCli, profile: Profile) -> None:
    first = document(
        vault("ask", "--json", "--max-tokens", "12", "--seed", "7", "Name a fruit. zanzibarcanary")
    )
    assert set(first) == ASK_KEYS
    assert first["text"]
    assert first["stop_reason"] in ("end", "length")
    assert 0 < first["completion_tokens"] <= 12

    again = document(vault("ask", "--json", "--max-tokens", "4", "--chat", first["chat_id"], "And another?"))
    assert again["chat_id"] == first["chat_id"]
    assert again["prompt_tokens"] > first["prompt_tokens"]

    branch = document(
        vault(
            "ask",
            "--json",
            "--max-tokens",
            "4",
            "--chat",
            first["chat_id"],
            "--parent",
            first["message_id"],
            "Or?",
        )
    )

    [chat] = document(vault("chats", "--json"))
    assert set(chat) == CHAT_KEYS
    assert chat["messages"] == 6
    assert chat["training_consent"] is False
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", chat["created_at"])

    shown = document(vault("show", chat["id"], "--json"))
    assert [m["role"] for m in shown["messages"]] == ["user", "assistant", "user", "assistant"]
    assert shown["current_path"] == [m["id"] for m in shown["messages"]]
    assert shown["current_path"][-1] == branch["message_id"]
    everything = document(vault("show", chat["id"], "--json", "--all-branches"))
    assert len(everything["messages"]) == 6

    [hit] = document(vault("search", "zanzibarcan", "--json"))
    assert hit["chat_id"] == chat["id"]
    assert document(vault("search", "nothing-like-it", "--json")) == []

    ok(vault("consent", chat["id"], "on"))
    assert document(vault("chats", "--json"))[0]["training_consent"] is True
    ok(vault("consent", chat["id"], "off"))
    assert document(vault("chats", "--json"))[0]["training_consent"] is False
    assert [done["kind"] for done in document(vault("privacy", "activity", "--json"))] == [
        "withdrawn",
        "consented",
    ]

    ok(vault("rename", chat["id"], "Fruit"))
    assert "Fruit" in ok(vault("chats"))
    assert "Name a fruit" in ok(vault("show", chat["id"]))

    receipt = document(vault("delete", chat["id"], "--json"))
    assert receipt["deleted_chats"] == 1
    assert receipt["deleted_messages"] == 6
    assert receipt["residue_found"] == 0
    assert receipt["checked"]
    assert document(vault("chats", "--json")) == []
    for path in profile.folder.rglob("*"):
        if path.is_file():
            assert b"zanzibarcanary" not in path.read_bytes()
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(profile.folder.stat().st_mode) == 0o700


def test_a_temporary_question_needs_and_leaves_nothing(run_cli: RunCli, profile: Profile) -> None:
    answer = document(run_cli("ask", "--temporary", "--json", "--max-tokens", "4", "Hello", passphrase=None))
    assert answer["chat_id"] is None
    assert answer["message_id"] is None
    assert answer["text"]
    assert not profile.folder.exists()


def test_the_same_seed_says_the_same(run_cli: RunCli) -> None:
    command = (
        "ask",
        "--temporary",
        "--json",
        "--max-tokens",
        "16",
        "--seed",
        "11",
        "--temperature",
        "1",
        "Hello",
    )
    texts = {document(run_cli(*command, passphrase=None))["text"] for _ in range(2)}
    assert len(texts) == 1


def test_chat_json_answers_line_by_line(vault: RunCli) -> None:
    requests = '{"text":"Hello"}\n\n{"text":"Psst","temporary":true}\n'
    result = vault("chat", "--json", stdin=requests)
    answers = [json.loads(line) for line in ok(result).splitlines()]
    assert [a["chat_id"] is None for a in answers] == [False, True]
    assert len(document(vault("chats", "--json"))) == 1


def test_plain_ask_streams_only_the_answer(vault: RunCli) -> None:
    assert ok(vault("ask", "-", "--max-tokens", "4", stdin="Say hello.\n")).strip()


def test_a_terminal_that_lacks_a_sign_gets_the_rest(run_cli: RunCli) -> None:
    assert "? encryption:" in ok(run_cli("doctor", environment={"PYTHONIOENCODING": "ascii"}))


def test_errors_are_one_line_with_their_status(vault: RunCli, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not this one at all\n")
    assert "passphrase" in refused(vault("chats", passphrase=wrong), 3)
    assert "already" in refused(vault("init"), 1)
    refused(vault("show", "no-such-chat"), 1)
    refused(vault("ask", "--chat", "no-such-chat", "Hello"), 1)
    refused(vault("delete", "no-such-chat"), 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("ask",),
        ("ask", "   "),
        ("ask", "--temperature", "hot", "Hello"),
        ("ask", "--temperature", "nan", "Hello"),
        ("ask", "--max-tokens", "0", "Hello"),
        ("ask", "--seed", "-1", "Hello"),
        ("ask", "--parent", "x", "Hello"),
        ("ask", "--temporary", "--chat", "x", "Hello"),
        ("ask", "--chat", "x", "--system", "y", "Hello"),
        ("delete",),
        ("delete", "--all"),
        ("delete", "--all", "some-id", "--yes"),
    ],
)
def test_a_slip_of_the_keyboard_exits_2(run_cli: RunCli, arguments: tuple[str, ...]) -> None:
    refused(run_cli(*arguments), 2)


def test_without_a_terminal_nothing_prompts(run_cli: RunCli) -> None:
    assert "--passphrase-file" in refused(run_cli("init", passphrase=None), 2)


def test_an_absent_vault_is_said(run_cli: RunCli, profile: Profile) -> None:
    refused(run_cli("chats"), 1)
    assert not profile.vault.exists()


def test_a_weak_passphrase_is_refused(run_cli: RunCli, passphrase_file: Path, profile: Profile) -> None:
    passphrase_file.write_text("short\n")
    refused(run_cli("init"), 2)
    assert not profile.vault.exists()


def test_the_doctor_is_well(vault: RunCli) -> None:
    found = document(vault("doctor", "--json"))
    assert found["ok"] is True, [c for c in found["checks"] if c["ok"] is False]
    names = {check["name"] for check in found["checks"]}
    assert {"encryption", "model", "permissions", "build"} <= names
    assert "✓ encryption" in ok(vault("doctor"))


def test_the_doctor_says_when_a_promise_does_not_hold(vault: RunCli, profile: Profile) -> None:
    profile.vault.chmod(0o644)
    result = vault("doctor", "--json")
    assert result.returncode == 1
    assert [c["name"] for c in json.loads(result.stdout)["checks"] if c["ok"] is False] == ["permissions"]


def test_without_display_or_terminal_a_sample_is_answered(run_cli: RunCli, profile: Profile) -> None:
    result = run_cli(passphrase=None)
    assert result.returncode == 0, result.stderr
    assert "tokens/s" in result.stdout
    assert not profile.folder.exists()
