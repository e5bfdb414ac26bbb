# SPDX-License-Identifier: GPL-3.0-or-later
"""A stable stand-in for each value: within one chat the same person stays the same [NAME_1]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from desktop.personal_data.kinds import Finding, Kind


class Pseudonyms:
    """Of one chat."""

    def __init__(self) -> None:
        self._known: dict[tuple[Kind, str], str] = {}
        self._count: Counter[Kind] = Counter()

    def apply(self, text: str, findings: Sequence[Finding]) -> str:
        """``text`` with a stand-in such as ``[EMAIL_1]`` for each finding.

        Args:
            text: what was looked at.
            findings: sorted, not overlapping.
        """
        parts: list[str] = []
        at = 0
        for finding in findings:
            parts += (text[at : finding.start], self.of(finding.kind, text[finding.start : finding.end]))
            at = finding.end
        return "".join((*parts, text[at:]))

    def of(self, kind: Kind, value: str) -> str:
        """The stand-in for a value; spelling, spaces and signs do not make another one."""
        folded = "".join(character for character in value.casefold() if character.isalnum())
        known = self._known.get((kind, folded))
        if known is None:
            self._count[kind] += 1
            known = self._known[kind, folded] = f"[{kind.name}_{self._count[kind]}]"
        return known
