# SPDX-License-Identifier: GPL-3.0-or-later
"""Our age files are everyone's: what we write others open, what they write we open, and damage is found."""

from __future__ import annotations

import io

import pyrage
import pytest

from desktop.documents.age import AgeDamagedError, AgeLockedError, decrypted, encrypted

PASSPHRASE = "seven other garden wörds"
CHUNK = 64 * 1024
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


def sealed(data: bytes, piece: int = 1000) -> bytes:
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    return b"".join(encrypted(pieces, PASSPHRASE, work_factor=4))


def opened(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return b"".join(decrypted(io.BytesIO(data), passphrase))


@pytest.mark.parametrize("size", SIZES)
def test_others_open_what_we_write(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    assert pyrage.passphrase.decrypt(sealed(data), PASSPHRASE) == data
    assert opened(sealed(data, piece=100_000)) == data


def test_we_open_what_others_write() -> None:
    data = bytes(number % 251 for number in range(2 * CHUNK + 5))
    assert opened(pyrage.passphrase.encrypt(data, PASSPHRASE)) == data


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(AgeLockedError):
        opened(sealed(b"tea"), "something else")


def test_a_file_for_a_recipient_is_no_file_under_a_passphrase() -> None:
    data = pyrage.encrypt(b"tea", [pyrage.x25519.Identity.generate().to_public()])
    with pytest.raises(AgeLockedError):
        opened(data)


def test_a_file_that_asks_for_too_much_work_is_refused() -> None:
    with pytest.raises(AgeLockedError):
        opened(sealed(b"tea").replace(b" 4\n", b" 40\n"))


@pytest.mark.parametrize("size", [5, CHUNK, 2 * CHUNK + 5])
def test_wherever_it_is_cut_off_that_is_found(size: int) -> None:
    whole = sealed(bytes(size))
    cuts = {*range(0, len(whole), 997), len(whole) - 1, len(whole) - (size % CHUNK or CHUNK) - 16}
    for cut in cuts:
        with pytest.raises((AgeLockedError, AgeDamagedError)):
            opened(whole[:cut])


def test_every_flipped_byte_is_found() -> None:
    whole = sealed(b"tea for two")
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises((AgeLockedError, AgeDamagedError)):
            opened(bytes(changed))


def test_chunks_that_change_places_are_found() -> None:
    whole = sealed(bytes(3 * CHUNK))
    start = len(whole) - 3 * (CHUNK + 16)
    one, two, last = (whole[start + n * (CHUNK + 16) : start + (n + 1) * (CHUNK + 16)] for n in range(3))
    for order in (two + one + last, one + last, one + two + last + last, one + two):
        with pytest.raises(AgeDamagedError):
            opened(whole[:start] + order)
