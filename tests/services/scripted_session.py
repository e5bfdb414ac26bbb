# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a session over a real encrypted database in memory and an engine that plays a script.

Whoever wants them imports all three names into its conftest: pytest finds fixtures where their names are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.services.models import ModelChoice, Models
from desktop.services.session import Session


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine(say("Good ", "evening."))


@pytest.fixture
def models(engine: ScriptedEngine, tmp_path: Path) -> Models:
    file = tmp_path / "model.gguf"
    file.touch()
    return Models(engine, ModelChoice(file, "Scripted"))


@pytest.fixture
def session(models: Models) -> Iterator[Session]:
    session = Session(None, models)
    yield session
    session.close()
