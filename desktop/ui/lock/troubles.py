# SPDX-License-Identifier: GPL-3.0-or-later
"""What to tell a person when the vault cannot be opened, for each error: happened, safe, to do."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.errors import (
    CipherUnavailableError,
    InglenookError,
    KeySlotsDamagedError,
    KeySlotsMissingError,
    StorageFullError,
    VaultDamagedError,
    VaultErasingError,
    VaultExistsError,
    VaultForeignError,
    VaultHeldError,
    VaultMissingError,
    VaultNewerError,
)
from desktop.i18n import _


@dataclass(frozen=True, slots=True)
class Trouble:
    """One state of the vault that a passphrase cannot mend."""

    title: str
    happened: str
    safe: str
    remedy: str


def trouble_of(error: Exception) -> Trouble:
    """Words for ``error``; an error nobody foresaw gets honest words too."""
    for kind, make in _TROUBLES.items():
        if isinstance(error, kind):
            return make()
    happened = str(error) if isinstance(error, InglenookError) else _("Inglenook made a mistake of its own.")
    return Trouble(
        _("The vault did not open"),
        happened,
        _("Nothing was changed or deleted."),
        _("Try again. If it stays like this, run “inglenook doctor” in a terminal: it looks at every part."),
    )


def can_be_restored(error: Exception) -> bool:
    """Whether a backup in the vault's place would mend it."""
    return isinstance(error, _MENDED_BY_A_BACKUP)


def can_be_erased(error: Exception) -> bool:
    """Whether what is there is a vault of ours that a person may want to be rid of."""
    return can_be_restored(error) and not isinstance(error, VaultForeignError)


def _held() -> Trouble:
    return Trouble(
        _("Inglenook is open elsewhere"),
        _("Another Inglenook, a window or a command in a terminal, has this vault open."),
        _("Your chats are safe. Only one may write at a time, so this one waits."),
        _("Lock or close the other one, then try again."),
    )


def _slots_missing() -> Trouble:
    return Trouble(
        _("The key file is missing"),
        _("The encrypted chats are here (vault.db), but the file that unlocks them, keyslots.json, is not."),
        _("Your chats are untouched. No new vault is made over them."),
        _("Put keyslots.json back, from a backup or the wastebasket, then try again."),
    )


def _slots_damaged() -> Trouble:
    return Trouble(
        _("The key file is damaged"),
        _("keyslots.json cannot be read as what it should be."),
        _("Your chats are untouched, and so is the damaged file."),
        _("Put an earlier copy of keyslots.json back, for example from the backups folder, then try again."),
    )


def _database_missing() -> Trouble:
    return Trouble(
        _("The chats are not here"),
        _("The key file is here (keyslots.json), but the encrypted chats, vault.db, are not."),
        _("The key still works. No empty vault is made in place of the old one."),
        _("Put vault.db back where it was, then try again. Look in the backups folder, too."),
    )


def _foreign() -> Trouble:
    return Trouble(
        _("This is not an Inglenook vault"),
        _("vault.db belongs to another program or to another vault; the key here does not fit it."),
        _("Nothing was written to it."),
        _("Put the right vault.db and keyslots.json together in the folder, then try again."),
    )


def _damaged() -> Trouble:
    return Trouble(
        _("The vault is damaged"),
        _("Some pages of vault.db do not hold what was written: a failing disk or a cut copy does this."),
        _("Nothing was changed. Backups, if there are any, are in the backups folder, encrypted as well."),
        _("Copy the whole folder to another disk if you can. Then put the newest backup back."),
    )


def _newer() -> Trouble:
    return Trouble(
        _("A newer Inglenook made this vault"),
        _("This version does not know its format, so it has not touched it."),
        _("Your chats are safe and unchanged."),
        _("Install the newer Inglenook again, or choose another folder."),
    )


def _no_cipher() -> Trouble:
    return Trouble(
        _("Encryption is not available"),
        _("The database library on this machine does not encrypt."),
        _("Nothing was opened or written, so nothing lies in the open."),
        _("Install Inglenook again. “inglenook doctor” in a terminal shows which part is wrong."),
    )


def _erasing() -> Trouble:
    return Trouble(
        _("This vault was being erased"),
        _("That was cut short. Its keys may be gone already, so nothing opens it any more."),
        _("Nobody can read what is left of it."),
        _("Finish erasing it, or use another folder."),
    )


def _full() -> Trouble:
    return Trouble(
        _("The disk does not take it"),
        _("The disk is full, or the folder may not be written to."),
        _("Everything that was saved before is safe."),
        _("Free some space, or check who owns the folder, then try again."),
    )


def _exists() -> Trouble:
    return Trouble(
        _("There is a vault already"),
        _("A vault appeared in this folder while you were choosing a passphrase."),
        _("It was not touched."),
        _("Try again to unlock it, or choose another folder."),
    )


_TROUBLES = {
    VaultHeldError: _held,
    KeySlotsMissingError: _slots_missing,
    KeySlotsDamagedError: _slots_damaged,
    VaultMissingError: _database_missing,
    VaultForeignError: _foreign,
    VaultDamagedError: _damaged,
    VaultErasingError: _erasing,
    VaultNewerError: _newer,
    CipherUnavailableError: _no_cipher,
    StorageFullError: _full,
    VaultExistsError: _exists,
}

_MENDED_BY_A_BACKUP = (
    KeySlotsDamagedError,
    KeySlotsMissingError,
    VaultDamagedError,
    VaultForeignError,
    VaultMissingError,
)
