# SPDX-License-Identifier: GPL-3.0-or-later
"""The record in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.services.activity import Activity, Count, in_words

NOW = datetime(2026, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "counts", "words"),
    [
        ("deleted", {"chats": 2, "messages": 9}, "Erased 2 chats"),
        ("deleted", {"chats": 1}, "Erased 1 chat"),
        (
            "deleted",
            {"chats": 3, "pages": 142, "residue": 0},
            "Erased 3 chats; 142 pages looked at, nothing was left",
        ),
        (
            "deleted",
            {"chats": 1, "pages": 1, "residue": 2},
            "Erased 1 chat; 1 page looked at, 2 traces were left",
        ),
        (
            "deleted",
            {"chats": 1, "pages": 0, "looked_for": 4},
            "Erased 1 chat; whether traces are left could not be looked at",
        ),
        ("exported", {"chats": 14, "format": "json"}, "Exported 14 chats"),
        ("imported", {"chats": 212}, "Imported 212 chats"),
        ("kept", {"chats": 1}, "Kept 1 temporary chat"),
        ("consented", {}, "Allowed 1 chat for training"),
        ("withdrawn", {"chats": 3}, "Withdrew 3 chats from training"),
        ("backup-verified", {}, "Backup verified"),
    ],
)
def test_each_kind_in_words(kind: str, counts: dict[str, Count], words: str) -> None:
    assert in_words(Activity(NOW, kind, counts)) == words
