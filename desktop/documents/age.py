# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in the age format under a passphrase, written and read piece by piece, whatever their size.

The age library takes a passphrase for data in memory only. The format (https://age-encryption.org/v1, written
out in https://c2sp.org/age) is short: a random file key is wrapped with scrypt and ChaCha20-Poly1305, a MAC
holds the header together, and the text follows in chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under
a nonce that counts and that marks the last one. Chunks left out, swapped or cut off at the end do not open.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

INTRODUCTION = b"age-encryption.org/v1"
WORK_FACTOR = 18  # of our own files: 2^18 rounds, 256 MB, about a second
_MAX_WORK_FACTOR = 22  # what age itself takes from a file; 4 GB
_LABEL = b"age-encryption.org/v1/scrypt"
_CHUNK = 64 * 1024
_TAG = 16
_FILE_KEY = 16
_SALT = 16
_NONCE = 16
_MAX_HEADER = 1024  # ours has 150 bytes; files for recipients may have more, and are refused anyway
_STANZA = re.compile(rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---")


class AgeLockedError(Exception):
    """The passphrase does not open it, or it is not locked with one."""


class AgeDamagedError(Exception):
    """What follows is not what was written, or breaks off."""


def encrypted(chunks: Iterable[bytes], passphrase: str, *, work_factor: int | None = None) -> Iterator[bytes]:
    """The pieces of an age file that holds ``chunks`` one after the other.

    Args:
        chunks: of any size.
        passphrase: opens it.
        work_factor: a guess costs two to the power of it; None takes WORK_FACTOR.
    """
    work_factor = WORK_FACTOR if work_factor is None else work_factor
    file_key, salt, nonce = os.urandom(_FILE_KEY), os.urandom(_SALT), os.urandom(_NONCE)
    wrapping = _wrapping_key(passphrase, salt, work_factor)
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = b"%s\n-> scrypt %s %d\n%s\n---" % (INTRODUCTION, _in_base64(salt), work_factor, _in_base64(body))
    yield header + b" " + _in_base64(_mac(file_key, header)) + b"\n" + nonce
    seal = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    waiting, number = bytearray(), 0
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > _CHUNK:  # the last one is sealed as the last one, so it waits for the end
            yield seal.encrypt(_counted(number, last=False), bytes(waiting[:_CHUNK]), None)
            del waiting[:_CHUNK]
            number += 1
    yield seal.encrypt(_counted(number, last=True), bytes(waiting), None)


def decrypted(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """What an age file holds, piece by piece; each piece is as it was written.

    Raises:
        AgeLockedError: the passphrase does not open it; nothing was given out.
        AgeDamagedError: it is not what was written, or it breaks off; what was given out was right.
    """
    header, salt, work_factor, body = _read_header(file)
    if work_factor > _MAX_WORK_FACTOR:
        raise AgeLockedError
    try:
        file_key = ChaCha20Poly1305(_wrapping_key(passphrase, salt, work_factor)).decrypt(
            bytes(12), body, None
        )
    except InvalidTag:
        raise AgeLockedError from None
    line = file.read(1 + 43 + 1)
    if not hmac.compare_digest(line, b" " + _in_base64(_mac(file_key, header)) + b"\n"):
        raise AgeDamagedError
    nonce = file.read(_NONCE)
    if len(nonce) != _NONCE:
        raise AgeDamagedError
    opening, number = ChaCha20Poly1305(_derived(file_key, nonce, b"payload")), 0
    sealed, is_last = file.read(_CHUNK + _TAG), False
    while not is_last:
        following = file.read(_CHUNK + _TAG)
        is_last = not following
        try:
            plain = opening.decrypt(_counted(number, last=is_last), sealed, None)
        except InvalidTag:
            raise AgeDamagedError from None
        if not plain and number:
            raise AgeDamagedError  # an empty chunk may only be the whole
        yield plain
        sealed, number = following, number + 1


def _read_header(file: BinaryIO) -> tuple[bytes, bytes, int, bytes]:
    """Header up to and with its three dashes, salt, work factor, wrapped key."""
    header = b""
    while not header.endswith(b"\n---"):
        piece = file.read(1)
        if not piece or len(header) >= _MAX_HEADER:
            raise AgeLockedError
        header += piece
    found = _STANZA.fullmatch(header, len(INTRODUCTION) + 1)
    if not header.startswith(INTRODUCTION + b"\n") or found is None:
        raise AgeLockedError
    try:
        return header, _of_base64(found[1]), int(found[2]), _of_base64(found[3])
    except ValueError:
        raise AgeLockedError from None


def _wrapping_key(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(salt=_LABEL + salt, length=32, n=2**work_factor, r=8, p=1).derive(passphrase.encode())


def _derived(file_key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(file_key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(file_key, None, b"header"), header, "sha256")


def _counted(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _in_base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _of_base64(text: bytes) -> bytes:
    data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _in_base64(data) != text:
        raise ValueError  # another way to write the same, which the format forbids
    return data
