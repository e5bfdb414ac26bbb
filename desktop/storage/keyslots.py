# SPDX-License-Identifier: GPL-3.0-or-later
"""keyslots.json: the database key, wrapped once for each way in. FORMAT.md describes the file."""

from __future__ import annotations

import contextlib
import enum
import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import (
    KeychainError,
    KeySlotsDamagedError,
    UserActionError,
    WrongPassphraseError,
)
from desktop.i18n import _
from desktop.storage import files, kdf, recovery
from desktop.storage.connection import KEY_BYTES
from desktop.storage.keychain import Keychain
from desktop.storage.migrations import newer_error

FORMAT = "inglenook-keyslots"
VERSION = 1
SLOT_VERSION = 1
MAX_FILE_BYTES = 64 * 1024
MAX_SLOTS = 16
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2
_TAG_BYTES = 16


class SlotType(enum.StrEnum):
    """A way in."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a name
    KEYCHAIN = "keychain"
    RECOVERY = "recovery"
    PENDING = "pending"  # a passphrase slot of the key to come, while the vault is encrypted anew


class Argon2id(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", tag="argon2id"):
    """How a passphrase becomes the wrapping key; ``salt`` is hexadecimal."""

    memory_kib: int
    time_cost: int
    parallelism: int
    salt: str

    @property
    def cost(self) -> kdf.KdfCost:
        """The numbers alone."""
        return kdf.KdfCost(self.memory_kib, self.time_cost, self.parallelism)


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The database key, wrapped for one way in; ``nonce`` and ``wrapped_key`` are hexadecimal."""

    version: int
    type: SlotType
    kdf: Argon2id | None  # None where the secret is random already
    nonce: str
    wrapped_key: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    database_id: str
    database_salt: str
    slots: list[Slot]
    checksum: str = ""


class _Version(msgspec.Struct):
    """The part of the file that no version may change."""

    format: str
    version: int


class KeySlots:
    """What keyslots.json says. Unchanging; a change makes another.

    Attributes:
        database_id: which database the key opens; also written inside it.
        database_salt: its first 16 bytes in hexadecimal, to tell a damaged database from another one.
        slots: the ways in.
    """

    def __init__(self, database_id: str, database_salt: str, slots: tuple[Slot, ...]) -> None:
        self.database_id = database_id
        self.database_salt = database_salt
        self.slots = slots

    @classmethod
    def read(cls, path: Path) -> KeySlots:
        """Read and check the file.

        Raises:
            KeySlotsDamagedError: it is not what was written.
            VaultNewerError: a newer version wrote it.
        """
        try:
            with path.open("rb") as file:
                return cls.from_bytes(file.read(MAX_FILE_BYTES + 1))
        except OSError:
            raise _damaged() from None

    @classmethod
    def from_bytes(cls, data: bytes) -> KeySlots:
        """The same, from the file's bytes."""
        if len(data) > MAX_FILE_BYTES:
            raise _damaged()
        try:
            head = msgspec.json.decode(data, type=_Version)
            if head.format == FORMAT and head.version > VERSION:
                raise newer_error()
            file = msgspec.json.decode(data, type=_File)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _damaged() from None
        sound = (
            (file.format, file.version) == (FORMAT, VERSION)
            and file.checksum == _checksum(file)
            and 0 < len(file.slots) <= MAX_SLOTS
            and all(slot.kdf is None or slot.kdf.cost.is_bearable() for slot in file.slots)
        )
        if not sound:
            raise _damaged()
        return cls(file.database_id, file.database_salt, tuple(file.slots))

    def to_bytes(self) -> bytes:
        """The file."""
        file = _File(FORMAT, VERSION, self.database_id, self.database_salt, list(self.slots))
        signed = msgspec.structs.replace(file, checksum=_checksum(file))
        return msgspec.json.format(msgspec.json.encode(signed), indent=2) + b"\n"

    def write(self, path: Path) -> None:
        """Write the file, 0600, all or nothing.

        Raises:
            OSError: ``path`` is as it was.
        """
        files.write_private(path, self.to_bytes())

    def unlock(self, secret: str) -> bytes:
        """The database key. Takes about a second per passphrase slot, no time with a recovery code.

        Args:
            secret: the passphrase, or a recovery code however it was typed.

        Raises:
            WrongPassphraseError: it opens no slot (or a slot was altered on purpose).
            KeySlotsDamagedError: no slot takes a passphrase, or its fields are not what they should be.
        """
        of_passphrases = [
            slot for slot in self.slots if slot.type is SlotType.PASSPHRASE and slot.kdf is not None
        ]
        of_codes = [slot for slot in self.slots if slot.type is SlotType.RECOVERY]
        if not of_passphrases:
            raise _damaged()
        if (digits := recovery.read(secret)) is not None:
            for slot in of_codes:
                with contextlib.suppress(InvalidTag):
                    return _unwrap(slot, recovery.derive(digits), self.database_id)
        for slot in of_passphrases:
            with contextlib.suppress(InvalidTag):
                return unwrap_with_passphrase(slot, secret, self.database_id)
        if of_codes and recovery.is_mistyped(secret):
            raise WrongPassphraseError(
                _("A character of this recovery code is wrong. Compare it with what you wrote down.")
            )
        raise WrongPassphraseError(
            _("This passphrase does not open the vault. Nothing was changed; try again.")
        )

    def unlock_with_keychain(self, secret: bytes | None) -> bytes:
        """The database key, with the secret that the keychain kept.

        Raises:
            KeychainError: no slot is for it, or the secret is not there or of another time.
            KeySlotsDamagedError: a field of the slot is not what it should be.
        """
        for slot in self.slots:
            if slot.type is SlotType.KEYCHAIN and secret is not None and len(secret) == KEY_BYTES:
                with contextlib.suppress(InvalidTag):
                    return _unwrap(slot, secret, self.database_id)
        raise KeychainError(
            _("The keychain of this system holds nothing that opens this vault. Your passphrase still does.")
        )

    def unlock_with(self, keychain: Keychain) -> bytes:
        """The same, asking the keychain for the secret. Blocks."""
        return self.unlock_with_keychain(
            keychain.find(self.database_id) if self.has(SlotType.KEYCHAIN) else None
        )

    def has(self, kind: SlotType) -> bool:
        """Whether there is a way in of this kind."""
        return any(slot.type is kind for slot in self.slots)

    def pending(self) -> Slot | None:
        """The slot of the key to come, if encrypting anew was cut short."""
        return next((slot for slot in self.slots if slot.type is SlotType.PENDING), None)

    def without(self, kind: SlotType) -> KeySlots:
        """The other slots."""
        kept = tuple(slot for slot in self.slots if slot.type is not kind)
        return KeySlots(self.database_id, self.database_salt, kept)


def wrap_with_passphrase(
    key: bytes,
    passphrase: str,
    database_id: str,
    cost: kdf.KdfCost,
    *,
    kind: SlotType = SlotType.PASSPHRASE,
) -> Slot:
    """A passphrase slot for ``key``, or a pending one.

    Raises:
        UserActionError: the passphrase is empty.
    """
    if not passphrase:
        raise UserActionError(_("A vault needs a passphrase. Choose one and try again."))
    salt = os.urandom(kdf.SALT_BYTES)
    parameters = Argon2id(cost.memory_kib, cost.time_cost, cost.parallelism, salt.hex())
    return _wrap(key, kdf.derive(passphrase, salt, cost), kind, parameters, database_id)


def unwrap_with_passphrase(slot: Slot, passphrase: str, database_id: str) -> bytes:
    """The key in a passphrase slot.

    Raises:
        InvalidTag: another passphrase, or anything in the slot was altered.
        KeySlotsDamagedError: a field has not the form it must have.
    """
    if slot.kdf is None or slot.version != SLOT_VERSION or not slot.kdf.cost.is_bearable():
        raise _damaged()
    salt = _unhex(slot.kdf.salt, kdf.SALT_BYTES)
    _fields(slot)  # damage costs no second of derivation
    return _unwrap(slot, kdf.derive(passphrase, salt, slot.kdf.cost), database_id)


def wrap_with_recovery_code(key: bytes, code: str, database_id: str) -> Slot:
    """A recovery slot for ``key``.

    Raises:
        UserActionError: ``code`` is no recovery code, or mistyped.
    """
    digits = recovery.read(code)
    if digits is None:
        raise UserActionError(_("This is not a whole recovery code. Compare it with what was shown."))
    return _wrap(key, recovery.derive(digits), SlotType.RECOVERY, None, database_id)


def wrap_with_keychain(key: bytes, secret: bytes, database_id: str) -> Slot:
    """A keychain slot for ``key``; ``secret`` is random and 32 bytes, so it wraps as it is."""
    return _wrap(key, secret, SlotType.KEYCHAIN, None, database_id)


def _unwrap(slot: Slot, secret: bytes, database_id: str) -> bytes:
    if slot.version != SLOT_VERSION:
        raise _damaged()
    nonce, wrapped = _fields(slot)
    return AESGCM(secret).decrypt(nonce, wrapped, _associated_data(slot.type, slot.kdf, database_id))


def _fields(slot: Slot) -> tuple[bytes, bytes]:
    return _unhex(slot.nonce, _NONCE_BYTES), _unhex(slot.wrapped_key, KEY_BYTES + _TAG_BYTES)


def _wrap(key: bytes, secret: bytes, kind: SlotType, parameters: Argon2id | None, database_id: str) -> Slot:
    nonce = os.urandom(_NONCE_BYTES)
    wrapped = AESGCM(secret).encrypt(nonce, key, _associated_data(kind, parameters, database_id))
    return Slot(SLOT_VERSION, kind, parameters, nonce.hex(), wrapped.hex())


def _associated_data(kind: SlotType, parameters: Argon2id | None, database_id: str) -> bytes:
    """What a slot's key is bound to, so that no part can be swapped: JSON, names sorted, no white space."""
    bound = {"database_id": database_id, "kdf": parameters, "type": kind, "version": SLOT_VERSION}
    return msgspec.json.encode(bound, order="sorted")


def _checksum(file: _File) -> str:
    """SHA-256 over everything else: tells damage from a wrong passphrase. It is no protection; GCM is."""
    bare = msgspec.structs.replace(file, checksum="")
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def _unhex(text: str, length: int) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise _damaged() from None
    if len(data) != length:
        raise _damaged()
    return data


def _damaged() -> KeySlotsDamagedError:
    return KeySlotsDamagedError(
        _(
            "The file with the vault's key (keyslots.json) is damaged. The history in vault.db is untouched; "
            "put back a copy of keyslots.json from a backup."
        )
    )
