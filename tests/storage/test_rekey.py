# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import StorageFullError, UserActionError, VaultDamagedError, WrongPassphraseError
from desktop.domain.vault import RekeyStep
from desktop.paths import Profile
from desktop.storage import activity, conversations, files, recovery, ways_in
from desktop.storage.backup import back_up, is_sound, list_backups
from desktop.storage.connection import open_connection
from desktop.storage.database import Database
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots, SlotType
from desktop.storage.presence import reencrypted_database
from desktop.storage.rekey import rekey
from desktop.storage.search import search
from desktop.storage.vault import OpenVault, open_vault

Talk = Callable[..., object]
CODE = recovery.make()


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def locked(vault: OpenVault, talk: Talk) -> tuple[Profile, bytes]:
    """A locked vault with a chat, a backup and a recovery code; and its key."""
    talk(vault.database, ["where is the lighthouse?", "on the hill"], title="Harbour")
    source = open_connection(vault.profile.vault, vault.key)
    back_up(source, vault.key, vault.profile.keyslots, vault.profile.backups)
    source.close()
    ways_in.set_recovery_code(vault, CODE)
    key = vault.key
    vault.close()
    return vault.profile, key


def test_a_backup_is_made_before_anything_is_touched(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str
) -> None:
    profile, key = locked
    before = {one.name for one in list_backups(profile.backups)}

    def give_up(step: RekeyStep) -> None:
        if step is RekeyStep.ENCRYPTING:
            raise Killed

    with pytest.raises(Killed):
        rekey(profile, passphrase, tell=give_up, cost=cheap)
    [made] = {one.name for one in list_backups(profile.backups)} - before
    copy = Profile(profile.backups / made)
    assert KeySlots.read(copy.keyslots).unlock(passphrase) == key
    source = open_connection(copy.vault, key, mode="ro")
    assert is_sound(source)
    source.close()


def examine(profile: Profile, secret: str) -> bytes:
    """Open, look that everything is there, and return the key."""
    vault = open_vault(profile, secret)
    try:
        [chat] = vault.database.read(conversations.list_chats).result()
        assert (chat.title, chat.messages) == ("Harbour", 2)
        assert len(vault.database.read(lambda c: search(c, "lighthouse")).result()) == 1
        assert vault.database.read(is_sound).result()
        return vault.key
    finally:
        vault.close()


def only_new(profile: Profile, key: bytes) -> bool:
    [slot] = KeySlots.read(profile.keyslots).slots
    with pytest.raises(VaultDamagedError):
        Database.open(profile.vault, key)
    return slot.type is SlotType.PASSPHRASE and not any(profile.backups.iterdir())


def test_the_same_passphrase_opens_it_and_the_old_key_nothing(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str
) -> None:
    profile, key = locked
    rekey(profile, passphrase, cost=cheap)
    assert examine(profile, passphrase) != key
    assert only_new(profile, key)
    assert not reencrypted_database(profile).exists()
    with pytest.raises(WrongPassphraseError):
        open_vault(profile, CODE)
    vault = open_vault(profile, passphrase)
    assert vault.database.read(activity.list_activity).result()[0].kind == "rekeyed"
    vault.close()
    assert profile.vault.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("secret", [CODE, "not this one"])
def test_only_the_passphrase_will_do(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str, secret: str
) -> None:
    profile, key = locked
    before = profile.keyslots.read_bytes()
    with pytest.raises(WrongPassphraseError):
        rekey(profile, secret, cost=cheap)
    assert profile.keyslots.read_bytes() == before
    assert examine(profile, passphrase) == key


def test_cut_short_at_any_step_the_passphrase_opens_it(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str, tmp_path: Path
) -> None:
    """The process ends before its n-th change of a file or folder, for every n."""
    whole, key = locked
    old_keys = 0
    for step in itertools.count():
        profile = Profile(tmp_path / f"step{step}")
        shutil.copytree(whole.folder, profile.folder)
        if not dies_at(step, lambda profile=profile: rekey(profile, passphrase, cost=cheap)):  # type: ignore[misc]
            break
        after = examine(profile, passphrase)
        assert not reencrypted_database(profile).exists()
        if after == key:
            old_keys += 1
            assert examine(profile, CODE) == key
            assert KeySlots.read(profile.keyslots).pending() is None
        else:
            assert only_new(profile, key)
    assert 5 < old_keys < step - 2


def dies_at(step: int, work: Callable[[], None]) -> bool:
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
        for place, name in ((Path, "replace"), (Path, "unlink"), (os, "fsync"), (shutil, "rmtree")):
            patch.setattr(place, name, mortal(getattr(place, name)))
        try:
            work()
        except Killed:
            return True
    return False


def test_while_cut_short_after_the_exchange_the_recovery_code_says_what_to_do(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, key = locked

    def end(*_given: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("desktop.storage.rekey.replace_key", end)
        with pytest.raises(Killed):
            rekey(profile, passphrase, cost=cheap)
    before = profile.keyslots.read_bytes()
    with pytest.raises(UserActionError, match="passphrase to complete"):
        open_vault(profile, CODE)
    assert profile.keyslots.read_bytes() == before
    assert examine(profile, passphrase) != key
    assert only_new(profile, key)


def test_when_the_disk_is_full_it_opens_as_before(
    locked: tuple[Profile, bytes], cheap: KdfCost, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, key = locked

    def fill_up(*_given: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_private", fill_up)
        with pytest.raises(StorageFullError):
            rekey(profile, passphrase, cost=cheap)
    assert not reencrypted_database(profile).exists()
    assert examine(profile, passphrase) == examine(profile, CODE) == key
