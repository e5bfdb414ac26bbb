# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts together what the recognisers find."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

from desktop.personal_data.addresses import postal_addresses
from desktop.personal_data.dates import birth_dates
from desktop.personal_data.kinds import Finding, Kind
from desktop.personal_data.names import Names, OwnTerms
from desktop.personal_data.ner import NameModel
from desktop.personal_data.network import addresses_of_computers, credentials, emails, spelt_emails
from desktop.personal_data.numbers import ibans, numbers
from desktop.personal_data.secrets import key_blocks, secrets
from desktop.personal_data.text import plain

# A long text is gone through in parts, so that other threads have their turn: an expression that runs does
# not let go of the interpreter. Each part sees some of what is before it, and as much behind as anything is
# long.
_PART, _BEFORE, _BEHIND = 64_000, 400, 8_000
_PRIORITY = {kind: place for place, kind in enumerate(Kind)}


class Detector:
    """Finds personal data. Keeps nothing, looks nothing up, takes time in proportion to the text.

    Args:
        own_terms: names and the like that the person listed; found whatever their case and accents.
        name_model: finds more names, if there is one.
    """

    def __init__(self, own_terms: Sequence[str] = (), name_model: NameModel | None = None) -> None:
        self._name_model = name_model
        self._own = OwnTerms(own_terms)
        self._names = Names()

    def find(self, text: str) -> list[Finding]:
        """What there is in ``text``, in its order, nothing overlapping."""
        plainly = plain(text)
        found = list(key_blocks(plainly))  # they may be longer than a part
        for start in range(0, max(1, len(text)), _PART):
            begin, end = max(0, start - _BEFORE), start + _PART + _BEHIND
            for one in self._find_in(text[begin:end], plainly[begin:end]):
                if start <= begin + one.start < start + _PART:  # the others are found in the parts beside
                    found.append(Finding(begin + one.start, begin + one.end, one.kind))
        return joined(found)

    def _find_in(self, text: str, plainly: str) -> Iterator[Finding]:
        yield from self._own.find(text)
        text = plainly
        yield from self._names.find(text)
        if self._name_model is not None:
            yield from self._name_model.find(text)
        if "@" in text:
            yield from emails(text)
        yield from spelt_emails(text)
        if "://" in text:
            yield from credentials(text)
        yield from secrets(text)
        if any(digit in text for digit in "0123456789"):
            yield from postal_addresses(text)
            yield from ibans(text)
            yield from numbers(text)
            yield from addresses_of_computers(text)
            yield from birth_dates(text)

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
