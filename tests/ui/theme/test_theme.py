# SPDX-License-Identifier: GPL-3.0-or-later
"""The look follows the choice, the system and the scale, all at once."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.paths import resource
from desktop.ui.theme import fonts
from desktop.ui.theme.controls import Button, scale_layouts
from desktop.ui.theme.focus_ring import FocusRing
from desktop.ui.theme.style import focus_colour, selection, stylesheet
from desktop.ui.theme.theme import Theme, ThemeChoice
from desktop.ui.theme.tokens import DARK, LIGHT, contrast


def test_the_template_is_filled() -> None:
    for tokens in (LIGHT, DARK):
        sheet = stylesheet(tokens)
        assert "$" not in sheet
        assert tokens.accent in sheet


def test_every_length_but_hairlines_scales() -> None:
    plain, double = (
        re.sub(r"border-radius: \d+px; (min-height|padding)", "", stylesheet(LIGHT, scale))
        for scale in (1.0, 2.0)
    )
    lengths = [int(n) for n in re.findall(r"(\d+)px", plain)]
    doubled = [int(n) for n in re.findall(r"(\d+)px", double)]
    assert doubled == [n if n <= 1 else 2 * n for n in lengths]


@pytest.mark.parametrize("scale", [0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0])
def test_round_ends_stay_round_at_each_scale(scale: float) -> None:
    """Qt squares corners whose radius is more than half the height."""
    sheet = stylesheet(LIGHT, scale)
    for radius, height in re.findall(r"border-radius: (\d+)px; min-height: (\d+)px", sheet):
        assert int(radius) <= (int(height) + 2) / 2


def test_margins_scale_from_what_they_were_made_with(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(10, 4, 2, 0)
    layout.setSpacing(6)
    for scale in (2.0, 1.5, 1.0, 2.0):
        scale_layouts(widget, scale)
    assert layout.contentsMargins() == QMargins(20, 8, 4, 0)
    assert layout.spacing() == 12


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ring_is_seen_and_chosen_text_is_read(tokens: object) -> None:
    palette = LIGHT if tokens is LIGHT else DARK
    for ground in ("bg", "surface", "sidebar"):
        assert contrast(focus_colour(palette), getattr(palette, ground)) >= 3
    assert contrast(palette.ink, selection(palette)) >= 4.5


def test_choosing_dark_changes_everything(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    assert theme.tokens is LIGHT
    with qtbot.waitSignal(theme.changed):
        theme.choose(ThemeChoice.DARK)
    assert theme.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.bg
    assert DARK.bg in qapp.styleSheet()
    theme.choose(ThemeChoice.LIGHT)
    assert theme.tokens is LIGHT


def test_the_system_is_followed_while_it_changes(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp, ThemeChoice.SYSTEM)
    hints = qapp.styleHints()
    hints.setColorScheme(Qt.ColorScheme.Dark)  # what a desktop's switch does
    if hints.colorScheme() is Qt.ColorScheme.Dark:
        assert theme.tokens is DARK
        hints.setColorScheme(Qt.ColorScheme.Light)
        assert theme.tokens is LIGHT
    hints.setColorScheme(Qt.ColorScheme.Unknown)
    theme.deleteLater()


def test_scale_reaches_fonts_and_lengths(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_scale(1.5)
    assert theme.px(10) == 15
    assert qapp.font().pixelSize() == 21
    theme.set_scale(1.0)


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_bundled_fonts_are_used(theme: Theme, weight: int) -> None:
    found = QFontInfo(fonts.sans(14, QFont.Weight(weight)))
    assert (found.family(), found.weight()) == (fonts.SANS, weight)
    assert QFontInfo(fonts.mono()).family() == fonts.MONO


def test_the_fonts_come_with_their_licences() -> None:
    for name in ("OFL-Inter.txt", "OFL-JetBrainsMono.txt"):
        assert "SIL OPEN FONT LICENSE" in resource("fonts", name).read_text(encoding="utf-8").upper()


def test_the_ring_follows_the_keyboard(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, field, last = Button(theme, "First"), QLineEdit(), QPushButton("Last")
    for widget in (first, field, last):
        layout.addWidget(widget)
    ring = FocusRing(theme, window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.target is None
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert ring.target is field
    assert ring.isVisible()
    assert ring.geometry().contains(field.geometry())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert ring.target is last
    window.resize(500, 400)
    qtbot.waitUntil(lambda: ring.geometry().contains(last.geometry()))
