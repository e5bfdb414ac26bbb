# SPDX-License-Identifier: GPL-3.0-or-later
"""inglenook vault …, as a process."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.cli import terminal, vault
from desktop.cli.context import Context
from desktop.domain.errors import UsageError
from desktop.paths import Profile
from desktop.services.models import local_models
from desktop.storage import ways_in
from desktop.storage.connection import open_connection
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots
from desktop.storage.vault import create_vault, open_vault
from tests.conftest import PASSPHRASE
from tests.memory_keychain import MemoryKeychain

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


def test_a_recovery_code_lets_one_in_and_choose_a_new_passphrase(
    run_cli: RunCli, profile: Profile, tmp_path: Path
) -> None:
    make(profile)
    made = run_cli("vault", "recovery-code")
    assert made.returncode == 0, made.stderr
    code, new = tmp_path / "code", tmp_path / "new"
    code.write_text(made.stdout)
    new.write_text(NEW + "\n")
    assert run_cli("chats", passphrase=code).returncode == 0
    changed = run_cli("vault", "change-passphrase", "--new-passphrase-file", str(new), passphrase=code)
    assert changed.returncode == 0, changed.stderr
    assert run_cli("chats", passphrase=new).returncode == 0
    assert run_cli("vault", "recovery-code", "--remove", passphrase=new).returncode == 0
    assert run_cli("chats", passphrase=code).returncode == 3


@pytest.mark.parametrize("answers", [1, 2])
def test_on_a_terminal_the_code_is_kept_once_it_was_typed_back(
    profile: Profile,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answers: int,
) -> None:
    make(profile)

    def type_it(_question: str) -> str:
        asked.append(capsys.readouterr().out.strip() or asked[0])
        return ["a slip", asked[0] if answers == 2 else ""][len(asked) - 1]

    asked: list[str] = []
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(terminal, "read_line", type_it)
    context = Context(profile, passphrase_file, local_models)
    options = argparse.Namespace(remove=False)
    if answers == 2:
        assert vault.recovery_code(context, options) == 0
        assert KeySlots.read(profile.keyslots).unlock(asked[0])
    else:
        with pytest.raises(UsageError):
            vault.recovery_code(context, options)
        assert len(KeySlots.read(profile.keyslots).slots) == 1


def test_the_vault_is_encrypted_anew(run_cli: RunCli, profile: Profile) -> None:
    make(profile)
    before = run_cli("vault", "reveal-key").stdout
    done = run_cli("vault", "rekey")
    assert done.returncode == 0, done.stderr
    after = run_cli("vault", "reveal-key")
    assert after.returncode == 0, after.stderr
    assert after.stdout != before


def test_what_is_there_is_told_without_a_passphrase(run_cli: RunCli, profile: Profile) -> None:
    def status() -> object:
        result = run_cli("vault", "lock-status", "--json", passphrase=None)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    assert status() == {"state": "absent", "held": False}
    assert not profile.folder.exists()
    make(profile)
    assert status() == {"state": "present", "held": False}
    opened = open_vault(profile, PASSPHRASE)
    assert status() == {"state": "present", "held": True}
    opened.close()
    assert run_cli("vault").returncode == 2


def test_a_backup_is_made_listed_and_put_back(run_cli: RunCli, profile: Profile) -> None:
    make(profile)
    result = run_cli("vault", "backup", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    (made,) = json.loads(result.stdout)
    profile.vault.write_bytes(b"damage")
    assert json.loads(run_cli("vault", "backup", "--list", "--json").stdout) == [made]
    assert run_cli("vault", "restore").returncode == 2, "nobody can be asked"
    result = run_cli("vault", "restore", "--yes")
    assert (result.returncode, result.stdout) == (0, "")
    assert made["name"] in result.stderr
    assert run_cli("chats").returncode == 0
    assert [done["kind"] for done in json.loads(run_cli("privacy", "activity", "--json").stdout)] == [
        "restored"
    ]


def test_without_a_backup_there_is_nothing_to_put_back(run_cli: RunCli, profile: Profile) -> None:
    make(profile)
    result = run_cli("vault", "restore", "--yes")
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_keychain_is_off_and_never_a_plain_file(
    run_cli: RunCli, profile: Profile, tmp_path: Path
) -> None:
    """What keyring would take from this setting is refused. A real one: tests/e2e/test_keychain.py."""
    make(profile)
    environment = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    status = run_cli("vault", "keychain", "status", "--json", passphrase=None, environment=environment)
    assert json.loads(status.stdout) == {"on": False, "name": None}
    before = profile.keyslots.read_bytes()
    on = run_cli("vault", "keychain", "on", environment=environment)
    assert on.returncode == 1
    assert "no keychain" in on.stderr
    assert len(on.stderr.splitlines()) == 1
    assert profile.keyslots.read_bytes() == before
    assert run_cli("--keychain", "chats", environment=environment).returncode == 2, "and a passphrase file"
    assert run_cli("--keychain", "chats", passphrase=None, environment=environment).returncode == 1


@pytest.mark.parametrize(("is_terminal", "keychain", "by_it"), [(True, False, False), (True, True, True)])
def test_on_a_terminal_the_keychain_is_used_when_that_is_said(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, keychain: bool, by_it: bool
) -> None:
    chain = MemoryKeychain()
    opened = create_vault(profile, PASSPHRASE, cost=KdfCost(64 * 1024, 3, 4))
    ways_in.use_keychain(opened, chain)
    opened.close()
    asked: list[str] = []

    def ask(_file: Path | None) -> str:
        asked.append("asked")
        return PASSPHRASE

    monkeypatch.setattr(terminal, "interactive", lambda: is_terminal)
    monkeypatch.setattr(terminal, "read_passphrase", ask)
    monkeypatch.setattr("desktop.storage.keychain.SystemKeychain", lambda: chain)
    with Context(profile, None, local_models, keychain).session() as session:
        assert session.ways_in.state().keychain
    assert asked == ([] if by_it else ["asked"])


def test_everything_is_erased_and_the_receipt_says_so(
    run_cli: RunCli, profile: Profile, passphrase_file: Path
) -> None:
    make(profile)
    assert run_cli("vault", "backup").returncode == 0
    (profile.folder / "letter.txt").write_text("mine", encoding="utf-8")
    asked = run_cli("vault", "erase")
    assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
    assert run_cli("chats").returncode == 0
    done = run_cli("vault", "erase", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    receipt = json.loads(done.stdout)
    assert (receipt["key_files"], receipt["files"], receipt["left"]) == (2, 2, [])
    assert any("1 other thing" in line for line in receipt["checked"])
    assert receipt["out_of_reach"]
    assert [path.name for path in profile.folder.iterdir()] == ["letter.txt"]
    assert run_cli("vault", "erase", "--yes").returncode == 1
    assert "no vault here" in run_cli("chats").stderr


def test_an_erasing_cut_short_is_told_and_finished(run_cli: RunCli, profile: Profile) -> None:
    make(profile)
    (profile.folder / "erasing").touch()
    told = run_cli("chats")
    assert (told.returncode, "was being erased" in told.stderr) == (1, True)
    assert json.loads(run_cli("vault", "lock-status", "--json").stdout)["state"] == "erasing"
    assert "was being erased" in run_cli("init").stderr
    done = run_cli("vault", "erase", "--yes")
    assert done.returncode == 0
    assert "the keys first" in done.stdout
    assert not profile.folder.exists()


@pytest.mark.parametrize(("typed", "erased"), [("ERASE", True), ("yes", False)])
def test_a_person_types_the_word(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, typed: str, erased: bool
) -> None:
    make(profile)
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr(terminal, "read_line", lambda _question: typed)
    context = Context(profile, None, local_models)
    code = vault.erase(context, argparse.Namespace(yes=False, json=False))
    assert (code == 0) is erased
    assert profile.folder.exists() is not erased
