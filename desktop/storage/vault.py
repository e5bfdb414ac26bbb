# SPDX-License-Identifier: GPL-3.0-or-later
"""Making, opening and closing a vault: two files that belong together, and who owns them.

How a vault is made, so that a kill at any moment leaves nothing or something that opens:

1. the whole database is written and synced as ``vault.db.new``; if we die here, nobody has its key, it holds
   nothing, and the next attempt clears it away;
2. ``keyslots.json`` is put in place, all at once; from here on the vault exists: the passphrase opens it;
3. ``vault.db.new`` is renamed to ``vault.db``; if we die before, opening does it, after checking that the
   database is the one the slots name.

No step replaces a file that was there, and opening never makes a database.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag

from desktop.domain.errors import (
    InglenookError,
    KeySlotsMissingError,
    UserActionError,
    VaultAbsentError,
    VaultDamagedError,
    VaultExistsError,
    VaultForeignError,
    VaultMissingError,
)
from desktop.domain.vault import VaultState
from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage import files, kdf, migrations
from desktop.storage.backup import back_up, remove_backups
from desktop.storage.connection import (
    KEY_BYTES,
    Connection,
    SqlError,
    damaged_error,
    is_not_a_database,
    open_connection,
    storage_full_error,
    translate_error,
)
from desktop.storage.conversations import interrupt_streaming
from desktop.storage.database import Database
from desktop.storage.ids import to_milliseconds
from desktop.storage.keychain import Keychain
from desktop.storage.keyslots import KeySlots, SlotType, unwrap_with_passphrase, wrap_with_passphrase
from desktop.storage.ownership import Ownership
from desktop.storage.presence import (
    inspect_vault,
    reencrypted_database,
    require_not_erasing,
    restored_database,
    unfinished_database,
)
from desktop.storage.scans import Scans

APPLICATION_ID = 0x49474E4B  # "IGNK", in the database header
SALT_BYTES = 16  # SQLCipher writes its salt first, in the clear
_COMPANIONS = ("-wal", "-shm", "-journal")


class OpenVault:
    """An unlocked vault. Owns the profile until closed.

    Attributes:
        database: where all SQL runs.
        database_id: 32 hexadecimal digits that name this vault.
        profile: the folder it lies in.
        key: the raw database key, 32 bytes.
        copies: held while backups are made, removed or given other slots, so that none is missed.
        scans: looks at its pages.
    """

    def __init__(
        self, profile: Profile, database: Database, database_id: str, key: bytes, ownership: Ownership
    ) -> None:
        self.profile = profile
        self.database = database
        self.database_id = database_id
        self.key = key
        self.copies = threading.Lock()
        self.scans = Scans()
        self._ownership = ownership

    def reveal_key(self) -> str:
        """The key as any SQLCipher tool takes it: 64 hexadecimal digits."""
        return self.key.hex()

    def close(self) -> None:
        """Lock: close the database, then let others have the profile. Blocks; twice does no harm."""
        self.scans.close()
        self.database.close()
        self.key = b""
        self._ownership.release()


def create_vault(profile: Profile, passphrase: str, *, cost: kdf.KdfCost | None = None) -> OpenVault:
    """Make a vault and open it; takes about two seconds, for the key derivation is fitted to the machine.

    Args:
        profile: its folder is made if need be.
        passphrase: not empty.
        cost: what a guess costs; None calibrates.

    Raises:
        VaultExistsError, KeySlotsMissingError, VaultMissingError: something is there; nothing was changed.
        VaultHeldError: another Inglenook is at it.
        StorageFullError: it does not fit, or the folder cannot be written.
        CipherUnavailableError: the library does not encrypt.
        UserActionError: the passphrase is empty.
    """
    _require_room_for_new(profile)
    try:
        files.make_private_folder(profile.folder)
    except OSError:
        raise storage_full_error() from None
    ownership = Ownership(profile.lock)
    try:
        _require_room_for_new(profile)
        key, database_id = os.urandom(KEY_BYTES), os.urandom(16).hex()
        slot = wrap_with_passphrase(key, passphrase, database_id, cost or kdf.calibrate())
        unfinished = unfinished_database(profile)
        try:
            clear_database(unfinished)
            files.make_private_file(unfinished)
            _fill(unfinished, key, database_id)
            KeySlots(database_id, _salt(unfinished).hex(), (slot,)).write(profile.keyslots)
            unfinished.rename(profile.vault)
            files.sync_folder(profile.folder)
        except OSError:
            raise storage_full_error() from None
        return OpenVault(profile, Database.open(profile.vault, key), database_id, key, ownership)
    except BaseException:
        ownership.release()
        raise


def open_vault(profile: Profile, way: str | Keychain) -> OpenVault:
    """Unlock a vault; takes about a second. Replies that nobody finished become ``interrupted``.

    Args:
        profile: its folder.
        way: the passphrase or a recovery code, or the keychain that keeps the secret of it.

    Raises:
        KeychainError: the keychain does not open it.
        VaultAbsentError: there is none.
        KeySlotsMissingError, KeySlotsDamagedError: nothing can unlock it.
        VaultMissingError: the slots are there, the database is not.
        VaultErasingError: it was being erased.
        VaultHeldError: another Inglenook has it open.
        WrongPassphraseError: try again.
        VaultForeignError: vault.db is not what the slots belong to.
        VaultDamagedError: it is, but its pages do not hold.
        VaultNewerError: a newer version wrote it; untouched.
        CipherUnavailableError: the library does not encrypt.
        StorageFullError: the disk does not take what opening writes.
    """
    _require_vault(profile)
    ownership = Ownership(profile.lock)
    try:
        _require_vault(profile)
        slots = KeySlots.read(profile.keyslots)
        key = slots.unlock(way) if isinstance(way, str) else slots.unlock_with(way)
        if slots.pending() is not None:
            slots, key = _settle(profile, slots, key, way if isinstance(way, str) else None)
        database = _open_database(profile, slots, key)
    except BaseException:
        ownership.release()
        raise
    return OpenVault(profile, database, slots.database_id, key, ownership)


def _open_database(profile: Profile, slots: KeySlots, key: bytes) -> Database:
    try:
        if not profile.vault.exists():
            _finish_creation(profile, slots, key)
        if not profile.vault.is_file():
            raise _foreign()  # a folder by that name, say; neither opened nor given other rights
        for leftover in (reencrypted_database(profile), restored_database(profile)):
            clear_database(leftover)  # what is deleted later must not live on in it
        files.make_private_folder(profile.folder)  # a restored copy may have come with wider rights
        for path in (profile.vault, *companions(profile.vault), profile.keyslots):
            files.make_private(path)
    except OSError:
        raise storage_full_error() from None
    identify(profile.vault, slots, key)

    def keep_copy(connection: Connection) -> None:
        back_up(connection, key, profile.keyslots, profile.backups)

    database = Database.open(profile.vault, key, back_up=keep_copy)
    try:
        database.write(interrupt_streaming).result()
    except BaseException:
        database.close()
        raise
    return database


def _finish_creation(profile: Profile, slots: KeySlots, key: bytes) -> None:
    """Step 3, if the process that made the vault died before it."""
    unfinished = unfinished_database(profile)
    try:
        identify(unfinished, slots, key)
    except InglenookError:
        raise _database_missing() from None
    unfinished.rename(profile.vault)
    for path in companions(unfinished):  # empty: its log was, and looking at it read-only makes new ones
        path.unlink(missing_ok=True)
    files.sync_folder(profile.folder)


def _settle(profile: Profile, slots: KeySlots, key: bytes, secret: str | None) -> tuple[KeySlots, bytes]:
    """Complete an encrypting anew that was cut short, or take it back: keep the slots of the key that opens.

    Raises:
        UserActionError: only the passphrase can complete it, and this is another way in.
        VaultForeignError, VaultDamagedError: no key opens the database.
    """
    try:
        identify(profile.vault, slots, key)
    except (VaultForeignError, VaultDamagedError):
        pending = slots.pending()
        if pending is None or pending.kdf is None:
            raise
        try:
            if secret is None:
                raise InvalidTag
            key = unwrap_with_passphrase(pending, secret, slots.database_id)
        except InvalidTag:
            raise UserActionError(
                _("Encrypting the vault anew was cut short. Unlock it with the passphrase to complete that.")
            ) from None
        identify(profile.vault, slots, key)
        return replace_key(profile, slots, key, secret, pending.kdf.cost), key
    before = slots.without(SlotType.PENDING)
    try:
        before.write(profile.keyslots)
    except OSError:
        raise storage_full_error() from None
    return before, key


def replace_key(
    profile: Profile, slots: KeySlots, key: bytes, passphrase: str, cost: kdf.KdfCost
) -> KeySlots:
    """Forget every other key of a database that ``key`` opens: the backups go first, then the slots.

    Raises:
        StorageFullError: a pending slot is still there, so that opening tries again.
    """
    slot = wrap_with_passphrase(key, passphrase, slots.database_id, cost)
    after = KeySlots(slots.database_id, slots.database_salt, (slot,))
    try:
        remove_backups(profile.backups)
        after.write(profile.keyslots)
    except OSError:
        raise storage_full_error() from None
    return after


def identify(path: Path, slots: KeySlots, key: bytes) -> None:
    """Make sure, without changing it, that the file is the database the slots belong to, in a shape we know.

    Raises:
        VaultForeignError, VaultDamagedError, VaultNewerError, CipherUnavailableError.
    """
    try:
        if path.stat().st_size == 0:
            raise damaged_error()  # SQLite would take it for a new database
        connection = open_connection(path, key, mode="ro")
        try:
            mark = connection.execute("PRAGMA application_id").fetchone()
            if mark is None or mark[0] != APPLICATION_ID:
                raise _foreign()
            migrations.require_known(migrations.version(connection))
            row = connection.execute("SELECT database_id FROM vault").fetchone()
        finally:
            connection.close()
    except SqlError as error:
        if not is_not_a_database(error):
            raise translate_error(error) from None
    except OSError:
        raise storage_full_error() from None
    else:
        if row is None or row[0] != slots.database_id:
            raise _foreign()
        return
    # The key does not open the first page. SQLite has closed the file: reading it drops no lock of ours.
    salt = _salt(path)
    raise damaged_error() if salt.hex() == slots.database_salt else _foreign()


def _fill(path: Path, key: bytes, database_id: str) -> None:
    """Write a whole, empty vault into an empty file, and sync it."""
    database = Database.open(path, key)

    def name_it(connection: Connection) -> None:
        connection.execute(
            "INSERT INTO vault (key, database_id, created_at) VALUES (1, ?, ?)",
            (database_id, to_milliseconds(None)),
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    try:
        database.write(name_it).result()
        if not database.truncate_log():
            raise storage_full_error()
    finally:
        database.close()


def _salt(path: Path) -> bytes:
    """SQLCipher's salt. Opens the file, so SQLite must not have it open in this process."""
    try:
        with path.open("rb") as file:
            return file.read(SALT_BYTES)
    except OSError:
        raise storage_full_error() from None


def companions(database: Path) -> list[Path]:
    """What SQLite lays beside a database while it is open."""
    return [database.with_name(database.name + suffix) for suffix in _COMPANIONS]


def clear_database(database: Path) -> None:
    """Remove a database that never was the vault, and what lies beside it."""
    for path in (database, *companions(database)):
        path.unlink(missing_ok=True)


def _require_room_for_new(profile: Profile) -> None:
    state = inspect_vault(profile)
    if state is VaultState.PRESENT:
        raise VaultExistsError(
            _("There is a vault in this folder already. It was left as it is; unlock it with its passphrase.")
        )
    if state is not VaultState.ABSENT:
        _require_vault(profile)
    try:
        strange = profile.folder.is_dir() and any(
            not _is_ours(path.name) for path in profile.folder.iterdir()
        )
    except OSError:
        raise storage_full_error() from None
    if strange:
        # The folder will be closed to all others, which somebody's home or a shared folder must not be.
        raise UserActionError(
            _("This folder holds other things. Nothing was changed; choose an empty folder or a new one.")
        )


def _is_ours(name: str) -> bool:
    """Whether a vault's folder may hold this before the vault is made."""
    return name.lstrip(".").startswith(
        ("vault.db", "keyslots.json", "preferences.json", "health.json", "lock", "inglenook-")
    )


def _require_vault(profile: Profile) -> None:
    state = inspect_vault(profile)
    require_not_erasing(profile)
    if state is VaultState.ABSENT:
        raise VaultAbsentError(_("There is no vault here yet. Make one first."))
    if state is VaultState.KEYSLOTS_MISSING:
        raise KeySlotsMissingError(
            _(
                "The file with the vault's key (keyslots.json) is missing, and without it nothing can open "
                "vault.db. Nothing was changed or overwritten; put keyslots.json back from a backup."
            )
        )
    if state is VaultState.DATABASE_MISSING:
        raise _database_missing()


def _database_missing() -> VaultMissingError:
    return VaultMissingError(
        _(
            "The vault file (vault.db) is missing, though its key is here. No new one was made in its place; "
            "put vault.db back, or move keyslots.json away to begin anew."
        )
    )


def _foreign() -> VaultForeignError:
    return VaultForeignError(
        _(
            "The file vault.db is not the vault that keyslots.json belongs to. Neither was changed; "
            "put the two files of the same vault together again."
        )
    )
