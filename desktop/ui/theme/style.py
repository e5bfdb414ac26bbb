# SPDX-License-Identifier: GPL-3.0-or-later
"""The style sheet: a template in resources/styles, filled from the tokens and scaled as one."""

from __future__ import annotations

import re
import string
from dataclasses import asdict

from PySide6.QtGui import QColor, QPalette

from desktop.paths import resource
from desktop.ui.theme.tokens import Tokens, mixed

# Strong enough to be seen on every ground (3:1, WCAG 2.2 1.4.11), softer than the accent itself.
FOCUS_SHARE = 0.75
_LENGTH = re.compile(r"(?<![\w.])(\d+)px")
_HALF = re.compile(r"(?<=: )half\((\d+)\)")
_HAIRLINE = 1


def stylesheet(tokens: Tokens, scale: float = 1.0) -> str:
    """Fill the template.

    Args:
        tokens: the palette.
        scale: what every length but hairlines is multiplied by.

    Raises:
        KeyError: the template names a token there is not (a bug of ours).
    """
    template = string.Template(resource("styles", "inglenook.qss").read_text(encoding="utf-8"))
    derived = {
        "accent_hover": mixed(tokens.ink, tokens.accent, 0.12),
        "accent_pressed": mixed(tokens.ink, tokens.accent, 0.22),
        "accent_rest": mixed(tokens.accent, tokens.bg, 0.45),
        "chosen": selection(tokens),
    }
    filled = template.substitute({**asdict(tokens), **derived})
    rounded = _HALF.sub(lambda found: f"{(round(int(found[1]) * scale) + 2 * _HAIRLINE) // 2}PX", filled)
    scaled = _LENGTH.sub(lambda found: _scaled(int(found[1]), scale), rounded)
    return scaled.replace("PX", "px")


def palette(tokens: Tokens) -> QPalette:
    """The same colours for what Qt paints without a style sheet: documents, carets, selections."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, value in {
        role.Window: tokens.bg,
        role.WindowText: tokens.ink,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.code,
        role.Text: tokens.ink,
        role.Button: tokens.surface,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.on_accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.ink,
        role.PlaceholderText: tokens.ink3,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Highlight: selection(tokens),
        role.HighlightedText: tokens.ink,
        role.Accent: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line,
        role.Dark: tokens.ink3,
        role.Shadow: tokens.line,
    }.items():
        made.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(mixed(tokens.ink3, tokens.bg, 0.7)))
    return made


def selection(tokens: Tokens) -> str:
    """The ground of chosen text; ``ink`` stays readable on it."""
    return mixed(tokens.accent, tokens.surface, 0.28)


def glow_colour(tokens: Tokens) -> str:
    """Around a field, whose own border has turned to the accent already."""
    return mixed(tokens.accent, tokens.bg, 0.22)


def focus_colour(tokens: Tokens) -> str:
    """The ring around what the keyboard is at."""
    return mixed(tokens.accent, tokens.bg, FOCUS_SHARE)


def _scaled(length: int, scale: float) -> str:
    return f"{length if length <= _HAIRLINE else max(_HAIRLINE, round(length * scale))}px"
