# SPDX-License-Identifier: GPL-3.0-or-later
"""The child behind a deletion receipt: decrypts every page of a vault and looks for what must be gone.

A process of its own, because opening and closing vault.db with plain file calls would drop the locks SQLite
holds in ours. It decrypts the pages itself, so that what SQLite would skip (free pages, slack space, old log
frames) is looked at too. Key and search strings come through a pipe; nothing is written anywhere else.

The page format is SQLCipher 4's (https://www.zetetic.net/sqlcipher/design/): pages of 4,096 bytes that end in
a 16-byte initialisation vector and an HMAC-SHA512 over ciphertext, vector and page number (little-endian);
AES-256 in CBC mode; the first page begins with 16 bytes of salt in the clear. With a raw key only the HMAC
key is derived: PBKDF2-HMAC-SHA512 over the key, two rounds, each byte of the salt XORed with 0x3a.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import os
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from desktop.sandbox import profiles
from desktop.sandbox.confine import confine_child
from desktop.sandbox.process import Child, claim_pipes

PAGE_BYTES = 4096
SALT_BYTES = 16
IV_BYTES = 16
HMAC_BYTES = 64
RESERVED_BYTES = IV_BYTES + HMAC_BYTES
MIN_NEEDLE_BYTES = 6  # shorter strings turn up by chance; every needle is found by its first six bytes

# https://www.sqlite.org/fileformat2.html#the_write_ahead_log
_WAL_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_LOCK_BYTE_PAGE = 2**30 // PAGE_BYTES + 1  # never holds data
TIMEOUT_S = 600.0
MAX_DAMAGED = 10_000
MAX_REPORT_BYTES = 64 * 1024 * 1024


class ScanRequest(msgspec.Struct, frozen=True):
    """What to look for, and where.

    Attributes:
        path: the database; its log is found beside it.
        key: the raw key, 32 bytes.
        needles: each at least MIN_NEEDLE_BYTES long.
    """

    path: bytes
    key: bytes
    needles: list[bytes]


class ScanReport(msgspec.Struct, frozen=True):
    """What was seen.

    Attributes:
        pages: pages of the database that were decrypted and looked through.
        log_pages: the same, of the write-ahead log.
        unreadable: pages whose authentication code does not hold, so that nothing can be said of them.
        found: indices of the needles that turned up.
        damaged: the numbers of the unreadable pages of the database, the first MAX_DAMAGED of them.
    """

    pages: int
    log_pages: int
    unreadable: int
    found: list[int]
    damaged: list[int] = []


class PageCipher:
    """Decrypts pages of one vault."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        self._hmac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)

    def holds(self, page: bytes, number: int) -> bool:
        """Whether the page is what was written: its authentication code says so."""
        start = SALT_BYTES if number == 1 else 0
        authenticated = page[start:-HMAC_BYTES] + struct.pack("<I", number)
        code = hmac.digest(self._hmac_key, authenticated, "sha512")
        return hmac.compare_digest(code, page[-HMAC_BYTES:])

    def decrypt(self, page: bytes, number: int) -> bytes | None:
        """The page's plain bytes without reserved end (and, for page 1, salt); None if it does not hold.

        Args:
            page: PAGE_BYTES as they lie in the file.
            number: its number in the database, from 1.
        """
        if not self.holds(page, number):
            return None
        start = SALT_BYTES if number == 1 else 0
        vector = page[-RESERVED_BYTES:-HMAC_BYTES]
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(vector)).decryptor()
        return decryptor.update(page[start:-RESERVED_BYTES]) + decryptor.finalize()


class NeedleSet:
    """Finds any of many byte strings in one pass over a page, however many there are."""

    def __init__(self, needles: list[bytes]) -> None:
        self._by_head: dict[bytes, list[int]] = {}
        self._needles = needles
        for index, needle in enumerate(needles):
            if len(needle) >= MIN_NEEDLE_BYTES:
                self._by_head.setdefault(needle[:MIN_NEEDLE_BYTES], []).append(index)

    def search(self, data: bytes) -> set[int]:
        """Indices of the needles in ``data``."""
        width = MIN_NEEDLE_BYTES
        windows = {data[at : at + width] for at in range(len(data) - width + 1)}
        return {
            index
            for head in windows & self._by_head.keys()
            for index in self._by_head[head]
            if self._needles[index] in data
        }


def scan(request: ScanRequest, *, before_reading: Callable[[], None] = lambda: None) -> ScanReport:
    """Look through every page of a database and of its log; without needles, whether each holds.

    Args:
        request: what and where.
        before_reading: called when all files are open.

    Raises:
        OSError: the database cannot be read.
    """
    path = Path(os.fsdecode(request.path))
    needles = NeedleSet(request.needles)
    found: set[int] = set()
    counts = [0, 0]
    unreadable = 0
    damaged: list[int] = []
    with contextlib.ExitStack() as opened:
        database = opened.enter_context(path.open("rb"))
        log: BinaryIO = io.BytesIO()
        with contextlib.suppress(FileNotFoundError):
            log = opened.enter_context(path.with_name(path.name + "-wal").open("rb"))
        before_reading()
        cipher = PageCipher(request.key, database.read(SALT_BYTES))
        for where, pages in enumerate((_database_pages(database), _log_pages(log))):
            for number, page in pages:
                if not request.needles and cipher.holds(page, number):
                    counts[where] += 1
                    continue
                plain = cipher.decrypt(page, number)
                if plain is None:
                    unreadable += 1
                    if where == 0 and len(damaged) < MAX_DAMAGED:
                        damaged.append(number)
                    continue
                counts[where] += 1
                found |= needles.search(plain)
    return ScanReport(counts[0], counts[1], unreadable, sorted(found), damaged)


def main() -> int:
    """Be the child: one request in, until the pipe ends; one report out. Returns the exit status."""
    commands, events = claim_pipes()
    try:
        run(commands, events)
    except (OSError, msgspec.DecodeError):
        return 1
    return 0


def run(commands: BinaryIO, events: BinaryIO) -> None:
    """Answer the one request in ``commands``.

    Raises:
        OSError: the database cannot be read.
        msgspec.DecodeError: it is no request.
    """
    request = msgspec.msgpack.decode(commands.read(), type=ScanRequest)
    with io.BufferedWriter(cast(io.RawIOBase, events)) as whole:  # a raw pipe may take less than it is given
        whole.write(msgspec.msgpack.encode(scan(request, before_reading=_confine)))


def scan_in_child(
    path: Path,
    key: bytes,
    needles: Sequence[bytes],
    *,
    started: Callable[[Callable[[], None]], object] = lambda _end: None,
) -> ScanReport:
    """Look through the pages in a process of its own; the key goes through a pipe. Blocks.

    ``started`` is handed what ends the process early.

    Raises:
        OSError: the child could not be started, died, or ran over its time.
        ValueError: what it answered is no report on these needles.
    """
    request = msgspec.msgpack.encode(ScanRequest(os.fsencode(path), key, list(needles)))
    with Child("pagescan") as child:
        started(child.kill)
        limit = threading.Timer(TIMEOUT_S, child.kill)
        limit.start()
        try:
            child.commands.write(request)  # all of it is read before anything is answered
            child.commands.close()
            answer = child.events.read(MAX_REPORT_BYTES)
        finally:
            limit.cancel()
    return _untrusted_report(answer, len(needles))


def _untrusted_report(answer: bytes, needles: int) -> ScanReport:
    report = msgspec.msgpack.decode(answer, type=ScanReport)  # its DecodeError is a ValueError
    if any(not 0 <= index < needles for index in report.found):
        raise ValueError("a report on something else")
    return report


def _confine() -> None:
    """From here on nothing but the open files and pipes; no file, socket or process can be opened."""
    # Libraries load parts of themselves at first use.
    PageCipher(bytes(32), bytes(SALT_BYTES))
    Cipher(algorithms.AES(bytes(32)), modes.CBC(bytes(IV_BYTES))).decryptor().update(bytes(IV_BYTES))
    hmac.digest(b"", b"", "sha512")
    msgspec.msgpack.encode(ScanReport(0, 0, 0, []))
    confine_child(profiles.DOCUMENT)


def _database_pages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    number = 1
    while len(page := file.read(PAGE_BYTES)) == PAGE_BYTES:
        if number != _LOCK_BYTE_PAGE:
            yield number, page
        number += 1


def _log_pages(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Every whole frame, past checkpoints' too; one that is being written does not authenticate."""
    file.seek(_WAL_HEADER_BYTES)
    while len(record := file.read(_FRAME_HEADER_BYTES + PAGE_BYTES)) == _FRAME_HEADER_BYTES + PAGE_BYTES:
        yield int.from_bytes(record[:4], "big"), record[_FRAME_HEADER_BYTES:]
