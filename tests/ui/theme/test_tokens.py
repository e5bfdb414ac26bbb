# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text can be read on every ground it meets."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from desktop.ui.theme.tokens import DARK, LIGHT, PAIRS, Tokens, contrast, mixed

AA = 4.5  # WCAG 2.2, 1.4.3, normal text
PALETTES = {"light": LIGHT, "dark": DARK}


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_on_its_ground_meets_aa(palette: str, text: str, ground: str) -> None:
    tokens = PALETTES[palette]
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= AA


@pytest.mark.parametrize("tokens", PALETTES.values(), ids=PALETTES)
def test_tokens_are_plain_hex(tokens: Tokens) -> None:
    for name, value in asdict(tokens).items():
        assert re.fullmatch(r"#[0-9A-F]{6}", value), name


def test_contrast_knows_its_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_mixing_is_a_share_of_each() -> None:
    assert mixed("#FFFFFF", "#000000", 0.5) == "#808080"
    assert mixed("#A8431A", "#FBF9F6", 1) == "#A8431A"
