# SPDX-License-Identifier: GPL-3.0-or-later
"""The network: whether a download may be begun, and every use that was made of it."""

from __future__ import annotations

import os
import re
from concurrent.futures import Future
from datetime import UTC, datetime

from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.sandbox.confine import is_confined, report
from desktop.storage import network
from desktop.storage.database import Database
from desktop.storage.network import NetworkUse

__all__ = ["DownloadsForbiddenError", "Network", "NetworkUse", "enforcement_in_words"]

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_PURPOSE = re.compile(r"[a-z][a-z-]{0,39}")


class DownloadsForbiddenError(UserActionError):
    """The person has not allowed downloads; nothing was begun."""


class Network:
    """What one open vault says of the network.

    Whatever would use it, asks ``require_allowed`` first and tells ``record_network_use`` afterwards.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def downloads_allowed(self) -> Future[bool]:
        """Whether a download may be begun; no, unless the person said so."""
        return self._database.read(network.downloads_allowed)

    def allow_downloads(self, allowed: bool) -> Future[None]:
        """Say whether a download may be begun; dated and recorded."""
        return self._database.write(lambda c: network.allow_downloads(c, allowed))

    def require_allowed(self) -> None:
        """Go on only if a download may be begun. Blocks shortly.

        Raises:
            DownloadsForbiddenError.
        """
        if not self.downloads_allowed().result():
            raise DownloadsForbiddenError(
                _("Downloads are not allowed, so nothing was begun. Allow them in the Privacy Centre first.")
            )

    def record_network_use(
        self, purpose: str, host: str, *, bytes_in: int, bytes_out: int, at: datetime | None = None
    ) -> Future[None]:
        """Note one use, however it ended.

        Args:
            purpose: one word, such as model.
            host: a name or address, without path.
            bytes_in: received.
            bytes_out: sent.
            at: when it began, if not now.

        Raises:
            ValueError: purpose or host is more than that; a path would tell what was looked for.
        """
        if not _PURPOSE.fullmatch(purpose) or not _HOST.fullmatch(host):
            raise ValueError("a purpose of one word and a bare host are wanted")
        use = NetworkUse(at or datetime.now(UTC), purpose, host, max(0, bytes_in), max(0, bytes_out))
        return self._database.write(lambda c: network.add_use(c, use))

    def uses(self, *, limit: int = 1000) -> Future[list[NetworkUse]]:
        """The uses, newest first."""
        return self._database.read(lambda c: network.list_uses(c, limit=limit))


def enforcement_in_words() -> str:
    """What refuses a connection on this machine now. Looks at the process; no socket is made to find out."""
    filtered = report().app_sockets_filtered
    confined = is_confined(os.getpid())
    if filtered:
        return _(
            "The system refuses this program every connection: its filter (seccomp) lets it make local "
            "sockets only, and cannot be taken off before the program ends."
        )
    if confined:
        return _(
            "Some filter of the system binds this program, but it is not ours; what it refuses is not known."
        )
    return _("Nothing on this system refuses connections. None is made but for a download you ask for.")
