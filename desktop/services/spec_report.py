# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON document of ``spec``."""

from __future__ import annotations

import msgspec


class SpecReport(msgspec.Struct, frozen=True):
    """What ``spec`` answers: the layers, and ``given``, the one text the model is given of them.

    Attributes:
        app_state: shipped, own or off.
        app_version: of the words Inglenook came with, whether they hold or not.
        chat_id: null where no chat was named.
        fingerprint: names this version of ``given``; empty for nothing.
        estimated_tokens: about what it takes of the model's window.
    """

    app_state: str
    app: str
    app_version: str
    person: str
    chat_id: str | None
    chat: str
    given: str
    fingerprint: str
    characters: int
    estimated_tokens: int
