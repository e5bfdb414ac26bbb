# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments as the JSON documents tell them."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, such as 2026-11-23T10:42:00.125Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
