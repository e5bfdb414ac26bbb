# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found, and how findings that touch the same characters become one."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a stretch of text gives away. The value, in capitals, is the word of its pseudonym."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"  # payment card
    IBAN = "iban"
    NATIONAL_ID = "national_id"
    IP = "ip"
    MAC = "mac"
    URL = "url"  # an address that carries a user name and password
    SECRET = "secret"  # noqa: S105 - a kind, no secret
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"  # postal
    NAME = "name"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """``text[start:end]`` (characters, end not included) is of this kind."""

    start: int
    end: int
    kind: Kind

    @property
    def length(self) -> int:
        """In characters."""
        return self.end - self.start


def joined(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted, without overlaps. What overlaps becomes one finding: all its characters, the longest's kind.

    Of equally long ones that start together, the one given first is believed.
    """
    result: list[Finding] = []
    longest = 0  # of the findings that became the last of the result
    for finding in sorted(findings, key=lambda found: found.start):
        if not result or finding.start >= result[-1].end:
            result.append(finding)
            longest = finding.length
            continue
        last = result[-1]
        kind = finding.kind if finding.length > longest else last.kind
        longest = max(longest, finding.length)
        result[-1] = Finding(last.start, max(last.end, finding.end), kind)
    return result
