# SPDX-License-Identifier: GPL-3.0-or-later
"""Services over a real encrypted database in memory and an engine that plays a script."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # what these tests share lies beside them

from scripted_session import engine, models, session

__all__ = ["engine", "models", "session"]
