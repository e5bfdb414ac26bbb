# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents about privacy: stable keys, one Struct each, schemas in resources/schemas."""

from __future__ import annotations

from typing import Any

import msgspec


class CheckReport(msgspec.Struct, frozen=True):
    """One promise ``doctor`` looked at. ``ok`` is null where it is told, not judged."""

    name: str
    ok: bool | None
    detail: str


class StoredReport(msgspec.Struct, frozen=True):
    """Something that is kept. ``where`` is a file or folder of the profile, or "memory"."""

    what: str
    where: str
    count: int
    bytes: int


class WayInReport(msgspec.Struct, frozen=True):
    """One way to the key: its type, and how a passphrase is made slow to guess (null where it is random)."""

    type: str
    derivation: str | None


class ProtectionReport(msgspec.Struct, frozen=True):
    """How what is kept is protected now."""

    encrypted: bool
    key_bits: int
    ways_in: list[WayInReport]
    checks: list[CheckReport]


class ModelReport(msgspec.Struct, frozen=True):
    """The model that answers; ``bytes`` is the size of its file, 0 where it is missing."""

    name: str
    bytes: int


class NetworkUseReport(msgspec.Struct, frozen=True):
    """One use of the network."""

    at: str
    purpose: str
    host: str
    bytes_in: int
    bytes_out: int


class NetworkReport(msgspec.Struct, frozen=True):
    """``privacy network``. ``impossible``: the system refuses this process any connection.

    ``uses`` is how often one was made, ``used`` lists them (the last thousand), ``downloads_allowed`` is the
    person's word.
    """

    impossible: bool
    uses: int
    downloads_allowed: bool
    used: list[NetworkUseReport]


class GivenReplyReport(msgspec.Struct, frozen=True):
    """What the model was given for one reply. ``sha256`` is that of the model's file where it is known."""

    at: str
    chat_id: str
    message_id: str
    model: str | None
    sha256: str | None
    prompt_tokens: int
    system_tokens: int
    completion_tokens: int
    left_out_messages: int
    window_tokens: int


class GivenReport(msgspec.Struct, frozen=True):
    """What the model was given: over all replies, and for the latest ones.

    ``shortened`` counts replies for which older messages were left out, ``uncounted`` answers of which
    nothing was measured (imported ones).
    """

    replies: int
    prompt_tokens: int
    completion_tokens: int
    shortened: int
    uncounted: int
    latest: list[GivenReplyReport]


class PrivacyReport(msgspec.Struct, frozen=True):
    """What ``privacy report`` answers."""

    stored: list[StoredReport]
    training_chats: int
    protection: ProtectionReport
    models: list[ModelReport]
    given: GivenReport
    network: NetworkReport
    readers: list[str]


class EverythingReport(msgspec.Struct, frozen=True):
    """``privacy report --everything``: the report, the settings file, and every row of the vault.

    ``tables`` is as the vault has it (see desktop/storage/FORMAT.md); times are milliseconds since 1970, UTC.
    """

    report: PrivacyReport
    preferences: dict[str, Any]
    tables: dict[str, list[dict[str, int | float | str | None]]]


class ActivityReport(msgspec.Struct, frozen=True):
    """One entry of ``privacy activity``: counts and kinds, never content."""

    at: str
    kind: str
    counts: dict[str, int | bool | str]


class FoundPlaceReport(msgspec.Struct, frozen=True):
    """One place where the old words stand; ``number`` is what ``--only`` takes."""

    number: int
    kind: str
    chat_id: str | None
    chat_title: str
    before: str
    found: str
    after: str


class CorrectionReport(msgspec.Struct, frozen=True):
    """What ``privacy correct`` answers. ``corrected`` is false where it only looked: say ``--yes``.

    ``found`` lists the first places of ``total``; ``residue_found`` is null where it could not be looked at.
    """

    corrected: bool
    total: int
    found: list[FoundPlaceReport]
    places: int
    messages: int
    chats: int
    residue_found: int | None
    checked: list[str]


class TrainingStoppedReport(msgspec.Struct, frozen=True):
    """What ``privacy stop-training`` did; what was exported before cannot be fetched back."""

    withdrawn_chats: int
    default_was_on: bool
    exported_at: list[str]


SCHEMAS: dict[str, type[msgspec.Struct] | object] = {
    "privacy-report": PrivacyReport,
    "privacy-everything": EverythingReport,
    "privacy-activity": list[ActivityReport],
    "privacy-network": NetworkReport,
    "privacy-given": GivenReport,
    "privacy-correct": CorrectionReport,
    "privacy-stop-training": TrainingStoppedReport,
}
