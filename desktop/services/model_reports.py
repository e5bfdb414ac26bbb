# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of ``models … --json``; ``reports`` names their schemas."""

from __future__ import annotations

import msgspec

from desktop.domain.model_card import ModelCard
from desktop.services.catalogue import Entry
from desktop.services.library import KnownModel


class ModelReport(msgspec.Struct, frozen=True):
    """One model in ``models``; ``id`` is "bundled" or the SHA-256 of the file.

    ``fit`` is fits, tight, too_big or unknown, as of now.
    """

    id: str
    name: str
    path: str
    size_bytes: int
    bundled: bool
    downloaded: bool
    default: bool
    present: bool
    base: bool
    needs_bytes: int
    fit: str


class MeasuredReport(msgspec.Struct, frozen=True):
    """What was measured here; null where nothing was yet."""

    sha256: str | None
    size_bytes: int
    window_tokens: int
    needs_bytes: int
    fit: str
    memory_bytes: int | None
    tokens_per_second: float | None


class ModelInfoReport(msgspec.Struct, frozen=True):
    """``models info``: the file's own claims apart from what was measured. ``id`` is null for a file that
    was only looked at."""

    id: str | None
    name: str
    path: str
    base: bool
    claims: ModelCard
    measured: MeasuredReport


SCHEMAS: dict[str, type[msgspec.Struct] | object] = {
    "models": list[ModelReport],
    "models-info": ModelInfoReport,
    "models-catalogue": list[Entry],
}


def model_report(known: KnownModel) -> ModelReport:
    """One line of the list."""
    return ModelReport(
        id=known.id,
        name=known.name,
        path=str(known.path),
        size_bytes=known.size,
        bundled=known.is_bundled,
        downloaded=known.downloaded,
        default=known.is_default,
        present=known.is_there,
        base=known.is_base,
        needs_bytes=known.needs,
        fit=str(known.fit),
    )


def info_report(known: KnownModel, *, listed: bool = True) -> ModelInfoReport:
    """All that is known of one."""
    return ModelInfoReport(
        id=known.id if listed else None,
        name=known.name,
        path=str(known.path),
        base=known.is_base,
        claims=known.card,
        measured=MeasuredReport(
            sha256=known.sha256 or None,
            size_bytes=known.size,
            window_tokens=known.window,
            needs_bytes=known.needs,
            fit=str(known.fit),
            memory_bytes=known.measure.memory,
            tokens_per_second=known.measure.tokens_per_second,
        ),
    )
