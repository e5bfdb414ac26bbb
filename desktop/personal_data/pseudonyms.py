# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins like ``[NAME_1]`` that stay the same throughout one chat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import folded

_NUMBERED = frozenset({Kind.PHONE, Kind.CARD, Kind.IBAN, Kind.NATIONAL_ID, Kind.MAC})
_PUNCTUATION = re.compile(r"[\W_]")


class Pseudonyms:
    """Keep one for each chat: the same value, however it is spelled, gets the same stand-in every time."""

    def __init__(self) -> None:
        self._numbers: dict[Kind, dict[str, int]] = {}

    def apply(self, text: str, findings: Sequence[Finding]) -> str:
        """The text with each finding replaced. ``findings`` as `Detector.find` gives them.

        Raises:
            ValueError: findings overlap, are out of order or lie outside the text.
        """
        pieces: list[str] = []
        done = 0
        for finding in findings:
            if not done <= finding.start < finding.end <= len(text):
                raise ValueError("findings must be sorted, apart and inside the text")
            pieces += (
                text[done : finding.start],
                self._stand_in(finding.kind, text[finding.start : finding.end]),
            )
            done = finding.end
        return "".join([*pieces, text[done:]])

    def _stand_in(self, kind: Kind, value: str) -> str:
        """``[KIND_n]``, counted within the kind in the order of first appearance."""
        if kind is Kind.SECRET:
            same = value  # case matters in a password
        elif kind in _NUMBERED:
            same = _PUNCTUATION.sub("", folded(value))
        else:
            same = " ".join(folded(value).split())
        numbers = self._numbers.setdefault(kind, {})
        return f"[{kind.upper()}_{numbers.setdefault(same, len(numbers) + 1)}]"
