# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens the vault: looked at and changed while it is open."""

from __future__ import annotations

from desktop.domain.errors import WrongPassphraseError
from desktop.i18n import _
from desktop.storage import recovery, ways_in
from desktop.storage.vault import OpenVault


class WaysIn:
    """The ways into one open vault.

    Args:
        vault: the open vault.
    """

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

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
        """The key as any SQLCipher tool takes it: 64 hexadecimal digits. It opens everything."""
        return self._vault.reveal_key()


def is_same_code(shown: str, typed: str) -> bool:
    """Whether ``typed`` is the recovery code ``shown``, in any case and however grouped."""
    return recovery.read(typed) == recovery.read(shown)
