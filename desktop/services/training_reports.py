# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents about training; ``reports`` names their schemas."""

from __future__ import annotations

import msgspec

from desktop.services.filter_reports import ReviewedMessageReport


class ConsentedChatReport(msgspec.Struct, frozen=True):
    """A chat in a training set; ``consented_at`` is when the consent that held was given."""

    id: str
    consented_at: str | None


class ManifestFileReport(msgspec.Struct, frozen=True):
    """A file of a training set."""

    name: str
    bytes: int
    sha256: str


class TrainingManifest(msgspec.Struct, frozen=True):
    """What a training set holds; ``removed`` counts replaced passages by kind, ``name_models`` were used."""

    format: str
    version: int
    created_at: str
    app_version: str
    filter_version: int
    name_models: list[str]
    removed: dict[str, int]
    chats: list[ConsentedChatReport]
    examples: int
    pairs: int
    files: list[ManifestFileReport]


class ReviewedChatReport(msgspec.Struct, frozen=True):
    """A chat of ``training review``; ``pairs`` counts the preferences its feedback gives."""

    id: str
    title: str
    consented_at: str | None
    pairs: int
    messages: list[ReviewedMessageReport]
