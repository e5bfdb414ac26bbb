# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of a vault without opening it: the door asks before what opening needs is loaded."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import VaultErasingError
from desktop.domain.vault import VaultState
from desktop.i18n import _
from desktop.paths import Profile

_MAX_KEYSLOTS = 64 * 1024  # bytes, as keyslots.MAX_FILE_BYTES, whose module is not loaded for the door


def inspect_vault(profile: Profile) -> VaultState:
    """What is there, by names only; a vault whose making was cut short but can be finished is PRESENT."""
    if erasing_mark(profile).exists():
        return VaultState.ERASING
    database, slots = profile.vault.exists(), profile.keyslots.exists()
    if slots:
        return (
            VaultState.PRESENT
            if database or unfinished_database(profile).exists()
            else VaultState.DATABASE_MISSING
        )
    return VaultState.KEYSLOTS_MISSING if database else VaultState.ABSENT


def may_have_keychain(profile: Profile) -> bool:
    """Whether the keychain seems to be a way in: a look at the file, without what reading it needs."""
    try:
        with profile.keyslots.open("rb") as file:
            return b'"keychain"' in file.read(_MAX_KEYSLOTS)
    except OSError:
        return False


def require_not_erasing(profile: Profile) -> None:
    """Refuse a vault that someone began to erase, even if all of it is still there.

    Raises:
        VaultErasingError.
    """
    if erasing_mark(profile).exists():
        raise VaultErasingError(
            _(
                "This vault was being erased, and that was cut short. Nothing opens it any more; "
                "finish it with: inglenook vault erase."
            )
        )


def erasing_mark(profile: Profile) -> Path:
    """Lies there from the moment a vault begins to be erased until nothing of it is left."""
    return profile.folder / "erasing"


def reencrypted_database(profile: Profile) -> Path:
    """The database under its next key, until it takes the place of the one there is."""
    return profile.vault.with_name(profile.vault.name + ".rekey")


def restored_database(profile: Profile) -> Path:
    """The copy of a backup, until it takes the place of the vault."""
    return profile.vault.with_name(profile.vault.name + ".restore")


def unfinished_database(profile: Profile) -> Path:
    """Where a new database is filled before it gets its name."""
    return profile.vault.with_name(profile.vault.name + ".new")
