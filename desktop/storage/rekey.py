# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypting the whole vault anew, under another key.

So that a kill at any moment leaves a vault that the same passphrase opens:

1. a backup is made, so that no mistake of ours can cost the chats; then a copy beside the vault, which is
   checked, put under the new key and checked again; if we die here, opening removes it;
2. the new key is added to ``keyslots.json`` in a pending slot, under the same passphrase;
3. the copy is renamed to ``vault.db``; from here on the new key opens it;
4. the backups, which the old key opens, are removed, and all slots but that of the new key. If we die before,
   opening finds out which key opens and completes or takes back what was begun.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from desktop.domain.vault import RekeyStep
from desktop.paths import Profile
from desktop.storage import activity, files, kdf
from desktop.storage.backup import back_up, copy_checked, is_sound
from desktop.storage.connection import (
    KEY_BYTES,
    SqlError,
    damaged_error,
    open_connection,
    storage_full_error,
    translate_error,
)
from desktop.storage.keyslots import KeySlots, SlotType, unwrap_with_passphrase, wrap_with_passphrase
from desktop.storage.presence import reencrypted_database
from desktop.storage.vault import clear_database, companions, open_vault, replace_key


def rekey(
    profile: Profile,
    passphrase: str,
    *,
    tell: Callable[[RekeyStep], object] = lambda _step: None,
    cost: kdf.KdfCost | None = None,
) -> None:
    """Encrypt a locked vault anew. Takes seconds, more for a large one, and twice its size on disk.

    The backups are removed, and neither a recovery code nor the keychain opens it: all were for the old key.

    Args:
        profile: whose vault; nobody may have it open.
        passphrase: opens it, before and after.
        tell: hears each step as it begins, on this thread.
        cost: what a guess costs; None calibrates.

    Raises:
        WrongPassphraseError: this is not the passphrase (a recovery code will not do).
        StorageFullError: it does not fit; the passphrase opens the vault as before.
        And what ``open_vault`` raises.
    """
    vault = open_vault(profile, passphrase)
    copy = reencrypted_database(profile)
    try:
        slots = KeySlots.read(profile.keyslots)
        slots.without(SlotType.RECOVERY).unlock(passphrase)
        vault.database.close()
        old, new = vault.key, os.urandom(KEY_BYTES)
        try:
            _make(profile, copy, old, new, tell)
            tell(RekeyStep.EXCHANGING)
            cost = cost or kdf.calibrate()
            pending = wrap_with_passphrase(new, passphrase, slots.database_id, cost, kind=SlotType.PENDING)
            if unwrap_with_passphrase(pending, passphrase, slots.database_id) != new:
                raise AssertionError("the new slot does not open")  # rather a bug told now than a vault lost
            both = KeySlots(slots.database_id, slots.database_salt, (*slots.slots, pending))
            both.write(profile.keyslots)
            _require_empty_log(profile.vault)
            copy.replace(profile.vault)
            files.sync_folder(profile.folder)
        except SqlError as error:
            clear_database(copy)
            raise translate_error(error) from None
        except OSError:
            clear_database(copy)
            raise storage_full_error() from None
        replace_key(profile, both, new, passphrase, cost)
    finally:
        vault.close()


def _make(profile: Profile, copy: Path, old: bytes, new: bytes, tell: Callable[[RekeyStep], object]) -> None:
    """Write the vault's database into ``copy``, under the new key, and check it."""
    tell(RekeyStep.COPYING)
    clear_database(copy)
    connection = open_connection(profile.vault, old)
    try:
        back_up(connection, old, profile.keyslots, profile.backups)
        files.make_private_file(copy)
        copy_checked(connection, copy, old)
    finally:
        connection.close()
    tell(RekeyStep.ENCRYPTING)
    connection = open_connection(copy, old)
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # no log that would have to move along
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"").fetchall()
        activity.record(connection, "rekeyed")
    finally:
        connection.close()
    tell(RekeyStep.CHECKING)
    connection = open_connection(copy, new)
    try:
        if not is_sound(connection):
            raise damaged_error()
    finally:
        connection.close()


def _require_empty_log(database: Path) -> None:
    """A log of the old key's pages beside the new database would be taken for its own."""
    for path in companions(database):
        if path.name.endswith(("-wal", "-journal")) and path.exists() and path.stat().st_size:
            raise storage_full_error()
        path.unlink(missing_ok=True)
