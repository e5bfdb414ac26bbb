# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.errors import StorageFullError, UserActionError, WrongPassphraseError
from desktop.storage import activity, conversations, files, recovery, ways_in
from desktop.storage.backup import back_up
from desktop.storage.connection import open_connection
from desktop.storage.kdf import KdfCost
from desktop.storage.keyslots import KeySlots
from desktop.storage.vault import OpenVault, open_vault

NEW = "another four garden words"


def backed_up(vault: OpenVault) -> Path:
    source = open_connection(vault.profile.vault, vault.key)
    folder = back_up(source, vault.key, vault.profile.keyslots, vault.profile.backups)
    source.close()
    return folder / "keyslots.json"


def test_the_new_passphrase_opens_vault_and_backups_and_the_old_one_neither(
    vault: OpenVault, cheap: KdfCost, passphrase: str
) -> None:
    vault.database.write(lambda c: conversations.create_chat(c, title="Kept")).result()
    backup = backed_up(vault)
    assert ways_in.opens(vault.profile, passphrase, vault.key)
    assert ways_in.change_passphrase(vault, NEW, cost=cheap) == 1
    assert KeySlots.read(backup).unlock(NEW) == vault.key
    assert not ways_in.opens(vault.profile, passphrase, vault.key)
    recorded = vault.database.read(activity.list_activity).result()
    assert [entry.kind for entry in recorded] == ["passphrase-changed"]
    vault.close()
    for slots in (vault.profile.keyslots, backup):
        with pytest.raises(WrongPassphraseError):
            KeySlots.read(slots).unlock(passphrase)
    again = open_vault(vault.profile, NEW)
    assert [chat.title for chat in again.database.read(conversations.list_chats).result()] == ["Kept"]
    again.close()


def test_a_backup_of_another_vault_is_left_alone(vault: OpenVault, cheap: KdfCost) -> None:
    backup = backed_up(vault)
    theirs = KeySlots("0" * 32, "0" * 32, KeySlots.read(backup).slots)
    theirs.write(backup)
    assert ways_in.change_passphrase(vault, NEW, cost=cheap) == 0
    assert KeySlots.read(backup).database_id == "0" * 32


@pytest.mark.parametrize("writes", [0, 1])
def test_when_the_disk_is_full_the_old_one_still_opens(
    vault: OpenVault, cheap: KdfCost, passphrase: str, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    backed_up(vault)
    write, left = files.write_private, [writes]

    def fill_up(path: Path, data: bytes, **named: bool) -> None:
        if not left[0]:
            raise OSError(28, "full")
        left[0] -= 1
        write(path, data, **named)

    monkeypatch.setattr(files, "write_private", fill_up)
    with pytest.raises(StorageFullError):
        ways_in.change_passphrase(vault, NEW, cost=cheap)
    assert ways_in.opens(vault.profile, passphrase, vault.key)


def test_no_passphrase_is_none(vault: OpenVault, cheap: KdfCost, passphrase: str) -> None:
    with pytest.raises(UserActionError):
        ways_in.change_passphrase(vault, "", cost=cheap)
    assert ways_in.opens(vault.profile, passphrase, vault.key)


def test_a_recovery_code_opens_vault_and_backups_until_another_takes_its_place(
    vault: OpenVault, cheap: KdfCost, passphrase: str
) -> None:
    backup = backed_up(vault)
    first, second = recovery.make(), recovery.make()
    assert not ways_in.has_recovery_code(vault.profile)
    assert ways_in.set_recovery_code(vault, first) == 1
    assert ways_in.has_recovery_code(vault.profile)
    assert KeySlots.read(backup).unlock(first) == vault.key
    ways_in.change_passphrase(vault, NEW, cost=cheap)
    assert ways_in.opens(vault.profile, first, vault.key)  # forgetting one says nothing about the other
    ways_in.set_recovery_code(vault, second)
    key = vault.key
    vault.close()
    for path in (vault.profile.keyslots, backup):
        assert KeySlots.read(path).unlock(second) == key
        for gone in (first, passphrase):
            with pytest.raises(WrongPassphraseError):
                KeySlots.read(path).unlock(gone)
    again = open_vault(vault.profile, second.lower())
    assert ways_in.remove_recovery_code(again) == 1
    assert not ways_in.has_recovery_code(again.profile)
    recorded = again.database.read(activity.list_activity).result()
    assert [entry.kind for entry in reversed(recorded)] == [
        "recovery-code-made",
        "passphrase-changed",
        "recovery-code-made",
        "recovery-code-removed",
    ]
    again.close()
    for path in (vault.profile.keyslots, backup):
        assert KeySlots.read(path).unlock(NEW) == key
        with pytest.raises(WrongPassphraseError):
            KeySlots.read(path).unlock(second)


def test_what_is_no_code_changes_nothing(vault: OpenVault) -> None:
    before = vault.profile.keyslots.read_bytes()
    with pytest.raises(UserActionError):
        ways_in.set_recovery_code(vault, recovery.make()[:-1])
    assert vault.profile.keyslots.read_bytes() == before
