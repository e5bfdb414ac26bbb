# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of ``vault … --json``; ``reports`` names their schemas."""

from __future__ import annotations

import msgspec


class KeychainReport(msgspec.Struct, frozen=True):
    """Whether the keychain of the system is a way in, and what it is called (null: none to trust)."""

    on: bool
    name: str | None
