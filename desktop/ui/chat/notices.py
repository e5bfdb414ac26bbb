# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines between transcript and composer that say what happened, what is safe and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.theme.controls import Button, IconButton, IconLabel, label, scale_layouts
from desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Action:
    """A way out, as a button."""

    text: str
    do: Callable[[], object]


class Notices(QWidget):
    """At most one notice of each kind; a newer one takes the older one's place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: dict[str, QFrame] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self.hide()

    def show_notice(
        self, kind: str, words: str, actions: Sequence[Action] = (), *, icon: str = "triangle-alert"
    ) -> None:
        """Say something until it is closed or taken back."""
        self.take_back(kind)
        frame = QFrame()
        frame.setProperty("kind", "notice")
        frame.setAccessibleName(words)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(IconLabel(self._theme, icon, "accent", 17), 0, Qt.AlignmentFlag.AlignVCenter)
        text = label(words, "small", wrap=True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(text, 1)
        for action in actions:
            button = Button(self._theme, action.text)
            button.clicked.connect(lambda _checked=False, a=action: self._act(kind, a))
            layout.addWidget(button)
        close = IconButton(self._theme, "x", _("Close this notice"), size=15)
        close.clicked.connect(lambda: self.take_back(kind))
        layout.addWidget(close)
        scale_layouts(frame, self._theme.scale)
        self._shown[kind] = frame
        self._layout.addWidget(frame)
        self.show()
        announce(self, words)

    def take_back(self, kind: str) -> None:
        """What it said is no longer so."""
        frame = self._shown.pop(kind, None)
        if frame is not None:
            frame.hide()
            self._layout.removeWidget(frame)
            frame.deleteLater()
        self.setVisible(bool(self._shown))

    def words(self, kind: str) -> str:
        """What is shown of this kind; "" if nothing."""
        frame = self._shown.get(kind)
        return frame.accessibleName() if frame is not None else ""

    def _act(self, kind: str, action: Action) -> None:
        self.take_back(kind)
        action.do()
