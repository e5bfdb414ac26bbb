# SPDX-License-Identifier: GPL-3.0-or-later
"""The card at the foot of a chat."""

from __future__ import annotations

import enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.composer.message_edit import MessageEdit
from desktop.ui.composer.model_chip import ModelChip
from desktop.ui.theme.controls import Button, IconButton, restyle, row
from desktop.ui.theme.theme import Theme

WIDTH = 752  # px: the reading column and the card's own padding
_SEND_ICON = 18


class Phase(enum.Enum):
    """What the round button does."""

    IDLE = enum.auto()
    ANSWERING = enum.auto()


class Composer(QFrame):
    """Attributes:
    sent: the text, once the person sends it. The field keeps it until ``accept`` is called.
    stopped: stop the answer.
    """

    sent = Signal(str)
    stopped = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self._theme = theme
        self._phase = Phase.IDLE
        self.edit = MessageEdit()
        self.chip = ModelChip(theme)
        self.settings_button = IconButton(
            theme, "sliders-horizontal", _("How this chat is answered"), shortcut="Ctrl+.", size=17
        )
        self.tokens = Button(theme, "", "meter")
        self.tokens.hide()
        self.button = Button(
            theme, "", "round", icon="arrow-up", colour="on_accent", icon_size=_SEND_ICON, resting="ink3"
        )
        self.button.setProperty("ringRadius", 17)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(15, 16, 14, 10)
        layout.setSpacing(17)
        layout.addWidget(self.edit)
        layout.addLayout(row(self.settings_button, self.chip, self.tokens, None, self.button, spacing=6))
        self.setFocusProxy(self.edit)
        self.edit.confirmed.connect(self._send)
        self.edit.textChanged.connect(self._refresh)
        self.edit.focus_changed.connect(self._show_typing)  # a method: not called once this is gone
        self.button.clicked.connect(self._press)
        self.show_phase(Phase.IDLE)
        self.show_fresh(True)

    @property
    def is_idle(self) -> bool:
        """Whether no answer is being written."""
        return self._phase is Phase.IDLE

    @property
    def text(self) -> str:
        """What is written."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a draft into the field, the caret at its end."""
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def show_phase(self, phase: Phase) -> None:
        """Send or stop."""
        self._phase = phase
        answering = phase is Phase.ANSWERING
        self.button.show_icon("square" if answering else "arrow-up")
        name = _("Stop the answer") if answering else _("Send")
        self.button.setAccessibleName(name)
        self.button.setToolTip(f"{name}  Esc" if answering else name)
        self._refresh()

    def show_fresh(self, fresh: bool) -> None:
        """Whether a chat would begin with this message."""
        self.edit.setPlaceholderText(_("Ask anything…") if fresh else _("Ask a follow-up…"))

    def show_tokens(self, used: int, window: int, dropped: int = 0, *, exactly: bool = False) -> None:
        """How full the model's window is; zero tokens of nothing shows nothing.

        Args:
            used: tokens read before the answer.
            window: tokens in all.
            dropped: how many of the oldest messages are left out.
            exactly: it was counted for what would be asked now, and can be looked at part by part.
        """
        self.tokens.setVisible(bool(window))
        self.tokens.setEnabled(exactly)
        if not window:
            self.tokens.setText("")
            self.tokens.setToolTip("")
            return
        text = _("{used} of {window} tokens").format(used=f"{used:,}", window=f"{window:,}")
        if dropped:
            text = _("{tokens} · the oldest {count} messages no longer fit").format(
                tokens=text, count=f"{dropped:,}"
            )
        self.tokens.show_text(text, _("{tokens}: what the model reads").format(tokens=text))
        self.tokens.setToolTip(
            _("What the model reads at once. The oldest messages are left out when it is full.")
        )

    def _press(self) -> None:
        if self._phase is Phase.ANSWERING:
            self.stopped.emit()
        else:
            self._send()

    def _send(self) -> None:
        if self._phase is Phase.IDLE and self.text.strip():
            self.sent.emit(self.text.strip("\r\n").rstrip())

    def _show_typing(self, typing: bool) -> None:
        restyle(self, "typing", typing)

    def _refresh(self) -> None:
        self.button.setEnabled(self._phase is Phase.ANSWERING or bool(self.text.strip()))
