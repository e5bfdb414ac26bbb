# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents about moving and about the vault's health; reports.py has the others."""

from __future__ import annotations

import msgspec


class MoveOutReport(msgspec.Struct, frozen=True):
    """What ``move out`` wrote. ``content_sha256`` is of the chats, ``fingerprint`` its beginning."""

    chats: int
    messages: int
    bytes: int
    fingerprint: str
    content_sha256: str


class DifferenceReport(msgspec.Struct, frozen=True):
    """A chat that is not here as it is in the file, and why, in words."""

    what: str
    why: str


class MoveInReport(msgspec.Struct, frozen=True):
    """What ``move in`` did: ``equal`` if every chat of the file is here as it is there."""

    chats: int
    messages: int
    equal: bool
    fingerprint: str
    content_sha256: str
    came_in: int
    were_here: int
    differences: list[DifferenceReport]


class VaultCheckReport(msgspec.Struct, frozen=True):
    """What ``vault check`` found; ``pages`` is how many were read, ``damaged`` which do not hold.

    ``chats`` counts those that cannot be read in full; ``backup`` is the newest copy, made before the damage.
    """

    ok: bool
    checked_at: str
    pages: int
    damaged: list[int]
    tables: list[str]
    chats: int
    backup: str | None
