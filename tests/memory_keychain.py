# SPDX-License-Identifier: GPL-3.0-or-later
"""Keychains for tests: one that lives as long as the test, one that outlives a killed process."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import KeychainError


class MemoryKeychain:
    """Keeps secrets as long as the test lives; may be locked, or not there at all."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.locked = False
        self.called: str | None = "Keychain of the test"

    def name(self) -> str | None:
        return self.called

    def keep(self, account: str, secret: bytes) -> None:
        self._require_open()
        self.kept[account] = secret

    def find(self, account: str) -> bytes | None:
        self._require_open()
        return self.kept.get(account)

    def forget(self, account: str) -> None:
        self._require_open()
        self.kept.pop(account, None)

    def _require_open(self) -> None:
        if self.locked:
            raise KeychainError("The keychain of the test is locked.")


class FolderKeychain:
    """Keeps each secret in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def name(self) -> str | None:
        return "Folder of the test"

    def keep(self, account: str, secret: bytes) -> None:
        work = self._folder / f"{account}.new"
        work.write_bytes(secret)
        work.replace(self._folder / account)

    def find(self, account: str) -> bytes | None:
        path = self._folder / account
        return path.read_bytes() if path.exists() else None

    def forget(self, account: str) -> None:
        (self._folder / account).unlink(missing_ok=True)
