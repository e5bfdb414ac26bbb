# SPDX-License-Identifier: GPL-3.0-or-later
"""Formulas as values: what is to be drawn, and the outline it is drawn as."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SOURCE = 2000
"""Characters of LaTeX; what is longer is shown as it was written."""

EM = 100.0
"""The size of the letters an outline is made for, in its own units."""

_ENDS = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))


@dataclass(frozen=True, slots=True)
class Formula:
    """LaTeX without the marks around it; ``display`` if it stands alone."""

    source: str
    display: bool = False

    @classmethod
    def marked(cls, text: str, *, display: bool) -> Formula:
        """From text with its marks ("$x$")."""
        for opener, closer in _ENDS:
            if text.startswith(opener) and text.endswith(closer) and len(text) >= len(opener) + len(closer):
                return cls(text[len(opener) : len(text) - len(closer)].strip(), display)
        return cls(text.strip(), display)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An outline to be filled (non-zero rule): y grows downwards, the baseline is at 0.

    Attributes:
        width, ascent, descent: its extent, above and below the baseline.
        steps: M(ove), L(ine), Q(uadratic), C(ubic), Z (close).
        numbers: their coordinates, in order: 2, 2, 4, 6 and none.
    """

    width: float
    ascent: float
    descent: float
    steps: str
    numbers: tuple[float, ...]

    @property
    def consistent(self) -> bool:
        """Whether there are as many coordinates as the steps take."""
        need = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
        return sum(need[step] for step in self.steps) == len(self.numbers)
