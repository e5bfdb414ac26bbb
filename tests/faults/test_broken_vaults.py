# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault that is not as it should be: its own clear line each, and every file left as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.program import Program
from harness.vaults import CHEAP

from desktop.paths import Profile
from desktop.storage.connection import open_connection
from desktop.storage.vault import create_vault

Start = Callable[..., Program]
Harm = Callable[[Profile], None]


def no_keyslots(profile: Profile) -> None:
    profile.keyslots.unlink()


def no_database(profile: Profile) -> None:
    profile.vault.unlink()


def plain_database(profile: Profile) -> None:
    profile.vault.unlink()
    connection = sqlite3.connect(profile.vault)
    connection.execute("CREATE TABLE message (content)")
    connection.commit()
    connection.close()


def truncated_database(profile: Profile) -> None:
    data = profile.vault.read_bytes()
    profile.vault.write_bytes(data[: len(data) // 2 + 1000])


def newer_database(profile: Profile) -> None:
    profile.vault.unlink()
    profile.keyslots.unlink()
    vault = create_vault(profile, "four unrelated garden words", cost=CHEAP)
    key = vault.key
    vault.close()
    connection = open_connection(profile.vault, key)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()


def garbage_keyslots(profile: Profile) -> None:
    profile.keyslots.write_bytes(os.urandom(300))


def folder_for_keyslots(profile: Profile) -> None:
    profile.keyslots.unlink()
    profile.keyslots.mkdir()


def folder_for_database(profile: Profile) -> None:
    profile.vault.unlink()
    profile.vault.mkdir()


def file_for_profile(profile: Profile) -> None:
    shutil.rmtree(profile.folder)
    profile.folder.write_text("a file lies here")


BROKEN: dict[Harm, str] = {
    no_keyslots: "keyslots.json) is missing",
    no_database: "vault.db) is missing",
    plain_database: "not the vault",
    truncated_database: "vault.db) is damaged",
    newer_database: "newer Inglenook",
    garbage_keyslots: "keyslots.json) is damaged",
    folder_for_keyslots: "keyslots.json",
    folder_for_database: "not the vault",
    file_for_profile: "no vault here",
}


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file's bytes, by name; None for a folder."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {str(p): p.read_bytes() if p.is_file() else None for p in paths}


def one_line(program: Program) -> str:
    assert program.end() == 1, program.errors
    assert "Traceback" not in program.errors
    assert "inside Inglenook" not in program.errors  # that would be a bug of ours
    [line] = program.errors.splitlines()
    return line


@pytest.mark.parametrize("harm", BROKEN, ids=lambda harm: harm.__name__)
def test_each_has_its_own_line_and_stays_as_it_is(vault: Profile, start: Start, harm: Harm) -> None:
    harm(vault)
    before = contents(vault.folder)

    line = one_line(start("chats"))

    print(line)
    assert BROKEN[harm] in line
    after = contents(vault.folder)
    assert {name: after.get(name) for name in before} == before
    assert all(is_empty_log(name, after[name]) for name in after.keys() - before.keys())


def is_empty_log(name: str, data: bytes | None) -> bool:
    """What SQLite may leave beside a database it only looked at: its shared memory, and a log of nothing."""
    return name.endswith("vault.db-shm") or (name.endswith("vault.db-wal") and data == b"")


@pytest.mark.skipif(sys.platform != "linux", reason="mount namespaces")
def test_a_profile_that_cannot_be_written_is_said(vault: Profile, start: Start) -> None:
    make_read_only = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    wrapper = [*own_mounts(), "sh", "-c", make_read_only, str(vault.folder)]
    before = contents(vault.folder)
    assert "cannot be written" in one_line(start("chats", wrapper=wrapper))
    assert contents(vault.folder) == before


def own_mounts() -> list[str]:
    """The command that gives another a mount namespace of its own."""
    for options in (["-m"], ["-r", "-m"]):
        command = ["unshare", *options, "--"]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("this machine permits no mount namespaces, neither as root nor as a user")
