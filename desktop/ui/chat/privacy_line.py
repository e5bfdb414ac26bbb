# SPDX-License-Identifier: GPL-3.0-or-later
"""The quiet line at the foot that tells the truth: where things are, how they lie there, who is called."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import IconLabel, label, row
from desktop.ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """What is so, looked at and not assumed.

    Attributes:
        encrypted: the chat shown lies in an encrypted vault.
        network_impossible: the system refuses this process any network socket.
        temporary: the chat shown is in memory only.
    """

    encrypted: bool
    network_impossible: bool
    temporary: bool = False


class PrivacyLine(QWidget):
    """Three short facts, each with the exact terms in its tool tip. Pressing them asks for the whole truth.

    Attributes:
        pressed: the pointer's short way to the Privacy Centre; the keyboard has its own.
    """

    pressed = Signal()

    def __init__(self, theme: Theme, facts: PrivacyFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addStretch(1)
        for icon, words, terms in _lines(facts):
            part = QWidget()
            part.setLayout(row(IconLabel(theme, icon, "ink3", 14), label(words, "caption"), spacing=4))
            part.setToolTip(terms)
            layout.addWidget(part)
        layout.addStretch(1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(" · ".join(words for _icon, words, _terms in _lines(facts)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press with the main button opens what is behind the line."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()


def cannot_promise() -> str:
    """What a chat in memory depends on and this program cannot see to."""
    return _(
        "What we can’t promise: your system may write memory to disk (swap, hibernation). Where that "
        "matters, encrypt the disk."
    )


def _lines(facts: PrivacyFacts) -> list[tuple[str, str, str]]:
    lines = [
        (
            "laptop",
            _("On this device"),
            _("The model runs here, in a process of its own. Nothing you write is sent anywhere."),
        )
    ]
    if facts.encrypted:
        lines.append(
            (
                "lock",
                _("Encrypted"),
                _("SQLCipher, AES-256; your passphrase unwraps the key (Argon2id)."),
            )
        )
    if facts.temporary:
        lines.append(
            (
                "moon-star",
                _("In memory only"),
                _("Inglenook writes nothing of this chat to disk.") + "\n" + cannot_promise(),
            )
        )
    if facts.network_impossible:
        lines.append(
            (
                "wifi-off",
                _("Network never used"),
                _("The system refuses this program any connection, even if it tried (seccomp)."),
            )
        )
    else:
        lines.append(
            (
                "wifi-off",
                _("Network not used"),
                _("Inglenook makes no connection; this system does not enforce it."),
            )
        )
    return lines
