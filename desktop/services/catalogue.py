# SPDX-License-Identifier: GPL-3.0-or-later
"""The models Inglenook knows where to get: a list that ships with it, and asks nobody."""

from __future__ import annotations

import msgspec

from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.paths import resource


class Source(msgspec.Struct, frozen=True):
    """Where a file is fetched from.

    Attributes:
        kind: "https" for what can be downloaded; the bundled model has another.
        host: what is asked first, and says what the file's SHA-256 is where the list does not.
        hosts: these, and names below them, may be asked at all.
    """

    kind: str
    host: str = ""
    hosts: list[str] = []
    url: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One model of the list. ``sha256`` is null where the host is asked for it at the download."""

    id: str
    name: str
    file: str
    organisation: str
    licence: str
    size_bytes: int
    source: Source
    sha256: str | None = None
    parameters: int = 0
    quantisation: str = ""
    context_tokens: int = 0
    memory_bytes_default_context: int = 0
    description: str = ""
    languages: list[str] = []


class _Catalogue(msgspec.Struct, frozen=True):
    models: list[Entry]


def entries() -> list[Entry]:
    """What can be downloaded, the smallest first."""
    found = msgspec.json.decode(resource("models", "catalogue.json").read_bytes(), type=_Catalogue).models
    return sorted((one for one in found if one.source.kind == "https"), key=lambda one: one.size_bytes)


def find(name: str) -> Entry:
    """One by id or name.

    Raises:
        UserActionError: there is none.
    """
    for entry in entries():
        if name.casefold() in (entry.id.casefold(), entry.name.casefold()):
            return entry
    raise UserActionError(
        _("No model in the catalogue goes by this name. “inglenook models catalogue” lists them.")
    )
