# SPDX-License-Identifier: GPL-3.0-or-later
"""inglenook vault …, as a process."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from desktop.paths import Profile
from desktop.storage.connection import open_connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault
from tests.conftest import PASSPHRASE

RunCli = Callable[..., subprocess.CompletedProcess[str]]
NEW = "quite another set of words"


def make(profile: Profile) -> None:
    create_vault(profile, PASSPHRASE, cost=KdfCost(64 * 1024, 3, 4)).close()


def test_the_passphrase_is_changed(run_cli: RunCli, profile: Profile, tmp_path: Path) -> None:
    make(profile)
    new = tmp_path / "new"
    new.write_text(NEW + "\n")
    changed = run_cli("vault", "change-passphrase", "--new-passphrase-file", str(new))
    assert changed.returncode == 0, changed.stderr
    assert run_cli("chats").returncode == 3
    assert run_cli("chats", passphrase=new).returncode == 0


def test_a_weak_new_passphrase_changes_nothing(run_cli: RunCli, profile: Profile, tmp_path: Path) -> None:
    make(profile)
    before = profile.keyslots.read_bytes()
    new = tmp_path / "new"
    new.write_text("password\n")
    assert run_cli("vault", "change-passphrase", "--new-passphrase-file", str(new)).returncode == 2
    assert run_cli("vault", "change-passphrase").returncode == 2  # nobody can be asked
    assert profile.keyslots.read_bytes() == before


def test_the_key_opens_the_file_elsewhere(run_cli: RunCli, profile: Profile) -> None:
    make(profile)
    shown = run_cli("vault", "reveal-key")
    assert shown.returncode == 0, shown.stderr
    found = re.search(r"[0-9a-f]{64}", shown.stdout)
    assert found is not None
    connection = open_connection(profile.vault, bytes.fromhex(found[0]), mode="ro")
    assert connection.execute("SELECT count(*) FROM chat").fetchone() == (0,)
    connection.close()


def test_what_is_there_is_told_without_a_passphrase(run_cli: RunCli, profile: Profile) -> None:
    def status() -> object:
        result = run_cli("vault", "lock-status", "--json", passphrase=None)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    assert status() == {"state": "absent", "held": False}
    assert not profile.folder.exists()
    make(profile)
    assert status() == {"state": "present", "held": False}
    vault = open_vault(profile, PASSPHRASE)
    assert status() == {"state": "present", "held": True}
    vault.close()
    assert run_cli("vault").returncode == 2
