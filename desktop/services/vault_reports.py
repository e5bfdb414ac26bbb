# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of ``vault … --json``; ``reports`` names their schemas."""

from __future__ import annotations

import msgspec


class KeychainReport(msgspec.Struct, frozen=True):
    """Whether the keychain of the system is a way in, and what it is called (null: none to trust)."""

    on: bool
    name: str | None


class VaultEraseReport(msgspec.Struct, frozen=True):
    """What ``vault erase`` destroyed; ``left`` names what is still there, and is empty if it worked."""

    key_files: int
    files: int
    bytes: int
    left: list[str]
    checked: list[str]
    out_of_reach: list[str]
