# SPDX-License-Identifier: GPL-3.0-or-later
"""Where benchmarks leave things; ignored by git."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def scratch() -> Path:
    """A folder on the project's disk; a system's temporary folder may be memory, where fsync is free."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS
