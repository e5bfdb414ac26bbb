# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of a profile's vault without a key."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class VaultState(enum.StrEnum):
    """Which of the vault's two files are there, or that they are on their way out."""

    ABSENT = "absent"  # neither: a vault can be made
    PRESENT = "present"  # both: a passphrase can be tried
    KEYSLOTS_MISSING = "keyslots_missing"  # vault.db alone: nothing can open it
    DATABASE_MISSING = "database_missing"  # keyslots.json alone
    ERASING = "erasing"  # erasing it was cut short; nothing may open it, only finish


class RekeyStep(enum.IntEnum):
    """How far encrypting a vault anew is; the steps come in this order."""

    COPYING = 1  # and checking every page of the copy
    ENCRYPTING = 2
    CHECKING = 3
    EXCHANGING = 4


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What erasing a whole vault removed, and what it could not reach. Names are ours, within the profile.

    Attributes:
        key_files: files with wrapped keys that were overwritten and removed, the backups' among them.
        not_overwritten: of those, how many the system would remove but not overwrite.
        files: other files that were removed.
        bytes: of all of them.
        left: what is still there, looked for afterwards; empty is the promise.
        links: names of ours that only led elsewhere; the links went, what they led to was not touched.
        foreign: other things in the folder, which were left alone.
        keychain_forgotten: whether the system's keychain forgot its part; None where it held none.
    """

    key_files: int
    not_overwritten: int
    files: int
    bytes: int
    left: tuple[str, ...]
    links: tuple[str, ...]
    foreign: int
    keychain_forgotten: bool | None
