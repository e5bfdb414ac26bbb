# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the vault: made every day, verified, the oldest ones removed; and putting one back."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime, timedelta

from desktop.paths import Profile
from desktop.storage import activity
from desktop.storage.backup import Backup, BackupStoppedError, back_up_beside, list_backups, rotate
from desktop.storage.vault import OpenVault

__all__ = ["Backup", "Backups", "list_backups", "restore", "sound_backups"]

EVERY = timedelta(days=1)


class Backups:
    """The copies of one open vault. Calls block for seconds; reading and writing go on meanwhile."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault
        self._stop = threading.Event()
        self._making = threading.Lock()

    def listed(self) -> list[Backup]:
        """The copies there are, newest first."""
        return list_backups(self._vault.profile.backups)

    def keep_up(self, *, now: datetime | None = None) -> Backup | None:
        """Make a copy if the newest one is older than a day, or seems to be from the future.

        Every page of the vault is read for it, so this finds damage that nothing else has touched yet.

        Returns:
            The copy, or None if none was due or the vault is being closed.

        Raises:
            VaultDamagedError: the vault's pages do not hold; the copies there are were left alone.
            StorageFullError: it does not fit.
        """
        newest = next(iter(self.listed()), None)
        if newest is not None and timedelta(0) <= (now or datetime.now(UTC)) - newest.made_at < EVERY:
            return None
        try:
            return self.make()
        except BackupStoppedError:
            return None

    def make(self) -> Backup:
        """Make a copy now, check it, and remove the oldest ones.

        Raises:
            VaultDamagedError, StorageFullError: as ``keep_up``.
            BackupStoppedError: the vault is being closed.
        """
        vault = self._vault
        with self._making:
            if self._stop.is_set():
                raise BackupStoppedError
            with vault.copies:
                made = back_up_beside(
                    vault.profile.vault, vault.key, vault.profile.keyslots, vault.profile.backups, self._stop
                )
                with contextlib.suppress(OSError):  # the copy is made; old ones go the next time
                    rotate(vault.profile.backups)
                backup = next(one for one in self.listed() if one.name == made.name)
            vault.database.write(lambda c: activity.record(c, "backed-up")).result()
        return backup

    def close(self) -> None:
        """Give up what is being made and wait until nothing is."""
        self._stop.set()
        with self._making:
            pass


def restore(profile: Profile, name: str, secret: str) -> None:
    """Put a backup in the vault's place; see ``storage.restore``, where the errors are told."""
    from desktop.storage.restore import restore as put_back

    put_back(profile, name, secret)


def sound_backups(profile: Profile, secret: str) -> list[str]:
    """The names of the backups that ``secret`` opens and whose every page holds, newest first."""
    from desktop.storage.restore import sound_backups as find

    return find(profile, secret)
