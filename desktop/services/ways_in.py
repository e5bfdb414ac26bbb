# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens the vault: looked at and changed while it is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.domain.errors import WrongPassphraseError
from desktop.i18n import _
from desktop.paths import Profile
from desktop.services.places import require_file_name
from desktop.storage import activity, files, recovery, ways_in
from desktop.storage.connection import storage_full_error
from desktop.storage.keychain import Keychain, SystemKeychain
from desktop.storage.keyslots import KeySlots, SlotType
from desktop.storage.presence import may_have_keychain
from desktop.storage.vault import OpenVault


@dataclass(frozen=True, slots=True)
class WaysInState:
    """What opens a vault beside its passphrase.

    Attributes:
        recovery_code: a recovery code does.
        recovery_code_since: when it was made; None if there is none, or it is not known.
        keychain: the keychain of the system does.
        keychain_since: when it was turned on; None as above.
        keychain_name: what the keychain is called; None where there is none to trust with the key.
    """

    recovery_code: bool
    recovery_code_since: datetime | None
    keychain: bool
    keychain_since: datetime | None
    keychain_name: str | None


class WaysIn:
    """The ways into one open vault.

    Args:
        vault: the open vault.
        keychain: where a secret that opens it may be kept.
    """

    def __init__(self, vault: OpenVault, keychain: Keychain) -> None:
        self._vault = vault
        self._keychain = keychain

    def state(self) -> WaysInState:
        """What opens the vault beside the passphrase. Blocks shortly: it asks the system for its keychain.

        Raises:
            KeySlotsDamagedError: what is there cannot be read.
        """
        done = self._vault.database.read(lambda c: activity.list_activity(c, limit=-1)).result()
        slots = KeySlots.read(self._vault.profile.keyslots)

        def since(kind: SlotType, made: str) -> datetime | None:
            if not slots.has(kind):
                return None
            return next((entry.at for entry in done if entry.kind == made), None)

        return WaysInState(
            recovery_code=slots.has(SlotType.RECOVERY),
            recovery_code_since=since(SlotType.RECOVERY, "recovery-code-made"),
            keychain=slots.has(SlotType.KEYCHAIN),
            keychain_since=since(SlotType.KEYCHAIN, "keychain-turned-on"),
            keychain_name=self._keychain.name(),
        )

    def is_passphrase(self, secret: str) -> bool:
        """Whether this is the passphrase of now, and not the recovery code. Blocks for about a second."""
        return ways_in.is_passphrase(self._vault.profile, secret, self._vault.key)

    def use_keychain(self) -> str:
        """Let the keychain of the system open the vault. Other programs of the same user can then, too.

        Returns:
            What the keychain is called.

        Raises:
            KeychainError: there is none to trust, or it does not keep the secret; nothing was changed.
            KeySlotsDamagedError, StorageFullError: the vault opens as before.
        """
        ways_in.use_keychain(self._vault, self._keychain)
        return self._keychain.name() or ""

    def leave_keychain(self) -> bool:
        """Let the keychain open the vault and its backups no more, and take our item out of it.

        Returns:
            Whether the item is gone; if the keychain does not let go of it, it opens nothing.

        Raises:
            KeySlotsDamagedError, StorageFullError: the vault opens as before.
        """
        return ways_in.leave_keychain(self._vault, self._keychain)

    def change_passphrase(self, old: str, new: str) -> int:
        """Replace the passphrase, in the backups too. Blocks for seconds. ``judge_passphrase`` judges it.

        Args:
            old: the passphrase of now, or the recovery code where that passphrase is forgotten.
            new: the one to come.

        Returns:
            How many backups were changed with it.

        Raises:
            WrongPassphraseError: ``old`` does not open the vault; nothing was changed.
            KeySlotsDamagedError, StorageFullError: the vault opens as before.
        """
        if not ways_in.opens(self._vault.profile, old, self._vault.key):
            raise WrongPassphraseError(
                _("That is not the passphrase of now. Nothing was changed; try again.")
            )
        return ways_in.change_passphrase(self._vault, new)

    @staticmethod
    def make_recovery_code() -> str:
        """A new recovery code to be shown once; it opens nothing before ``keep_recovery_code``."""
        return recovery.make()

    def keep_recovery_code(self, code: str) -> int:
        """Let ``code`` open the vault and its backups from now on, instead of the one before. Blocks shortly.

        Args:
            code: what ``make_recovery_code`` gave.

        Returns:
            How many backups open with it too.

        Raises:
            KeySlotsDamagedError, StorageFullError: the vault opens as before.
        """
        return ways_in.set_recovery_code(self._vault, code)

    def has_recovery_code(self) -> bool:
        """Whether a recovery code opens the vault."""
        return ways_in.has_recovery_code(self._vault.profile)

    def remove_recovery_code(self) -> None:
        """Let no recovery code open the vault or its backups any more. Blocks shortly.

        Raises:
            KeySlotsDamagedError, StorageFullError: the vault opens as before.
        """
        ways_in.remove_recovery_code(self._vault)

    def reveal_key(self) -> str:
        """The key as any SQLCipher tool takes it: 64 hexadecimal digits. It opens everything; recorded."""
        key = self._vault.reveal_key()
        self._vault.database.write(lambda c: activity.record(c, "key-revealed")).result()
        return key

    def reveal_key_to(self, secret: str) -> str:
        """The same, to whoever can open the vault by hand. Blocks for about a second.

        Args:
            secret: the passphrase, or the recovery code.

        Raises:
            WrongPassphraseError: it does not open the vault.
        """
        if not ways_in.opens(self._vault.profile, secret, self._vault.key):
            raise WrongPassphraseError(_("That is not your passphrase."))
        return self.reveal_key()


def is_same_code(shown: str, typed: str) -> bool:
    """Whether ``typed`` is the recovery code ``shown``, in any case and however grouped."""
    return recovery.read(typed) == recovery.read(shown)


def keychain_status(profile: Profile, keychain: Keychain | None = None) -> tuple[bool, str | None]:
    """Whether the keychain is a way in, and what it is called (None: there is none). Needs no passphrase.

    It asks the system for its keychain, over a local socket at most, and nothing of it.
    """
    return may_have_keychain(profile), (keychain or SystemKeychain()).name()


def write_recovery_page(path: Path, page: bytes) -> None:
    """Write the page that a recovery code is printed from: readable by its owner only, all or nothing.

    Raises:
        UserActionError: it is no name of a file.
        StorageFullError: it was not written.
    """
    require_file_name(path)
    try:
        files.write_private(path, page)
    except OSError:
        raise storage_full_error() from None
