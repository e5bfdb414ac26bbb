# SPDX-License-Identifier: GPL-3.0-or-later
"""The quiet line at the foot that tells the truth: where things are, how they lie there, who is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from desktop.i18n import _
from desktop.ui.theme.controls import IconLabel, label, row
from desktop.ui.theme.theme import Theme

_GAP = 16  # px between facts
_LEADING = 3  # px between lines


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

    Side by side in the middle; where large text leaves no room for that, on several lines.

    Attributes:
        pressed: the pointer's short way to the Privacy Centre; the keyboard has its own.
    """

    pressed = Signal()

    def __init__(self, theme: Theme, facts: PrivacyFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: list[QWidget] = []
        for icon, words, terms in _lines(facts):
            part = QWidget(self)
            part.setLayout(row(IconLabel(theme, icon, "ink3", 14), label(words, "caption"), spacing=4))
            part.setToolTip(terms)
            self._parts.append(part)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(" · ".join(words for _icon, words, _terms in _lines(facts)))

    def sizeHint(self) -> QSize:
        """All on one line."""
        return self._extent(self._parts)

    def minimumSizeHint(self) -> QSize:
        """One below the other, but no taller than one line: the layout asks for the height at its width."""
        sizes = [part.sizeHint() for part in self._parts]
        return QSize(max(size.width() for size in sizes), max(size.height() for size in sizes))

    def heightForWidth(self, width: int) -> int:
        """As many lines as it takes."""
        lines = self._arranged(width)
        return sum(self._extent(line).height() for line in lines) + (len(lines) - 1) * self._theme.px(
            _LEADING
        )

    def event(self, event: QEvent) -> bool:
        """A fact grew or shrank with the text."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find the lines anew."""
        super().resizeEvent(event)
        self._place()

    def _arranged(self, width: int) -> list[list[QWidget]]:
        lines: list[list[QWidget]] = [[]]
        for part in self._parts:
            if lines[-1] and self._extent([*lines[-1], part]).width() > width:
                lines.append([])
            lines[-1].append(part)
        return lines

    def _extent(self, parts: Sequence[QWidget]) -> QSize:
        sizes = [part.sizeHint() for part in parts]
        gaps = (len(parts) - 1) * self._theme.px(_GAP)
        return QSize(sum(size.width() for size in sizes) + gaps, max(size.height() for size in sizes))

    def _place(self) -> None:
        top = 0
        for line in self._arranged(self.width()):
            extent = self._extent(line)
            left = max(0, (self.width() - extent.width()) // 2)
            for part in line:
                size = part.sizeHint()
                place = QRect(left, top, min(size.width(), self.width()), extent.height())
                part.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
                left += size.width() + self._theme.px(_GAP)
            top += extent.height() + self._theme.px(_LEADING)

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
