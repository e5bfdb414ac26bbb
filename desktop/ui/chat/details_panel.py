# SPDX-License-Identifier: GPL-3.0-or-later
"""The details of a reply, in a small panel beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.chat.reply_facts import Fact
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme

_EDGE = 8  # px kept free at the edges of the screen


class DetailsPanel(QFrame):
    """Goes when it is closed: by Escape, or by a press beside it.

    Attributes:
        copy_requested: this text should go to the clipboard.
    """

    copy_requested = Signal(str)

    def __init__(self, theme: Theme, facts: Sequence[Fact], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "panel")
        self.setAccessibleName(_("Details of this message"))
        self.setAccessibleDescription(_as_text(facts))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(length) for length in (16, 14, 16, 12)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(label(_("Details"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(20))
        grid.setVerticalSpacing(theme.px(5))
        for number, (what, value) in enumerate(facts):
            name, said = label(what, "caption"), label(value, "small")
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setAccessibleName(f"{what}: {value}")
            grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(said, number, 1, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        self.copy_button = Button(theme, _("Copy"), icon="copy", icon_size=14)
        self.copy_button.setAccessibleName(_("Copy the details"))
        self.copy_button.clicked.connect(lambda: self._copy(facts))
        layout.addLayout(row(None, self.copy_button))

    def show_at(self, beside: QWidget) -> None:
        """Open above a widget, or below it where there is no room; inside the screen."""
        self.adjustSize()
        screen = beside.screen().availableGeometry().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        corner = beside.mapToGlobal(QPoint(beside.width() - self.width(), -self.height() - _EDGE))
        if corner.y() < screen.top():
            corner.setY(beside.mapToGlobal(QPoint(0, beside.height() + _EDGE)).y())
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.copy_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def _copy(self, facts: Sequence[Fact]) -> None:
        self.copy_requested.emit(_as_text(facts))
        self.close()


def _as_text(facts: Sequence[Fact]) -> str:
    return "\n".join(f"{what}: {value}" for what, value in facts)
