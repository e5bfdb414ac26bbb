# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export would hide, chat by chat in its place, before it is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.filtering.panel import FilterPanel
from desktop.ui.theme.controls import Button, label, page_head, restyle, scrolling
from desktop.ui.theme.theme import Theme

_MARGIN = 32  # px


class HiddenPage(QWidget):
    """Attributes:
    left: back to the export.
    panel: the chats, and what the filter takes out of each.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("What will be hidden"))
        self.back_button = Button(theme, _("Back"), "link")
        self.panel = FilterPanel(theme)
        self.done_button = Button(theme, _("Back to the export"), "primary")
        self.said = label("", "small", wrap=True)
        self._figures = label("", "small", wrap=True)
        self._counts = label("", "secondary", wrap=True)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(scrolled))
        page = QVBoxLayout(scrolled)
        page.setContentsMargins(_MARGIN, 28, _MARGIN, 20)
        page.setSpacing(12)
        page.addLayout(page_head(_("What will be hidden"), self.back_button))
        page.addWidget(self._counts)
        page.addWidget(self._figures)
        page.addWidget(self.panel, 1)
        page.addWidget(self.said)
        self.said.hide()
        self.panel.foot.addStretch(1)
        self.panel.foot.addWidget(self.done_button)
        self.done_button.clicked.connect(self.left)
        self.back_button.clicked.connect(self.left)

    def show_figures(self, words: str) -> None:
        """How much of what should be found is found."""
        self._figures.setText(words)

    def show_counts(self, words: str) -> None:
        """What is hidden in all the chats together."""
        self._counts.setText(words)

    def say(self, words: str, *, failed: bool = False) -> None:
        """Tell what came of something."""
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))
        announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
