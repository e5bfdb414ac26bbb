# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts together what the recognisers find."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from desktop.personal_data.addresses import postal_addresses
from desktop.personal_data.dates import birth_dates
from desktop.personal_data.kinds import Finding, Kind
from desktop.personal_data.names import Names, OwnTerms
from desktop.personal_data.network import addresses_of_computers, credentials, emails, spelt_emails
from desktop.personal_data.numbers import ibans, numbers
from desktop.personal_data.secrets import secrets
from desktop.personal_data.text import plain

_PRIORITY = {kind: place for place, kind in enumerate(Kind)}


class Detector:
    """Finds personal data. Keeps nothing, looks nothing up, takes time in proportion to the text.

    Args:
        own_terms: names and the like that the person listed; found whatever their case and accents.
    """

    def __init__(self, own_terms: Sequence[str] = ()) -> None:
        self._own = OwnTerms(own_terms)
        self._names = Names()

    def find(self, text: str) -> list[Finding]:
        """What there is in ``text``, in its order, nothing overlapping."""
        found = list(self._own.find(text))
        text = plain(text)
        found += self._names.find(text)
        found += postal_addresses(text)
        if "@" in text:
            found += emails(text)
        found += spelt_emails(text)
        if "://" in text:
            found += credentials(text)
        found += secrets(text)
        if any(digit in text for digit in "0123456789"):
            found += ibans(text)
            found += numbers(text)
            found += addresses_of_computers(text)
            found += birth_dates(text)
        return joined(found)

    def find_own(self, text: str) -> list[Finding]:
        """The person's own terms in ``text`` only, in its order."""
        return joined(self._own.find(text))


def joined(found: Iterable[Finding]) -> list[Finding]:
    """Overlapping findings of one kind become one; of several kinds the one that rules the others out stays.

    What the one that gives way covered beyond the other stays covered.
    """
    waiting = [(one.start, _PRIORITY[one.kind], one) for one in _of_one_kind(found)]
    heapq.heapify(waiting)
    kept: list[Finding] = []
    while waiting:
        _start, _priority, finding = heapq.heappop(waiting)
        before = kept[-1] if kept else None
        if before is None or before.end <= finding.start:
            kept.append(finding)
            continue
        stronger, weaker = sorted((before, finding), key=lambda one: _PRIORITY[one.kind])
        kept.pop()
        if weaker.start < stronger.start:
            kept.append(Finding(weaker.start, stronger.start, weaker.kind))
        kept.append(stronger)
        if weaker.end > stronger.end:
            rest = Finding(stronger.end, weaker.end, weaker.kind)
            heapq.heappush(waiting, (rest.start, _PRIORITY[rest.kind], rest))
    return kept


def _of_one_kind(found: Iterable[Finding]) -> list[Finding]:
    merged: list[Finding] = []
    last: dict[Kind, int] = {}
    for finding in sorted(found):
        place = last.get(finding.kind)
        if place is not None and finding.start < merged[place].end:
            before = merged[place]
            merged[place] = Finding(before.start, max(before.end, finding.end), finding.kind)
        else:
            last[finding.kind] = len(merged)
            merged.append(finding)
    return merged
