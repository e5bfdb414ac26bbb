# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of the list of chats, known by its name."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NAME = 80  # characters; longer names are cut, not refused


@dataclass(frozen=True, slots=True)
class Folder:
    """``opened``: whether the list shows the chats in it."""

    name: str
    opened: bool = True


def folder_name(text: str) -> str:
    """A name as it is kept: on one line, and not too long; "" is none."""
    return " ".join(text.split())[:LONGEST_NAME].strip()
