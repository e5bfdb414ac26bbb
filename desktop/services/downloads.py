# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloading a model: only when a person says so, from hosts that were shown, checked, and on record."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from desktop.domain.errors import EnvironmentFaultError, InglenookError, UserActionError
from desktop.downloads.fetch import discard_part
from desktop.downloads.wire import MAX_FRAME, Arrived, Began, Ended, Fetch, FromChild, Used, Why
from desktop.i18n import _
from desktop.paths import Profile
from desktop.sandbox.frames import FrameError, FrameReader, FrameWriter
from desktop.sandbox.launcher import Downloader, Launcher
from desktop.services.catalogue import Entry
from desktop.services.library import KnownModel, ModelLibrary
from desktop.services.network import Network
from desktop.storage.files import make_private_folder

Progress = Callable[[int, int], object]


class PausedError(UserActionError):
    """The person paused it; what came is kept, to go on from."""


class CancelledError(UserActionError):
    """The person cancelled it; nothing of it is left."""


class Download:
    """One download, run on the caller's thread and ended from any."""

    def __init__(
        self,
        entry: Entry,
        profile: Profile,
        library: ModelLibrary,
        network: Network,
        launcher: Launcher | None,
    ) -> None:
        """Nothing is begun.

        Args:
            entry: what to get.
            profile: whose folder it is written to.
            library: knows the model afterwards.
            network: says whether it may begin, and keeps the record of it.
            launcher: starts the downloader; None if the network is off until the next start.
        """
        self.entry = entry
        self._file = profile.models / entry.file
        self._library = library
        self._network = network
        self._launcher = launcher
        self._lock = threading.Lock()
        self._running: Downloader | None = None
        self._stopped: InglenookError | None = None

    def run(self, progress: Progress = lambda _done, _total: None) -> KnownModel:
        """Get it, or go on where it was paused. Blocks for as long as it takes.

        Args:
            progress: told (bytes there, bytes in all).

        Raises:
            DownloadsForbiddenError: the Privacy Centre does not allow any; nothing was begun.
            PausedError, CancelledError: the person said so.
            EnvironmentFaultError: what went wrong; its message says what is left and what to do.
        """
        self._network.require_allowed()
        if self._launcher is None:
            raise UserActionError(
                _("The network is off until Inglenook starts again. Nothing was begun; start it anew first.")
            )
        make_private_folder(self._file.parent)
        ended = self._fetch(self._launcher, progress)
        if self._stopped is not None:
            if isinstance(self._stopped, CancelledError):
                discard_part(self._file)
            raise self._stopped
        if ended is None:
            raise EnvironmentFaultError(_explain(Why.CUT_OFF))
        if ended.why is not None:
            raise EnvironmentFaultError(_explain(ended.why))
        try:
            return self._library.add(self._file, downloaded=True)
        except InglenookError:
            self._file.unlink(missing_ok=True)  # whole, but no model: of no use to anybody
            raise

    def pause(self) -> None:
        """End it and keep what came."""
        self._end(PausedError(_("Paused. What came so far is kept; go on whenever you like.")))

    def cancel(self) -> None:
        """End it and keep nothing."""
        self._end(CancelledError(_("Cancelled. Nothing of it is left.")))
        with self._lock:
            if self._running is None:
                discard_part(self._file)

    def _end(self, why: InglenookError) -> None:
        with self._lock:
            self._stopped = why
            running = self._running
        if running is not None:
            running.close()

    def _fetch(self, launcher: Launcher, progress: Progress) -> Ended | None:
        """Talk with a downloader until its last word; None if it fell silent before."""
        try:
            child = launcher.start()
        except OSError:
            raise EnvironmentFaultError(
                _("The downloader could not be started. Nothing was begun; start Inglenook again.")
            ) from None
        with self._lock:
            self._running = child
            stopped = self._stopped is not None
        if stopped:
            child.close()
        arrived: dict[str, int] = {}
        used: set[str] = set()
        try:
            return self._converse(child, progress, arrived, used)
        except FrameError:
            return None
        finally:
            child.close()
            with self._lock:
                self._running = None
            for host, received in arrived.items():  # ended before it could tell: what was seen is kept
                if host not in used:
                    self._network.record_network_use("model", host, bytes_in=received, bytes_out=0).result()

    def _converse(
        self, child: Downloader, progress: Progress, arrived: dict[str, int], used: set[str]
    ) -> Ended | None:
        entry = self.entry
        writer = FrameWriter(child.commands, limit=MAX_FRAME)
        reader: FrameReader[FromChild] = FrameReader(child.events, FromChild, limit=MAX_FRAME)
        folder, size = os.fsencode(self._file.parent), entry.size_bytes
        writer.send(Fetch(entry.source.url, folder, entry.file, entry.source.hosts, entry.sha256 or "", size))
        arrived[entry.source.host] = 0
        host, before = entry.source.host, 0
        while True:
            match reader.receive():
                case Began(host=host, total=total, kept=before):
                    progress(before, total)
                case Arrived(done=done, total=total):
                    arrived[host] = max(0, done - before)
                    progress(done, total)
                case Used(host=one, received=received, sent=sent):
                    used.add(one)
                    self._network.record_network_use("model", one, bytes_in=received, bytes_out=sent).result()
                case Ended() as ended:
                    return ended
                case _:
                    return None


def _explain(why: Why) -> str:
    return {
        Why.NO_ANSWER: _("The host does not answer. Nothing was lost; look at the network, then go on."),
        Why.CERTIFICATE: _(
            "The host could not prove who it is, so nothing was taken from it. Is another network in between?"
        ),
        Why.REFUSED: _("The host does not give this file now. What came before is kept; try again later."),
        Why.ELSEWHERE: _(
            "The host wanted to send the download to a place that was not agreed to, so it was ended. "
            "Nothing was taken from there."
        ),
        Why.CUT_OFF: _("The connection was cut again and again. What came is kept; go on when it is better."),
        Why.NO_ROOM: _("There is not enough room on the disk. What came is kept; make room, then go on."),
        Why.TOO_LARGE: _("The file is much larger than announced, so it was not taken."),
        Why.NO_HASH: _("The host does not say what the file's SHA-256 is, so it was not taken."),
        Why.WRONG_HASH: _(
            "What came is not the file that was announced (its SHA-256 differs), so it was deleted. Try "
            "again."
        ),
    }[why]
