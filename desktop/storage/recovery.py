# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery codes: random, so nothing has to be remembered, and made to be written down and typed back.

Seven groups of four of Crockford's digits (https://www.crockford.com/base32.html), which leave out I, L, O
and U: 26 random ones, 130 bits, then two that check them.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_DIGITS = 26
DIGITS = RANDOM_DIGITS + 2
GROUP = 4
_MODULUS = 1021  # the largest prime two digits can hold: one wrong digit, or two exchanged, change the rest
_MISREAD = str.maketrans("OIL", "011", "- \t\r\n\u2010\u2011\u2012\u2013\u00a0")


def make() -> str:
    """A new code, as it is shown."""
    return _shown(secrets.randbelow(len(ALPHABET) ** RANDOM_DIGITS))


def read(typed: str) -> str | None:
    """The digits of a code as typed, in any case, however grouped; None if it is none, or mistyped."""
    digits = _digits(typed)
    if digits is None:
        return None
    number = 0
    for digit in digits[:RANDOM_DIGITS]:
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return digits if digits == _checked(number) else None


def is_mistyped(typed: str) -> bool:
    """Whether it has the look of a code whose digits do not fit together."""
    return _digits(typed) is not None and read(typed) is None


def derive(digits: str) -> bytes:
    """The 32-byte wrapping key, HKDF-SHA256 (RFC 5869); a code is random enough to need no slowing down."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"inglenook recovery code 1")
    return kdf.derive(digits.encode("ascii"))


def _digits(typed: str) -> str | None:
    digits = typed.upper().translate(_MISREAD)
    return digits if len(digits) == DIGITS and set(digits) <= set(ALPHABET) else None


def _checked(number: int) -> str:
    whole = number * len(ALPHABET) ** 2 + number % _MODULUS
    return "".join(ALPHABET[whole >> 5 * at & 31] for at in reversed(range(DIGITS)))


def _shown(number: int) -> str:
    digits = _checked(number)
    return "-".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))
