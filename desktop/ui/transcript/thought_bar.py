# SPDX-License-Identifier: GPL-3.0-or-later
"""The line that stands for a model's reasoning, which it opens and shuts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.i18n import _
from desktop.ui.markdown.blocks import ThoughtBlock
from desktop.ui.theme.icons import icon
from desktop.ui.transcript.style import TranscriptStyle

HEIGHT = 32


class ThoughtBar(QWidget):
    """Says how long it took.

    Attributes:
        toggled: open the reasoning, or shut it.
    """

    toggled = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = QToolButton(self)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.toggled)
        self._look: tuple[TranscriptStyle, bool] | None = None

    def show_thought(self, block: ThoughtBlock, seconds: float, style: TranscriptStyle) -> int:
        """Show the line; returns its height."""
        words = thought_words(block.thinking, seconds)
        if self._look != (style, block.opened):
            self._look = (style, block.opened)
            size = style.px(14)
            name = "chevron-down" if block.opened else "chevron-right"
            self.button.setIcon(icon(name, style.tokens.ink3, size))
            self.button.setIconSize(QSize(size, size))
            self.button.setFont(style.caption)
            self.button.setMinimumHeight(style.px(HEIGHT))
        self.button.setChecked(block.opened)
        self.button.setToolTip(_("Hide the reasoning") if block.opened else _("Show the reasoning"))
        self.button.setAccessibleDescription(self.button.toolTip())
        if words != self.button.text():
            self.button.setText(words)
            self.button.setAccessibleName(words)
        self.button.adjustSize()
        # The icon, not the button's edge, lines up with the text.
        self.button.move(-style.px(4), 0)
        self.resize(self.button.width(), style.px(HEIGHT))
        return style.px(HEIGHT)


def thought_words(thinking: bool, seconds: float) -> str:
    """What is said of reasoning that goes on, or took so long (0: nobody looked at a clock)."""
    if thinking:
        return _("Thinking…")
    if seconds <= 0:
        return _("Reasoning")
    if seconds < 60:
        return _("Thought for {seconds} s").format(seconds=max(1, round(seconds)))
    minutes, rest = divmod(round(seconds), 60)
    return _("Thought for {minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
