# SPDX-License-Identifier: GPL-3.0-or-later
"""The look in use: follows the system's light and dark as they change, or what a person chose."""

from __future__ import annotations

import enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QApplication

from desktop.ui.theme import fonts, icons
from desktop.ui.theme.style import palette, stylesheet
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens

READING_WIDTH = 720  # px of the design; what conversations are as wide as, unless a person chose otherwise


class ThemeChoice(enum.StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The palette, the scale and what is made from them.

    Attributes:
        changed: after colours or sizes changed; widgets that draw themselves take them anew.
    """

    changed = Signal()

    def __init__(
        self,
        application: QApplication,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        scale: float = 1.0,
        *,
        reading_width: int = READING_WIDTH,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._scale = scale
        self._reading_width = reading_width
        application.setStyle("Fusion")  # the same ground on every system; ours is drawn on top
        fonts.load_fonts()
        self._hints = application.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow_system)
        self._tell_system()
        self._dark = self._wants_dark()
        self._apply()

    @property
    def tokens(self) -> Tokens:
        """The palette in use."""
        return DARK if self._dark else LIGHT

    @property
    def dark(self) -> bool:
        """Whether it is the dark one."""
        return self._dark

    @property
    def scale(self) -> float:
        """What sizes are multiplied by, on top of the screen's own scaling."""
        return self._scale

    def choose(self, choice: ThemeChoice) -> None:
        """Light, dark, or whatever the system says."""
        self._choice = choice
        self._tell_system()
        self._follow_system()

    def set_scale(self, scale: float) -> None:
        """Make everything larger or smaller, together."""
        if scale != self._scale:
            self._scale = scale
            self._apply()
            self.changed.emit()

    @property
    def reading_width(self) -> int:
        """How wide conversations are at most, in pixels of the design."""
        return self._reading_width

    def set_reading_width(self, width: int) -> None:
        """Make conversations wider or narrower."""
        if width != self._reading_width:
            self._reading_width = width
            self.changed.emit()

    def px(self, length: float) -> int:
        """A length of the design, in device-independent pixels at the scale in use."""
        return round(length * self._scale)

    def font(self, px: float = fonts.INTERFACE_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Inter, scaled."""
        return fonts.sans(px * self._scale, weight)

    def icon(
        self, name: str, colour: str = "ink3", size: int = 16, *, resting: str = "", gap: int = 0
    ) -> QIcon:
        """An icon in a token's colour, scaled; ``resting`` is the token for its disabled state."""
        disabled = getattr(self.tokens, resting) if resting else None
        ink = getattr(self.tokens, colour)
        return icons.icon(name, ink, self.px(size), disabled=disabled, gap=self.px(gap))

    def _wants_dark(self) -> bool:
        if self._choice is ThemeChoice.SYSTEM:
            return self._hints.colorScheme() is Qt.ColorScheme.Dark
        return self._choice is ThemeChoice.DARK

    def _tell_system(self) -> None:
        """So that title bars and native dialogs match."""
        schemes = {ThemeChoice.LIGHT: Qt.ColorScheme.Light, ThemeChoice.DARK: Qt.ColorScheme.Dark}
        self._hints.setColorScheme(schemes.get(self._choice, Qt.ColorScheme.Unknown))

    def _follow_system(self) -> None:
        dark = self._wants_dark()
        if dark != self._dark:
            self._dark = dark
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._application.setPalette(palette(self.tokens))
        self._application.setFont(self.font())
        self._application.setStyleSheet(stylesheet(self.tokens, self._scale))
