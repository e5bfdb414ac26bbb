# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of a profile's vault without a key."""

from __future__ import annotations

import enum


class VaultState(enum.StrEnum):
    """Which of the vault's two files are there."""

    ABSENT = "absent"  # neither: a vault can be made
    PRESENT = "present"  # both: a passphrase can be tried
    KEYSLOTS_MISSING = "keyslots_missing"  # vault.db alone: nothing can open it
    DATABASE_MISSING = "database_missing"  # keyslots.json alone


class RekeyStep(enum.IntEnum):
    """How far encrypting a vault anew is; the steps come in this order."""

    COPYING = 1  # and checking every page of the copy
    ENCRYPTING = 2
    CHECKING = 3
    EXCHANGING = 4
