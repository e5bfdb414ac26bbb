# SPDX-License-Identifier: GPL-3.0-or-later
"""Inter for words, JetBrains Mono for code, both bundled (OFL); the system's fonts for other scripts."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

from desktop.paths import resource

SANS = "Inter"
MONO = "JetBrains Mono"
# Named so that CJK, Arabic, Devanagari … look like Inter's neighbours where Noto is installed.
_FALLBACKS = ("Noto Sans", "Noto Sans CJK JP", "Noto Color Emoji", "sans-serif")
_MONO_FALLBACKS = ("Noto Sans Mono", "DejaVu Sans Mono", "monospace")

INTERFACE_PX = 14
READING_PX = 15
READING_LINE_HEIGHT = 1.62
CODE_PX = 13


def load_fonts() -> None:
    """Register the bundled fonts with Qt; needs the application object. A missing file is left out."""
    for path in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def sans(px: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Inter at ``px`` device-independent pixels."""
    return _font((SANS, *_FALLBACKS), px, weight)


def mono(px: float = CODE_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """JetBrains Mono at ``px`` device-independent pixels."""
    made = _font((MONO, *_MONO_FALLBACKS), px, weight)
    made.setStyleHint(QFont.StyleHint.Monospace)
    return made


def _font(families: tuple[str, ...], px: float, weight: QFont.Weight) -> QFont:
    made = QFont(list(families))
    made.setPixelSize(max(1, round(px)))
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
