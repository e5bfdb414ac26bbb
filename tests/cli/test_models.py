# SPDX-License-Identifier: GPL-3.0-or-later
"""``models`` as a stranger meets it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.paths import Profile
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from tests.gguf_file import write_gguf

RunCli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vault(profile: Profile, passphrase_file: Path) -> None:
    passphrase = passphrase_file.read_text(encoding="utf-8").strip()
    create_vault(profile, passphrase, cost=KdfCost(64, 1, 1)).close()


@pytest.mark.model
@pytest.mark.usefixtures("vault")
def test_a_model_is_added_looked_at_chosen_and_removed(run_cli: RunCli, tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "mine.gguf")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    added = run_cli("models", "add", str(file))
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == f"{digest[:12]}  Tiny Instruct · F16\n"
    assert run_cli("models", "use", digest[:12]).returncode == 0
    listed = json.loads(run_cli("models", "--json").stdout)
    assert [(m["id"], m["default"], m["present"]) for m in listed] == [
        ("bundled", False, True),
        (digest, True, True),
    ]
    info = json.loads(run_cli("models", "info", digest, "--json").stdout)
    assert info["claims"]["licence"] == "apache-2.0"
    assert info["measured"]["sha256"] == digest
    assert info["measured"]["tokens_per_second"] is None
    refused = run_cli("models", "remove", digest)
    assert (refused.returncode, file.is_file()) == (2, True)
    assert run_cli("models", "remove", digest, "--yes").returncode == 0
    assert run_cli("models").stdout.startswith("* bundled")
    assert file.is_file()


def test_a_file_is_looked_at_without_a_vault(run_cli: RunCli, tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "base.gguf", without=("tokenizer.chat_template", "general.license"))
    shown = run_cli("models", "info", str(base), passphrase=None)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "This is a base model" in shown.stdout
    assert "Licence: not stated in the file" in shown.stdout
    assert "Speed seen: not measured yet" in shown.stdout


def test_what_is_no_model_is_one_human_line(run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_text("dear diary")
    refused = run_cli("models", "info", str(tmp_path / "notes.gguf"), passphrase=None)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("inglenook: This is not a model in the GGUF format.")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.usefixtures("vault")
def test_one_chat_can_have_a_model_of_its_own(run_cli: RunCli) -> None:
    unknown = run_cli("models", "use", "bundled", "--chat", "no-such-chat")
    assert unknown.returncode == 1
    assert "Traceback" not in unknown.stderr
    assert run_cli("models", "use", "nothing-like-it").returncode == 1


@pytest.mark.usefixtures("vault")
def test_nothing_is_downloaded_that_was_not_allowed(run_cli: RunCli, profile: Profile) -> None:
    listed = json.loads(run_cli("models", "catalogue", "--json", passphrase=None).stdout)
    assert all(entry["source"]["host"] for entry in listed)
    unasked = run_cli("models", "get", listed[0]["id"])
    assert (unasked.returncode, "--yes" in unasked.stderr) == (2, True)
    refused = run_cli("models", "get", listed[0]["id"], "--yes")
    assert refused.returncode == 1
    assert "Downloads are not allowed" in refused.stderr
    assert not profile.models.exists()
    assert json.loads(run_cli("privacy", "network", "--json").stdout)["uses"] == 0
    assert run_cli("models", "get", "no-such-model", "--yes").returncode == 1
