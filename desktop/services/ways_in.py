# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens the vault: looked at and changed while it is open."""

from __future__ import annotations

from desktop.domain.errors import WrongPassphraseError
from desktop.i18n import _
from desktop.storage import ways_in
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

    def reveal_key(self) -> str:
        """The key as any SQLCipher tool takes it: 64 hexadecimal digits. It opens everything."""
        return self._vault.reveal_key()
