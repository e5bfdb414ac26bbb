# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of personal data are looked for."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """A kind of personal data, the ones that rule out others first."""

    URL_CREDENTIALS = "url_credentials"
    SECRET = "secret"  # noqa: S105 - a kind, not one
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national_id"
    MAC = "mac"
    IP = "ip"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A passage that tells who somebody is.

    Attributes:
        start: of its first character.
        end: after its last.
        kind: what it is.
    """

    start: int
    end: int
    kind: Kind
