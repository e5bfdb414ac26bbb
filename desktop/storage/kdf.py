# SPDX-License-Identifier: GPL-3.0-or-later
"""From a passphrase to a wrapping key: Argon2id (RFC 9106), its cost fitted to the machine once."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
from argon2 import low_level
from argon2.exceptions import HashingError

from desktop.domain.errors import EnvironmentFaultError
from desktop.i18n import _

SALT_BYTES = 16  # RFC 9106 §3.1
TARGET_SECONDS = 1.0
FREE_MEMORY_SHARE = 0.3
MAX_CALIBRATED_KIB = 512 * 1024  # a vault made on a large machine must open on a small one

# What is taken from a file, which anyone may have written: enough for every machine, never all of its memory.
MAX_MEMORY_KIB = 1024 * 1024
MAX_TIME_COST = 16
MAX_PARALLELISM = 16


class KdfCost(msgspec.Struct, frozen=True):
    """What one guess costs.

    Attributes:
        memory_kib: memory, KiB.
        time_cost: passes over it.
        parallelism: lanes.
    """

    memory_kib: int
    time_cost: int
    parallelism: int

    def is_bearable(self) -> bool:
        """Whether Argon2 takes these numbers and this machine can be asked to."""
        return (
            8 * self.parallelism <= self.memory_kib <= MAX_MEMORY_KIB
            and 1 <= self.time_cost <= MAX_TIME_COST
            and 1 <= self.parallelism <= MAX_PARALLELISM
        )


FLOOR = KdfCost(memory_kib=64 * 1024, time_cost=3, parallelism=4)  # RFC 9106 §4, second recommended option


def derive(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    """32 bytes from a passphrase, the same however the keyboard composed its letters (NFC, RFC 8265 §4.2).

    Raises:
        EnvironmentFaultError: there is not enough memory.
    """
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return low_level.hash_secret_raw(
            secret,
            salt,
            time_cost=cost.time_cost,
            memory_cost=cost.memory_kib,
            parallelism=cost.parallelism,
            hash_len=32,
            type=low_level.Type.ID,
            version=low_level.ARGON2_VERSION,
        )
    except (HashingError, MemoryError):
        raise EnvironmentFaultError(
            _("There is not enough free memory to check the passphrase. Close other programs and try again.")
        ) from None


def calibrate(
    *, clock: Callable[[], float] = time.perf_counter, free_bytes: Callable[[], int] | None = None
) -> KdfCost:
    """The cost that takes about a second here, never less than FLOOR. Takes one derivation at FLOOR.

    Args:
        clock: seconds.
        free_bytes: how much memory could be used now; None asks the system.
    """
    begun = clock()
    derive("calibration", os.urandom(SALT_BYTES), FLOOR)
    took = max(clock() - begun, 0.001)
    free = (free_bytes or free_memory)()
    wanted = FLOOR.memory_kib * TARGET_SECONDS / took  # time grows with memory, passes being equal
    allowed = min(wanted, MAX_CALIBRATED_KIB, free * FREE_MEMORY_SHARE / 1024)
    memory = max(FLOOR.memory_kib, int(allowed) // 1024 * 1024)
    return msgspec.structs.replace(FLOOR, memory_kib=memory)


def free_memory() -> int:
    """Bytes that could be used now without swapping; 0 where the system does not say (then FLOOR is used)."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    return 0
