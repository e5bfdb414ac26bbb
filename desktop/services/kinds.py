# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filter found, in words: "3 names, 1 e-mail address"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.i18n import ngettext


def counts_in_words(counts: Mapping[Any, int]) -> str:
    """The kinds that were found with how often, in a line; "" for none.

    Args:
        counts: by the kinds' names, which ``Kind`` is.
    """
    found = ((kind, counts[kind]) for kind in _KINDS if counts.get(kind))
    return ", ".join(_words(kind, count).format(count=count) for kind, count in found)


_KINDS = (
    "name",
    "address",
    "phone",
    "email",
    "birth_date",
    "national_id",
    "card",
    "iban",
    "secret",
    "url_credentials",
    "ip",
    "mac",
)


def _words(kind: str, count: int) -> str:
    match kind:
        case "name":
            return ngettext("{count} name", "{count} names", count)
        case "address":
            return ngettext("{count} postal address", "{count} postal addresses", count)
        case "phone":
            return ngettext("{count} phone number", "{count} phone numbers", count)
        case "email":
            return ngettext("{count} e-mail address", "{count} e-mail addresses", count)
        case "birth_date":
            return ngettext("{count} date of birth", "{count} dates of birth", count)
        case "national_id":
            return ngettext("{count} identity number", "{count} identity numbers", count)
        case "card":
            return ngettext("{count} card number", "{count} card numbers", count)
        case "iban":
            return ngettext("{count} bank account", "{count} bank accounts", count)
        case "secret":
            return ngettext("{count} password or key", "{count} passwords or keys", count)
        case "url_credentials":
            return ngettext("{count} link with a password", "{count} links with a password", count)
        case "ip":
            return ngettext("{count} IP address", "{count} IP addresses", count)
        case _:
            return ngettext("{count} hardware address", "{count} hardware addresses", count)
