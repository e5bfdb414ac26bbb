# SPDX-License-Identifier: GPL-3.0-or-later
"""Fetches one file over HTTPS so that a cut, a kill or a full disk leaves a part to go on from, and no more.

http.client and not huggingface-hub: a download is one resumable GET; every redirect is looked at before it is
followed; and what does not exist cannot call home. Until the SHA-256 is right the file ends in ``.part``.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import os
import re
import shutil
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from desktop.downloads.wire import Arrived, Began, Ended, Fetch, FromChild, Used, Why

PART = ".part"
NOTE = ".part.json"
MOST_TRIES = 5  # in a row without a byte
SPARE_BYTES = 64 * 1024 * 1024  # of the disk, left to others
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_CHUNK = 256 * 1024
_TELL_EVERY = 0.1  # seconds
_SLACK = 1.25  # of the size that was announced
_HASH = re.compile(r'"?([0-9a-f]{64})"?')
_PRIVATE = 0o600

Tell = Callable[[FromChild], object]
Connect = Callable[[SplitResult], http.client.HTTPConnection]


class _Note(msgspec.Struct, frozen=True):
    """What must be known to go on with a part."""

    etag: str
    sha256: str
    total: int


class FetchError(Exception):
    """It ends here; ``why`` says how."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass
class _Traffic:
    """What went over the wire, by host."""

    received: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)

    def add(self, host: str, *, received: int = 0, sent: int = 0) -> None:
        self.received[host] = self.received.get(host, 0) + received
        self.sent[host] = self.sent.get(host, 0) + sent


def connect_securely(url: SplitResult) -> http.client.HTTPConnection:
    """The only kind of connection there is outside of tests: TLS, the certificate checked.

    Raises:
        FetchError: anything but https was asked for.
    """
    if url.scheme != "https" or url.hostname is None:
        raise FetchError(Why.ELSEWHERE)
    return http.client.HTTPSConnection(url.hostname, url.port, timeout=30, context=_trust())


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.get_ca_certs():  # built elsewhere, it looks where this system keeps none
        for bundle in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"):
            if Path(bundle).is_file():
                context.load_verify_locations(bundle)
                break
    return context


def fetch(
    order: Fetch,
    tell: Tell,
    *,
    connect: Connect = connect_securely,
    pause: Callable[[float], None] = time.sleep,
) -> Ended:
    """Get the file, or go on with the part of it that is there. Never raises for what the network does.

    Args:
        order: what to get.
        tell: told what happens.
        connect: opens connections; only tests give another.
        pause: waits between attempts.

    Returns:
        How it ended; also told.
    """
    traffic = _Traffic()
    try:
        digest = _Fetcher(order, tell, connect, traffic).run(pause)
        ended = Ended(None, digest)
    except FetchError as error:
        ended = Ended(error.why)
    except OSError as error:
        ended = Ended(Why.NO_ROOM if error.errno in (errno.ENOSPC, errno.EDQUOT) else Why.REFUSED)
    for host, received in traffic.received.items():
        tell(Used(host, received, traffic.sent.get(host, 0)))
    tell(ended)
    return ended


class _Fetcher:
    def __init__(self, order: Fetch, tell: Tell, connect: Connect, traffic: _Traffic) -> None:
        self._order = order
        self._tell = tell
        self._connect = connect
        self._traffic = traffic
        folder = Path(os.fsdecode(order.folder))
        self._file = folder / order.name
        self._part = folder / (order.name + PART)
        self._note_file = folder / (order.name + NOTE)
        self._sha256 = order.sha256
        self._digest = hashlib.sha256()
        self._done = 0

    def run(self, pause: Callable[[float], None]) -> str:
        tries = 0
        while True:
            before = self._done
            try:
                self._attempt()
                return self._finish()
            except ssl.SSLCertVerificationError:
                raise FetchError(Why.CERTIFICATE) from None
            except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
                tries = 1 if self._done > before else tries + 1
                if tries >= MOST_TRIES:
                    began = self._done > 0 or not isinstance(error, ConnectionError)
                    raise FetchError(Why.CUT_OFF if began else Why.NO_ANSWER) from None
                pause(min(2.0**tries, 10.0))
            except OSError as error:
                if error.errno is not None and error.errno > 0 and not _is_about_names(error):
                    raise
                raise FetchError(Why.NO_ANSWER) from None

    def _attempt(self) -> None:
        note = self._read_note()
        headers = {"User-Agent": "inglenook", "Accept-Encoding": "identity"}
        self._done = self._read_part() if note is not None else 0
        if note is not None and self._done:
            if self._done == note.total:  # whole already, only not yet checked
                self._sha256 = self._sha256 or note.sha256
                return
            headers |= {"Range": f"bytes={self._done}-", "If-Range": note.etag}
        connection, response, host = self._ask(headers)
        with contextlib.closing(connection):
            if response.status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._discard()  # the part is of another file: begin again
                raise http.client.IncompleteRead(b"")
            if response.status == http.client.PARTIAL_CONTENT:
                if not response.headers.get("Content-Range", "").startswith(f"bytes {self._done}-"):
                    self._discard()
                    raise http.client.IncompleteRead(b"")
            elif response.status == http.client.OK:
                self._discard()
            else:
                raise FetchError(Why.REFUSED)
            self._receive(response, host)

    def _ask(
        self, headers: dict[str, str]
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse, str]:
        """Follow redirects among the hosts that were agreed to."""
        address = self._order.url
        for _step in range(_MOST_REDIRECTS + 1):
            url = urlsplit(address)
            host = self._agreed(url)
            connection = self._connect(url)
            target = (url.path or "/") + (f"?{url.query}" if url.query else "")
            self._traffic.add(host, sent=len(target) + sum(len(k) + len(v) + 4 for k, v in headers.items()))
            try:
                connection.request("GET", target, headers=headers)
                response = connection.getresponse()
            except BaseException:
                connection.close()
                raise
            self._traffic.add(host, received=sum(len(k) + len(v) + 4 for k, v in response.getheaders()))
            self._take_hash(response, first=address == self._order.url)
            if response.status not in _REDIRECTS:
                return connection, response, host
            connection.close()
            address = urljoin(address, response.headers.get("Location", ""))
        raise FetchError(Why.ELSEWHERE)

    def _agreed(self, url: SplitResult) -> str:
        host = (url.hostname or "").lower()
        if url.username is not None or not any(
            host == agreed or host.endswith(f".{agreed}") for agreed in self._order.hosts
        ):
            raise FetchError(Why.ELSEWHERE)
        return host

    def _take_hash(self, response: http.client.HTTPResponse, *, first: bool) -> None:
        """The host that was asked says what the file's hash is; those it sends us to have no say."""
        found = _HASH.fullmatch(response.headers.get("X-Linked-Etag", ""))
        if first and found is not None and not self._sha256:
            self._sha256 = found[1]

    def _receive(self, response: http.client.HTTPResponse, host: str) -> None:
        length = response.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise FetchError(Why.REFUSED)
        total = self._done + int(length)
        self._check(total)
        self._write_note(_Note(response.headers.get("ETag", ""), self._sha256, total))
        self._tell(Began(host, total, self._done))
        told = 0.0
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        with os.fdopen(descriptor, "ab") as file:
            while self._done < total:
                data = response.read1(min(_CHUNK, total - self._done))  # what is there, at once
                if not data:
                    raise http.client.IncompleteRead(b"")
                file.write(data)
                file.flush()
                self._digest.update(data)
                self._done += len(data)
                self._traffic.add(host, received=len(data))
                now = time.monotonic()
                if now - told > _TELL_EVERY:
                    told = now
                    self._tell(Arrived(self._done, total))
            os.fsync(file.fileno())
        self._tell(Arrived(self._done, total))

    def _check(self, total: int) -> None:
        if not self._sha256:
            raise FetchError(Why.NO_HASH)
        if self._order.size and total > self._order.size * _SLACK:
            raise FetchError(Why.TOO_LARGE)
        if shutil.disk_usage(self._part.parent).free < total - self._done + SPARE_BYTES:
            raise FetchError(Why.NO_ROOM)

    def _finish(self) -> str:
        digest = self._digest.hexdigest()
        if digest != self._sha256:
            self._discard()
            raise FetchError(Why.WRONG_HASH)
        self._part.chmod(_PRIVATE)
        self._part.replace(self._file)
        self._note_file.unlink(missing_ok=True)
        return digest

    def _read_part(self) -> int:
        """Hash what is there already; how much it is."""
        self._digest = hashlib.sha256()
        done = 0
        with contextlib.suppress(FileNotFoundError), self._part.open("rb", buffering=0) as file:
            while data := file.read(_CHUNK * 16):
                self._digest.update(data)
                done += len(data)
        return done

    def _read_note(self) -> _Note | None:
        try:
            note = msgspec.json.decode(self._note_file.read_bytes(), type=_Note)
        except (OSError, msgspec.MsgspecError):
            self._discard()
            return None
        if not note.etag or note.etag.startswith("W/") or (self._sha256 and note.sha256 != self._sha256):
            self._discard()
            return None
        return note

    def _write_note(self, note: _Note) -> None:
        descriptor = os.open(self._note_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(note))

    def _discard(self) -> None:
        discard_part(self._file)
        self._digest = hashlib.sha256()
        self._done = 0


def discard_part(file: Path) -> None:
    """Forget what came of ``file`` so far."""
    for ending in (PART, NOTE):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _is_about_names(error: OSError) -> bool:
    """Whether looking the host up failed (its errors are numbered apart from the system's)."""
    return type(error).__name__ in ("gaierror", "herror") or error.errno in (
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.EPERM,
        errno.EACCES,
    )
