# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions and branches from the command line, with the real model."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from desktop.paths import Profile
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

pytestmark = pytest.mark.model

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vault(run_cli: RunCli, profile: Profile, passphrase_file) -> RunCli:  # type: ignore[no-untyped-def]
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    create_vault(profile, passphrase, cost=KdfCost(64 * 1024, 3, 4)).close()
    return run_cli


def ok(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def document(result: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(ok(result))


def path(vault: RunCli, chat: str) -> list[str]:
    return [message["content"] for message in document(vault("show", chat, "--json"))["messages"]]


def test_every_version_is_made_shown_and_deleted(vault: RunCli) -> None:
    first = document(vault("ask", "--json", "--seed", "7", "--max-tokens", "6", "Tell me a story."))
    chat, reply = first["chat_id"], first["message_id"]
    assert first["stop_reason"] == "length"

    more = document(vault("continue", chat, "--max-tokens", "8", "--json"))
    assert more["text"].startswith(first["text"])
    assert len(more["text"]) > len(first["text"])
    assert path(vault, chat) == ["Tell me a story.", more["text"]]

    again = document(vault("regenerate", chat, reply, "--max-tokens", "5", "--json"))
    question = document(vault("show", chat, "--json"))["messages"][0]["id"]
    edited = document(vault("edit", chat, question, "Tell me a joke.", "--json"))
    assert path(vault, chat) == ["Tell me a joke.", edited["text"]]

    mine = document(vault("edit", chat, again["message_id"], "My own words.", "--json"))
    assert (mine["text"], mine["stop_reason"]) == ("My own words.", "end")
    shown = document(vault("show", chat, "--json"))["messages"]
    assert [message["edited"] for message in shown] == [False, True]
    assert "(edited by you)" in ok(vault("show", chat))

    lines = document(vault("map", chat, "--json"))
    assert len(lines) == 7
    assert [line["first_words"] for line in lines if line["shown"]] == ["Tell me a story.", "My own words."]
    assert "● Answer 4/4: My own words." in ok(vault("map", chat))

    fork = document(vault("fork", chat, mine["message_id"], "--json"))
    assert (fork["messages"], fork["training_consent"]) == (2, False)
    assert fork["title"].endswith("(branch)")

    switched = document(vault("switch", chat, edited["message_id"], "--json"))
    assert [message["content"] for message in switched["messages"]] == ["Tell me a joke.", edited["text"]]

    receipt = document(vault("delete", chat, "--message", question, "--yes", "--json"))
    assert (receipt["deleted_chats"], receipt["deleted_messages"], receipt["residue_found"]) == (0, 5, 0)
    assert len(document(vault("show", chat, "--all-branches", "--json"))["messages"]) == 2
    assert path(vault, fork["id"]) == ["Tell me a story.", "My own words."]


def test_what_cannot_be_is_said_in_one_line(vault: RunCli) -> None:
    made = document(vault("ask", "--json", "--max-tokens", "2", "--temperature", "0", "Hi"))
    chat = made["chat_id"]
    for arguments, words in (
        (("edit", chat, "nope", "text"), "no such message"),
        (("fork", chat, "nope"), "no such message"),
        (("delete", "--all", "--message", "nope", "--yes"), "say which chat"),
        (("map", "nope"), "no chat with this id"),
    ):
        result = vault(*arguments)
        assert result.returncode in (1, 2)
        assert words in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
