# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing what opens a vault: the slots are written anew, the database is not touched."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import KeySlotsDamagedError, WrongPassphraseError
from desktop.paths import Profile
from desktop.storage import activity, files, kdf
from desktop.storage.backup import KEYSLOTS_NAME
from desktop.storage.connection import storage_full_error
from desktop.storage.keyslots import KeySlots, SlotType, wrap_with_passphrase
from desktop.storage.vault import OpenVault


def opens(profile: Profile, passphrase: str, key: bytes) -> bool:
    """Whether this passphrase gives ``key``; takes about a second."""
    try:
        return KeySlots.read(profile.keyslots).unlock(passphrase) == key
    except WrongPassphraseError:
        return False


def change_passphrase(vault: OpenVault, passphrase: str, *, cost: kdf.KdfCost | None = None) -> int:
    """Let another passphrase open the vault, and its backups, instead of the one before. Takes seconds.

    The backups come first: if that breaks off, the vault opens as before, and doing it again completes it.
    What was copied elsewhere before (by hand, by a backup program) still opens with the old one.

    Args:
        vault: an open vault.
        passphrase: the new one, not empty.
        cost: what a guess costs; None calibrates.

    Returns:
        How many backups open with it now.

    Raises:
        UserActionError: the passphrase is empty.
        KeySlotsDamagedError: what is there cannot be read; nothing was changed.
        StorageFullError: the vault opens as before.
    """
    before = KeySlots.read(vault.profile.keyslots)
    slot = wrap_with_passphrase(vault.key, passphrase, before.database_id, cost or kdf.calibrate())
    others = tuple(other for other in before.slots if other.type is not SlotType.PASSPHRASE)
    after = KeySlots(before.database_id, before.database_salt, (slot, *others))
    if KeySlots.from_bytes(after.to_bytes()).unlock(passphrase) != vault.key:
        raise AssertionError("the new slot does not open")  # rather a bug told now than a vault lost
    backups = [path for path in vault.profile.backups.glob(f"*/{KEYSLOTS_NAME}") if _is_of(path, before)]
    try:
        for path in (*backups, vault.profile.keyslots):
            files.write_private(path, after.to_bytes())
    except OSError:
        raise storage_full_error() from None
    vault.database.write(lambda c: activity.record(c, "passphrase-changed")).result()
    return len(backups)


def _is_of(path: Path, slots: KeySlots) -> bool:
    try:
        return KeySlots.read(path).database_id == slots.database_id
    except KeySlotsDamagedError:
        return False
