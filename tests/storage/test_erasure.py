# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault is destroyed: keys first, then every file of ours and no other; cut short, it never opens again."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import (
    KeychainError,
    StorageFullError,
    VaultAbsentError,
    VaultErasingError,
    VaultHeldError,
)
from desktop.domain.vault import VaultState
from desktop.paths import Profile
from desktop.storage import erasure, files
from desktop.storage.backup import back_up, list_backups, replaced_folder
from desktop.storage.connection import open_connection
from desktop.storage.erasure import erase
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots, Slot, SlotType
from desktop.storage.ownership import Ownership
from desktop.storage.presence import erasing_mark, inspect_vault
from desktop.storage.restore import restore
from desktop.storage.vault import OpenVault, create_vault, open_vault

Talk = Callable[..., object]


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def locked(vault: OpenVault, talk: Talk) -> Profile:
    """A locked vault with a chat, two backups, a vault that was replaced, and what kills left behind."""
    talk(vault.database, ["where is the lighthouse?", "on the hill"], title="Harbour")
    profile = vault.profile
    source = open_connection(profile.vault, vault.key)
    for _ in range(2):
        back_up(source, vault.key, profile.keyslots, profile.backups)
    source.close()
    aside = replaced_folder(profile.backups)
    shutil.copy(profile.keyslots, aside)
    shutil.copy(profile.vault, aside)
    vault.close()
    profile.preferences.write_text("{}", encoding="utf-8")
    profile.health.write_text("{}", encoding="utf-8")
    (profile.folder / ".keyslots.json.1a2b3c4d").write_bytes(profile.keyslots.read_bytes())
    (profile.folder / "vault.db.rekey").write_bytes(b"x" * 4096)
    (profile.folder / "vault.db-wal").touch()
    return profile


def test_nothing_is_left(locked: Profile) -> None:
    receipt = erase(locked)
    assert not locked.folder.exists()
    assert (receipt.key_files, receipt.not_overwritten, receipt.left) == (5, 0, ())
    assert (receipt.files, receipt.links, receipt.foreign) == (8, (), 0)
    assert receipt.bytes > 3 * 4096
    assert receipt.keychain_forgotten is None
    assert inspect_vault(locked) is VaultState.ABSENT
    with pytest.raises(VaultAbsentError):
        erase(locked)


def test_keys_are_overwritten_where_they_lie_before_anything_else_goes(
    locked: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = locked.folder.parent / "kept"
    kept.mkdir()
    keys = [locked.keyslots, *locked.backups.glob("*/keyslots.json")]
    before = locked.keyslots.read_bytes()
    for number, path in enumerate(keys):
        os.link(path, kept / str(number))  # another name for the same blocks
    seen = []
    remove = Path.unlink

    def watch(path: Path, missing_ok: bool = False) -> None:
        if path.name == "vault.db":
            seen.append([(kept / str(number)).read_bytes() == before for number in range(len(keys))])
        remove(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", watch)
    erase(locked)
    assert len(seen) == 4
    assert not any(itertools.chain(*seen))
    assert all((kept / str(number)).stat().st_size == len(before) for number in range(len(keys)))


def test_what_is_not_ours_stays(locked: Profile) -> None:
    own = [
        locked.folder / "letter.txt",
        locked.folder / "keyslots.json.mine",
        locked.backups / "photos" / "a.jpg",
    ]
    own.append(next(locked.backups.glob("*.replaced")) / "note")
    (locked.folder / "vault.db.new").mkdir()  # a folder by a name of ours
    for path in own:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine", encoding="utf-8")
    receipt = erase(locked)
    assert [path.read_text(encoding="utf-8") for path in own] == ["mine"] * 4
    assert receipt.foreign == 5
    assert receipt.left == ()
    left = sorted(str(path.relative_to(locked.folder)) for path in locked.folder.rglob("*") if path.is_file())
    assert left == sorted(str(path.relative_to(locked.folder)) for path in own)
    assert inspect_vault(locked) is VaultState.ABSENT


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_downloaded_models_and_parts_of_them_go_too(locked: Profile) -> None:
    locked.models.mkdir()
    for name in ("small.gguf", "large.gguf.part", "large.gguf.part.json"):
        (locked.models / name).write_bytes(b"GGUF")
    assert not erase(locked).left
    assert not locked.models.exists()


def test_models_alone_make_no_vault(profile: Profile) -> None:
    profile.models.mkdir(parents=True)
    (profile.models / "mine.gguf").write_bytes(b"GGUF")
    with pytest.raises(VaultAbsentError):
        erase(profile)
    assert (profile.models / "mine.gguf").exists()


def test_no_link_is_followed(locked: Profile, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    locked.backups.rename(stick)
    locked.backups.symlink_to(stick)
    (stick / "other").write_text("x", encoding="utf-8")
    slots = tmp_path / "elsewhere.json"
    locked.keyslots.rename(slots)
    locked.keyslots.symlink_to(slots)
    before = sorted((path, path.read_bytes()) for path in [*stick.rglob("*"), slots] if path.is_file())
    receipt = erase(locked)
    assert receipt.links == ("backups", "keyslots.json")
    assert (
        sorted((path, path.read_bytes()) for path in [*stick.rglob("*"), slots] if path.is_file()) == before
    )
    assert not locked.folder.exists()


@pytest.mark.parametrize("names", [["preferences.json", "lock"], ["letter.txt"], []])
def test_a_folder_that_holds_no_vault_is_not_touched(profile: Profile, names: list[str]) -> None:
    profile.folder.mkdir()
    for name in names:
        (profile.folder / name).touch()
    with pytest.raises(VaultAbsentError):
        erase(profile)
    assert sorted(path.name for path in profile.folder.iterdir()) == sorted(names)


def test_not_while_another_has_it_open(vault: OpenVault) -> None:
    before = vault.profile.keyslots.read_bytes()
    with pytest.raises(VaultHeldError):
        erase(vault.profile)
    assert vault.profile.keyslots.read_bytes() == before
    assert not erasing_mark(vault.profile).exists()


class Chain:
    """A keychain that may be silent."""

    def __init__(self, silent: bool = False) -> None:
        self.silent = silent
        self.forgotten: list[str] = []
        self.watch: Callable[[], object] = lambda: None

    def name(self) -> str | None:
        return "Chain"

    def keep(self, account: str, secret: bytes) -> None:
        raise AssertionError

    def find(self, account: str) -> bytes | None:
        raise AssertionError

    def forget(self, account: str) -> None:
        self.watch()
        if self.silent:
            raise KeychainError
        self.forgotten.append(account)


def with_keychain(profile: Profile) -> str:
    """Add a keychain slot; returns the database's id."""
    slots = KeySlots.read(profile.keyslots)
    chain = Slot(1, SlotType.KEYCHAIN, None, "00" * 12, "00" * 48)
    KeySlots(slots.database_id, slots.database_salt, (*slots.slots, chain)).write(profile.keyslots)
    return slots.database_id


def test_the_keychain_forgets_its_part_once_the_keys_are_gone(locked: Profile) -> None:
    database_id, chain, there = with_keychain(locked), Chain(), []
    chain.watch = lambda: there.append(locked.keyslots.exists())
    assert erase(locked, chain).keychain_forgotten is True
    assert (chain.forgotten, there) == ([database_id], [False]), "it may take a minute to answer"


@pytest.mark.parametrize("chain", [None, Chain(silent=True)])
def test_a_keychain_that_is_silent_holds_nothing_up(locked: Profile, chain: Chain | None) -> None:
    with_keychain(locked)
    assert erase(locked, chain).keychain_forgotten is False
    assert not locked.folder.exists()


def test_killed_between_keys_and_keychain_it_is_still_asked(locked: Profile) -> None:
    database_id, chain = with_keychain(locked), Chain()

    def die() -> None:
        raise Killed

    chain.watch = die
    with pytest.raises(Killed):
        erase(locked, chain)
    assert not locked.keyslots.exists()
    chain.watch = lambda: None
    assert erase(locked, chain).keychain_forgotten is True
    assert chain.forgotten == [database_id]


def test_cut_short_at_any_step_it_never_opens_and_is_finished(
    locked: Profile, cheap: KdfCost, passphrase: str, tmp_path: Path
) -> None:
    """The process ends before its n-th change of a file or folder, for every n."""
    untouched = erasing = 0
    for step in itertools.count():
        profile = Profile(tmp_path / f"step{step}")
        shutil.copytree(locked.folder, profile.folder)
        died = dies_at(step, lambda profile=profile: erase(profile))  # type: ignore[misc]
        state = inspect_vault(profile)
        if state is VaultState.PRESENT:
            untouched += 1
            open_vault(profile, passphrase).close()
            continue
        if state is VaultState.ERASING:
            erasing += 1
            for attempt in (
                lambda p=profile: open_vault(p, passphrase),
                lambda p=profile: create_vault(p, passphrase, cost=cheap),
                *(
                    lambda p=profile, n=one.name: restore(p, n, passphrase)
                    for one in list_backups(profile.backups)
                ),
            ):
                with pytest.raises(VaultErasingError):
                    attempt()
            assert erase(profile).left == ()
        assert inspect_vault(profile) is VaultState.ABSENT
        assert not [p for p in profile.folder.rglob("*") if p.name != "lock"]
        if not died:
            break
    assert untouched == 1
    assert erasing > 20
    assert step > erasing


def dies_at(step: int, work: Callable[[], object]) -> bool:
    """Whether ``work`` came to its ``step``-th change; from there on it changes nothing, as if killed."""
    left = step

    def mortal(done: Callable[..., object]) -> Callable[..., object]:
        def act(*given: object, **named: object) -> object:
            nonlocal left
            if left <= 0:
                raise Killed
            left -= 1
            return done(*given, **named)

        return act

    with pytest.MonkeyPatch.context() as patch:
        changes = [
            (Path, "unlink"),
            (Path, "rmdir"),
            (os, "write"),
            (os, "fsync"),
            (files, "make_private_file"),
        ]
        for place, name in changes:
            patch.setattr(place, name, mortal(getattr(place, name)))
        try:
            work()
        except Killed:
            return True
    return False


def test_on_a_full_disk_the_keys_themselves_become_the_mark(
    locked: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(files, "write_private", full)
    overwritten = []
    overwrite = erasure._overwrite
    monkeypatch.setattr(erasure, "_overwrite", lambda path: (overwritten.append(path), overwrite(path)))
    erase(locked)
    assert overwritten[0] == erasing_mark(locked)
    assert not locked.folder.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions")
def test_a_folder_that_takes_nothing_is_told(locked: Profile) -> None:
    locked.folder.chmod(0o500)
    try:
        with pytest.raises(StorageFullError):
            erase(locked)
    finally:
        locked.folder.chmod(0o700)
    assert inspect_vault(locked) is VaultState.PRESENT


def test_what_cannot_be_removed_is_named_and_stays_marked(
    locked: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == locked.vault:
            raise PermissionError(13, "no")
        remove(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        assert erase(locked).left == ("vault.db",)
    assert inspect_vault(locked) is VaultState.ERASING
    assert not locked.keyslots.exists()
    assert erase(locked).left == ()
    assert inspect_vault(locked) is VaultState.ABSENT


def test_a_lock_on_a_file_that_is_gone_keeps_nobody_out(locked: Profile) -> None:
    first = Ownership(locked.lock)
    first.remove()
    assert not locked.lock.exists()
    second = Ownership(locked.lock)
    with pytest.raises(VaultHeldError):
        Ownership(locked.lock)
    second.release()


def test_one_that_opened_the_file_just_before_is_told_it_is_held(
    locked: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Ownership(locked.lock)
    from desktop.storage import ownership

    lock = ownership._try_lock

    def late(descriptor: int) -> None:
        first.remove()
        lock(descriptor)

    monkeypatch.setattr(ownership, "_try_lock", late)
    with pytest.raises(VaultHeldError):
        Ownership(locked.lock)
