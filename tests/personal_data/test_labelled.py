# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars, measured on generated and on written texts, and the figures that are shown."""

from __future__ import annotations

import json

import pytest

from desktop.personal_data import Kind
from tests.personal_data.recipe import GENERATED, generate
from tests.personal_data.scoring import DOCUMENT, FIGURES, WRITTEN, by_kind, figures, misses, score, table

STRUCTURED = [kind for kind in Kind if kind not in (Kind.PHONE, Kind.NAME, Kind.ADDRESS)]


def test_the_recipe_gives_the_texts_that_are_checked_in() -> None:
    assert GENERATED.read_text(encoding="utf-8") == generate()


@pytest.mark.parametrize("kind", STRUCTURED)
def test_structured_kinds(kind: Kind) -> None:
    tally = by_kind(score(GENERATED, WRITTEN))[kind]
    assert tally.labels >= 10
    assert tally.recall >= 0.97
    assert tally.precision >= 0.95


@pytest.mark.parametrize("kind", [Kind.PHONE, Kind.ADDRESS])
def test_less_regular_kinds(kind: Kind) -> None:
    tally = by_kind(score(GENERATED, WRITTEN))[kind]
    assert tally.recall >= 0.92
    assert tally.precision >= 0.95


def test_names() -> None:
    """English names at 0.80; the other languages are held to what they reach, not to be lost unseen."""
    tallies = score(GENERATED, WRITTEN)
    for language in ("en", "de", "fr", "es", "zh"):
        assert tallies[language, Kind.NAME].recall >= 0.80
        assert tallies[language, Kind.NAME].precision >= 0.95


def test_the_written_cases_are_all_right() -> None:
    """They stand for mistakes that were made once."""
    assert list(misses(WRITTEN)) == []


def test_the_shown_figures_are_true() -> None:
    assert json.loads(FIGURES.read_text(encoding="utf-8")) == figures()
    assert table() in DOCUMENT.read_text(encoding="utf-8")
