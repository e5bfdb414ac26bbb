# SPDX-License-Identifier: GPL-3.0-or-later
"""One owner at a time: a lock on a file in the profile, which the system lifts if we die."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop.domain.errors import StorageFullError, VaultHeldError
from desktop.i18n import _
from desktop.storage.files import PRIVATE_FILE

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Ownership:
    """Holds the profile until released. The file stays until the whole vault is erased.

    Attributes:
        path: the lock file.
    """

    def __init__(self, path: Path) -> None:
        """Take the profile whose lock file is ``path``.

        Raises:
            VaultHeldError: another process (or another part of this one) holds it.
            StorageFullError: the lock file cannot be made.
        """
        self.path = path
        try:
            self._descriptor = os.open(
                path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), PRIVATE_FILE
            )
        except OSError:
            raise StorageFullError(
                _(
                    "The profile folder cannot be written to. Nothing was changed; "
                    "free some space or check its permissions."
                )
            ) from None
        try:
            if sys.platform != "win32":
                os.fchmod(self._descriptor, PRIVATE_FILE)
            _try_lock(self._descriptor)
            # Whoever erases the vault removes the file: a lock on one that is gone keeps nobody out.
            is_current = os.path.samestat(os.fstat(self._descriptor), path.stat())
        except OSError:
            is_current = False
        if not is_current:
            self.release()
            raise VaultHeldError(
                _(
                    "Another Inglenook has this vault open. Your history is safe; "
                    "close or lock the other one first."
                )
            )

    def remove(self) -> None:
        """Remove the file and let go of the profile: there is nothing left in it to own.

        Raises:
            OSError: the file is still there.
        """
        if sys.platform == "win32":  # where a file that is open cannot be removed
            self.release()
        try:
            self.path.unlink(missing_ok=True)
        finally:
            self.release()

    def release(self) -> None:
        """Let others have it; twice does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def is_held(path: Path) -> bool:
    """Whether somebody holds the profile whose lock file is ``path``; it is not made for the question."""
    if not path.exists():
        return False
    try:
        Ownership(path).release()
    except VaultHeldError:
        return True
    return False
