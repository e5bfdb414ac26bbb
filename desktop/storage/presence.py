# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of a vault without opening it: the door asks before what opening needs is loaded."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.vault import VaultState
from desktop.paths import Profile


def inspect_vault(profile: Profile) -> VaultState:
    """What is there, by names only; a vault whose making was cut short but can be finished is PRESENT."""
    database, slots = profile.vault.exists(), profile.keyslots.exists()
    if slots:
        return (
            VaultState.PRESENT
            if database or unfinished_database(profile).exists()
            else VaultState.DATABASE_MISSING
        )
    return VaultState.KEYSLOTS_MISSING if database else VaultState.ABSENT


def reencrypted_database(profile: Profile) -> Path:
    """The database under its next key, until it takes the place of the one there is."""
    return profile.vault.with_name(profile.vault.name + ".rekey")


def restored_database(profile: Profile) -> Path:
    """The copy of a backup, until it takes the place of the vault."""
    return profile.vault.with_name(profile.vault.name + ".restore")


def unfinished_database(profile: Profile) -> Path:
    """Where a new database is filled before it gets its name."""
    return profile.vault.with_name(profile.vault.name + ".new")
