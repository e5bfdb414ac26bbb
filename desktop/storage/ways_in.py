# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing what opens a vault: the slots are written anew, the database is not touched."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from desktop.domain.errors import KeychainError, KeySlotsDamagedError, WrongPassphraseError
from desktop.paths import Profile
from desktop.storage import activity, files, kdf
from desktop.storage.backup import KEYSLOTS_NAME
from desktop.storage.connection import storage_full_error
from desktop.storage.keychain import Keychain, make_secret
from desktop.storage.keyslots import (
    KeySlots,
    Slot,
    SlotType,
    wrap_with_keychain,
    wrap_with_passphrase,
    wrap_with_recovery_code,
)
from desktop.storage.vault import OpenVault

Opened = Callable[[KeySlots], bytes]


def opens(profile: Profile, secret: str, key: bytes) -> bool:
    """Whether this passphrase or recovery code gives ``key``; takes about a second."""
    try:
        return KeySlots.read(profile.keyslots).unlock(secret) == key
    except WrongPassphraseError:
        return False


def is_passphrase(profile: Profile, secret: str, key: bytes) -> bool:
    """Whether this gives ``key`` and is the passphrase, not the recovery code; takes about a second."""
    try:
        return KeySlots.read(profile.keyslots).without(SlotType.RECOVERY).unlock(secret) == key
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
    database_id = KeySlots.read(vault.profile.keyslots).database_id
    slot = wrap_with_passphrase(vault.key, passphrase, database_id, cost or kdf.calibrate())
    return _replace(vault, SlotType.PASSPHRASE, slot, lambda s: s.unlock(passphrase), "passphrase-changed")


def has_recovery_code(profile: Profile) -> bool:
    """Whether a recovery code opens the vault.

    Raises:
        KeySlotsDamagedError: what is there cannot be read.
    """
    return KeySlots.read(profile.keyslots).has(SlotType.RECOVERY)


def set_recovery_code(vault: OpenVault, code: str) -> int:
    """Let ``code`` open the vault and its backups, instead of the recovery code before. Blocks shortly.

    Args:
        vault: an open vault.
        code: from ``recovery.make``, as it was shown or typed back.

    Returns:
        How many backups open with it now.

    Raises:
        UserActionError: it is no recovery code.
        KeySlotsDamagedError: what is there cannot be read; nothing was changed.
        StorageFullError: the vault opens as before.
    """
    slot = wrap_with_recovery_code(vault.key, code, KeySlots.read(vault.profile.keyslots).database_id)
    return _replace(vault, SlotType.RECOVERY, slot, lambda s: s.unlock(code), "recovery-code-made")


def remove_recovery_code(vault: OpenVault) -> int:
    """Let no recovery code open the vault or its backups; returns how many backups there are. Blocks shortly.

    Raises:
        KeySlotsDamagedError, StorageFullError: the vault opens as before.
    """
    return _replace(vault, SlotType.RECOVERY, None, None, "recovery-code-removed")


def has_keychain(profile: Profile) -> bool:
    """Whether the keychain of the system opens the vault, if it still has what it was given.

    Raises:
        KeySlotsDamagedError: what is there cannot be read.
    """
    return KeySlots.read(profile.keyslots).has(SlotType.KEYCHAIN)


def use_keychain(vault: OpenVault, keychain: Keychain) -> int:
    """Let a secret in the keychain open the vault and its backups. Blocks, the system may ask something.

    The secret is kept before the slot is written: a kill in between leaves an item that opens nothing.

    Args:
        vault: an open vault.
        keychain: where the secret is kept.

    Returns:
        How many backups open with it.

    Raises:
        KeychainError: it does not keep it; nothing was changed.
        KeySlotsDamagedError: what is there cannot be read; nothing was changed.
        StorageFullError: the vault opens as before.
    """
    before = KeySlots.read(vault.profile.keyslots)
    with contextlib.suppress(
        KeychainError
    ):  # used already: another secret would only risk the one that works
        if before.unlock_with(keychain) == vault.key:
            return 0
    secret = make_secret()
    keychain.keep(before.database_id, secret)
    slot = wrap_with_keychain(vault.key, secret, before.database_id)
    return _replace(
        vault, SlotType.KEYCHAIN, slot, lambda s: s.unlock_with_keychain(secret), "keychain-turned-on"
    )


def leave_keychain(vault: OpenVault, keychain: Keychain) -> bool:
    """Let no keychain open the vault or its backups, then take our item out of it. Blocks shortly.

    Returns:
        Whether the item is gone, too. If the keychain does not let go of it, it opens nothing any more.

    Raises:
        KeySlotsDamagedError, StorageFullError: the vault opens as before.
    """
    _replace(vault, SlotType.KEYCHAIN, None, None, "keychain-turned-off")
    try:
        keychain.forget(vault.database_id)
    except KeychainError:
        return False
    return True


def _replace(vault: OpenVault, kind: SlotType, slot: Slot | None, opened: Opened | None, done: str) -> int:
    """Put ``slot``, which ``opened`` tries first, for all of ``kind``: backups first, each file whole."""
    with vault.copies:
        return _replace_in_all(vault, kind, slot, opened, done)


def _replace_in_all(
    vault: OpenVault, kind: SlotType, slot: Slot | None, opened: Opened | None, done: str
) -> int:
    before = KeySlots.read(vault.profile.keyslots)
    others = tuple(other for other in before.slots if other.type is not kind)
    after = KeySlots(before.database_id, before.database_salt, (*others, slot) if slot else others)
    if opened is not None and opened(KeySlots.from_bytes(after.to_bytes())) != vault.key:
        raise AssertionError("the new slot does not open")  # rather a bug told now than a vault lost
    backups = [path for path in vault.profile.backups.glob(f"*/{KEYSLOTS_NAME}") if _is_of(path, before)]
    try:
        for path in (*backups, vault.profile.keyslots):
            files.write_private(path, after.to_bytes())
    except OSError:
        raise storage_full_error() from None
    vault.database.write(lambda c: activity.record(c, done)).result()
    return len(backups)


def _is_of(path: Path, slots: KeySlots) -> bool:
    try:
        return KeySlots.read(path).database_id == slots.database_id
    except KeySlotsDamagedError:
        return False
