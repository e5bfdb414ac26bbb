# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines for tests: the real model behind the real child, and a fake child for timing and faults."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the helpers lie beside the tests that use them

from engine_support import PlainRenderer
from fake_child import fake_factory

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.generation import ModelSpec
from desktop.engine.client import LocalEngine


@pytest.fixture
def fake_engine(tmp_path: Path) -> Iterator[Callable[..., LocalEngine]]:
    """Makes loaded engines over a fake child; closes them."""
    file = tmp_path / "model.gguf"
    file.touch()
    engines: list[LocalEngine] = []

    def make(**behaviour: Any) -> LocalEngine:
        engine = LocalEngine(PlainRenderer(), child_factory=fake_factory(**behaviour))
        engines.append(engine)
        engine.load(ModelSpec(file, "Fake"))
        return engine

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture(scope="session")
def renderer() -> Iterator[ChatTemplateRenderer]:
    """The real renderer of chat templates."""
    renderer = ChatTemplateRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def engine(model_file: Path, renderer: ChatTemplateRenderer) -> Iterator[LocalEngine]:
    """The real model with a roomy window, shared by a module's tests."""
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=4096))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def small_engine(model_file: Path, renderer: ChatTemplateRenderer) -> Iterator[LocalEngine]:
    """The real model with a window that overflows soon."""
    engine = LocalEngine(renderer)
    engine.load(ModelSpec(model_file, "SmolLM2", n_ctx=256))
    yield engine
    engine.close()
