# SPDX-License-Identifier: GPL-3.0-or-later
"""The round button that leads back to the end of the transcript."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.i18n import _
from desktop.ui.theme.icons import icon
from desktop.ui.transcript.style import TranscriptStyle

_SIDE = 36
_BELOW = 12
_ICON = 18


class LatestButton(QToolButton):
    """Floats above the transcript's lower edge while its end is out of view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Jump to latest"))
        self.setToolTip(_("Jump to latest"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def settle(self, room: QSize, style: TranscriptStyle) -> None:
        """Go to the middle of the lower edge of a transcript of this size."""
        side = style.px(_SIDE)
        self.setGeometry((room.width() - side) // 2, room.height() - side - style.px(_BELOW), side, side)

    def dress(self, style: TranscriptStyle) -> None:
        """Take a look."""
        tokens, size = style.tokens, style.px(_ICON)
        radius = style.px(_SIDE) // 2  # a pixel more and Qt would not round at all
        self.setIcon(icon("arrow-down", tokens.ink2, size))
        self.setIconSize(QSize(size, size))
        self.setStyleSheet(
            f"QToolButton {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            f" border-radius: {radius}px; }} QToolButton:hover {{ background: {tokens.hover}; }}"
        )
