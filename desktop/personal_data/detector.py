# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks everyone and joins the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from desktop.personal_data.birth_dates import birth_dates
from desktop.personal_data.credentials import secrets
from desktop.personal_data.findings import Finding, joined
from desktop.personal_data.internet import emails, ip_addresses, links_with_credentials, mac_addresses
from desktop.personal_data.national_ids import national_ids
from desktop.personal_data.own_terms import OwnTerms
from desktop.personal_data.payments import cards, ibans
from desktop.personal_data.phones import phones
from desktop.personal_data.text import plain

# In the order of trust: where two found the same characters, the first is believed.
_DETECTORS: tuple[Callable[[str], Iterator[Finding]], ...] = (
    links_with_credentials,
    secrets,
    emails,
    ibans,
    cards,
    mac_addresses,
    ip_addresses,
    national_ids,
    birth_dates,
    phones,
)


class Detector:
    """Finds personal data in text of any language.

    Args:
        own_terms: names, addresses and other words the person wants found wherever they stand, whatever their
            case, accents and spacing. They count as names.
    """

    def __init__(self, own_terms: Iterable[str] = ()) -> None:
        self._own_terms = OwnTerms(own_terms)

    def find(self, text: str) -> list[Finding]:
        """What was found, in the order of the text, without overlaps. Time grows with the length only."""
        readable = plain(text)
        found = list(self._own_terms.find(text))
        for detector in _DETECTORS:
            found += detector(readable)
        return joined(found)
