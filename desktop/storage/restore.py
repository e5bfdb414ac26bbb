# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting a backup in the vault's place. Nothing is lost by it: what was there is put among the backups.

What needs a yes (training, retention, downloads) needs it anew: a no said since is not in the backup.

1. the backup is copied beside the vault and every page of the copy checked;
2. what is there of the vault is moved into a folder of its own in ``backups``;
3. the backup's key slots are put in place, then the copy gets the vault's name.

If we die in step 2 or 3, the vault is missing, which opening says, and restoring once more completes it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from desktop.domain.errors import InglenookError, UserActionError, VaultDamagedError
from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage import activity, files, network, retention, training
from desktop.storage.backup import (
    DATABASE_NAME,
    KEYSLOTS_NAME,
    copy_checked,
    is_sound,
    list_backups,
    replaced_folder,
)
from desktop.storage.connection import (
    Connection,
    SqlError,
    open_connection,
    storage_full_error,
    translate_error,
)
from desktop.storage.keyslots import KeySlots
from desktop.storage.ownership import Ownership
from desktop.storage.presence import require_not_erasing, restored_database
from desktop.storage.vault import clear_database, companions, identify


def restore(profile: Profile, name: str, secret: str) -> None:
    """Put the backup ``name`` in the place of a locked vault, whatever state that is in. Takes seconds.

    Args:
        profile: whose vault; nobody may have it open.
        name: as ``list_backups`` names it.
        secret: the passphrase, or recovery code, that opens the backup.

    Raises:
        UserActionError: there is no such backup.
        WrongPassphraseError: it does not open the backup.
        VaultDamagedError: the backup is damaged as well.
        VaultErasingError: the vault was being erased, and what is left of it must not come back.
        VaultHeldError, StorageFullError, VaultNewerError: the vault is as it was.
    """
    if name not in {backup.name for backup in list_backups(profile.backups)}:
        raise UserActionError(_("There is no backup of this name."))
    backup = profile.backups / name
    require_not_erasing(profile)
    ownership = Ownership(profile.lock)
    try:
        require_not_erasing(profile)
        slots = KeySlots.read(backup / KEYSLOTS_NAME)
        key = slots.unlock(secret)
        copy = restored_database(profile)
        try:
            _copy(backup / DATABASE_NAME, copy, slots, key)
            _put_aside(profile)
            slots.write(profile.keyslots)
            copy.rename(profile.vault)
            profile.health.unlink(missing_ok=True)  # it was about the vault that is put aside
            files.sync_folder(profile.folder)
        except OSError:
            raise storage_full_error() from None
    finally:
        ownership.release()


def sound_backups(profile: Profile, secret: str) -> list[str]:
    """The names of the backups that ``secret`` opens and whose every page holds, newest first."""
    sound = []
    for backup in list_backups(profile.backups):
        folder = profile.backups / backup.name
        with contextlib.suppress(InglenookError, SqlError):
            key = KeySlots.read(folder / KEYSLOTS_NAME).unlock(secret)
            connection = open_connection(folder / DATABASE_NAME, key)
            try:
                if is_sound(connection):
                    sound.append(backup.name)
            finally:
                connection.close()
    return sound


def _copy(source: Path, copy: Path, slots: KeySlots, key: bytes) -> None:
    clear_database(copy)
    files.make_private_file(copy)
    try:
        connection = open_connection(source, key)
        try:
            copy_checked(connection, copy, key)
        finally:
            connection.close()
        connection = open_connection(copy, key)
        try:
            connection.execute("BEGIN IMMEDIATE")
            _allow_nothing(connection)
            activity.record(connection, "restored")
            connection.execute("COMMIT")
        finally:
            connection.close()
        identify(copy, slots, key)
    except (SqlError, VaultDamagedError) as error:
        clear_database(copy)
        known = translate_error(error)
        if isinstance(known, VaultDamagedError):
            raise VaultDamagedError(
                _("This backup is damaged as well. Nothing was changed; choose an older one.")
            ) from None
        raise known from None
    except BaseException:
        clear_database(copy)
        raise


def _allow_nothing(connection: Connection) -> None:
    """What was allowed on the backup's day may have been taken back since, so it is asked about anew."""
    training.forget_consent(connection)
    retention.ask_again(connection)
    network.allow_downloads(connection, False)


def _put_aside(profile: Profile) -> None:
    """Move what is there of the vault; its log goes with it, or SQLite would play it into the backup."""
    vault = [profile.vault, *companions(profile.vault)]
    if not any(path.exists() for path in (*vault, profile.keyslots)):
        return
    aside = replaced_folder(profile.backups)
    if profile.keyslots.is_file():
        files.write_private(aside / KEYSLOTS_NAME, profile.keyslots.read_bytes())
    for path in vault:
        if path.exists():
            path.rename(aside / path.name)
    files.sync_folder(aside)
