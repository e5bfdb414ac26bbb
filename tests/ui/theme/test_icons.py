# SPDX-License-Identifier: GPL-3.0-or-later
"""Only icons that are used are shipped, each in the colour and size asked for."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from desktop.paths import resource
from desktop.ui.theme.icons import STROKE, icon, pixmap

ROOT = resource().parent
SOURCES = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "desktop" / "ui").rglob("*.py"))
ICONS = sorted(p.stem for p in resource("icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICONS)
def test_each_icon_is_used_and_ours_to_colour(name: str) -> None:
    assert f'"{name}"' in SOURCES, "shipped but not used"
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    assert 'stroke="currentColor"' in drawing
    assert 'stroke-width="2"' in drawing
    assert "<script" not in drawing
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", drawing)


def test_the_licence_is_beside_them() -> None:
    assert "ISC License" in resource("icons", "LICENSE").read_text(encoding="utf-8")


def test_an_icon_has_its_token_s_colour_at_each_ratio(qapp: QApplication) -> None:
    for ratio in (1.0, 1.5, 2.0):
        image = pixmap("flame", "#A8431A", 40, ratio).toImage()
        assert image.width() == round(40 * ratio)
        inked = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert inked
        assert all(colour == QColor("#A8431A") for colour in inked)
    assert STROKE == 1.75


def test_disabled_icons_look_it(qapp: QApplication) -> None:
    made = icon("plus", "#FFFFFF", 64, disabled="#655C53")
    image = made.pixmap(64, QIcon.Mode.Disabled).toImage()
    assert any(image.pixelColor(x, 32) == QColor("#655C53") for x in range(64))
    faded = icon("plus", "#FFFFFF", 64).pixmap(64, QIcon.Mode.Disabled).toImage()
    assert 0 < faded.pixelColor(32, 32).alpha() < 200


def test_a_gap_widens_on_the_side_of_the_words(qapp: QApplication) -> None:
    made = icon("plus", "#000000", 16, gap=6)
    assert made.availableSizes()[0].width() == 22
    image = made.pixmap(22, 16).toImage()
    assert all(image.pixelColor(x, y).alpha() == 0 for x in range(17, 22) for y in range(16))


def test_an_unknown_icon_is_a_bug(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#000000")
