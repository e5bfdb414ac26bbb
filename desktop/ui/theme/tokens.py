# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of the house, declared once; every pair of text and ground is tested for WCAG AA."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One palette; every value is ``#RRGGBB``.

    Attributes:
        bg: the window.
        surface: cards and the composer.
        sidebar: the sidebar.
        line: 1 px borders.
        hover: ground under the pointer and of what is selected.
        ink: text.
        ink2: secondary text.
        ink3: captions and icons.
        accent: the one primary action of a screen.
        on_accent: text and icons on ``accent``.
        accent_soft: one's own messages; the focus ring's glow.
        ok: consent, verified.
        ok_ground: ground under ``ok``.
        danger: irreversible acts only.
        dusk: everything temporary, and nothing else.
        dusk_ground: ground under ``dusk``.
        code: ground of code blocks.
    """

    bg: str
    surface: str
    sidebar: str
    line: str
    hover: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    on_accent: str
    accent_soft: str
    ok: str
    ok_ground: str
    danger: str
    dusk: str
    dusk_ground: str
    code: str


LIGHT = Tokens(
    bg="#FBF9F6",
    surface="#FFFFFF",
    sidebar="#F3EFE9",
    line="#E4DED5",
    hover="#EAE4DB",
    ink="#231F1B",
    ink2="#5F574E",
    ink3="#655C53",
    accent="#A8431A",
    on_accent="#FFFFFF",
    accent_soft="#F8E9DF",
    ok="#3F6B3A",
    ok_ground="#E8F0E4",
    danger="#A3261F",
    dusk="#46527A",
    dusk_ground="#EBEEF6",
    code="#F6F2EC",
)

DARK = Tokens(
    bg="#1B1917",
    surface="#242120",
    sidebar="#161412",
    line="#38322D",
    hover="#2B2724",
    ink="#F1ECE6",
    ink2="#BDB4AA",
    ink3="#9A9188",
    accent="#F0966B",
    on_accent="#22140C",
    accent_soft="#3A2820",
    ok="#9CCB93",
    ok_ground="#25301F",
    danger="#F28B82",
    dusk="#A9B6E0",
    dusk_ground="#252A3A",
    code="#1F1C1A",
)

_GROUNDS = ("bg", "surface", "sidebar", "hover", "code", "accent_soft")

# (text, ground) that may meet on a screen. Icons count as text: they carry meaning.
PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in ("ink", "ink2", "ink3") for ground in _GROUNDS),
    *((text, ground) for text in ("accent", "danger") for ground in ("bg", "surface", "sidebar", "code")),
    ("on_accent", "accent"),
    ("ok", "ok_ground"),
    ("ok", "code"),
    ("ok", "surface"),
    ("dusk", "dusk_ground"),
    ("dusk", "code"),
    ("dusk", "surface"),
    ("ink", "dusk_ground"),
    ("ink2", "dusk_ground"),
    ("ink3", "dusk_ground"),
    ("accent", "dusk_ground"),
    ("danger", "dusk_ground"),
)


def mixed(front: str, back: str, share: float) -> str:
    """Return ``front`` laid over ``back`` with opacity ``share`` (0–1), as ``#RRGGBB``."""
    pairs = zip(_channels(front), _channels(back), strict=True)
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02X}" for f, b in pairs)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1–21 (WCAG 2.2, relative luminance)."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
