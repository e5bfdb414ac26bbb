# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the model's window, part by part, over the words that say how full it is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.window import Measured
from desktop.ui.theme.controls import label, scale_layouts
from desktop.ui.theme.theme import Theme

_WIDTH = 330  # px
_GAP = 6


class WindowCard(QFrame):
    """A small card that Escape or a press elsewhere closes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("popover")
        self.setAccessibleName(_("What the model reads"))
        self._theme = theme
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("How full the window is"))
        self.summary = label("", "small", wrap=True)
        self.left_out = label("", "small", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.counts: list[tuple[QLabel, QLabel]] = []
        for at in range(6):
            pair = label("", "small"), label("", "small")
            pair[1].setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(pair[0], at, 0)
            self._grid.addWidget(pair[1], at, 1)
            self.counts.append(pair)
        self._inside = inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.setSpacing(10)
        for part in (label(_("What the model reads"), "field"), self.bar, self.summary):
            inside.addWidget(part)
        inside.addLayout(self._grid)
        inside.addWidget(self.left_out)

    def show_window(self, measured: Measured, draft: int) -> None:
        """Fill it in."""
        used = measured.used + draft
        free = max(0, measured.window - used - measured.room)
        self.bar.setRange(0, measured.window)
        self.bar.setValue(min(used, measured.window))
        self.summary.setText(
            _("{used} of {window} tokens. A token is a word or a piece of one.").format(
                used=f"{used:,}", window=f"{measured.window:,}"
            )
        )
        earlier = ngettext("{count} message", "{count} messages", measured.kept_messages)
        rows = (
            (_("Instructions"), measured.instructions),
            (earlier.format(count=f"{measured.kept_messages:,}"), measured.messages),
            (_("What you are writing"), draft),
            (_("Around them, by the model's template"), measured.around),
            (_("Kept free for the answer"), measured.room),
            (_("Still free"), free),
        )
        for (name, number), (words, count) in zip(self.counts, rows, strict=True):
            name.setText(words)
            number.setText(f"{count:,}")
            number.setAccessibleName(f"{words}: {count:,}")
        self.left_out.setText(_left_out(measured, used))
        scale_layouts(self, self._theme.scale)

    def open_over(self, anchor: QWidget) -> None:
        """Show it above ``anchor``, within the window."""
        self.setFixedWidth(self._theme.px(_WIDTH))
        self._inside.activate()
        height = self._inside.heightForWidth(self.width())
        self.setFixedHeight(max(height, self._inside.minimumSize().height()))
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = anchor.width() - self.width() if rtl else 0
        self.move(anchor.mapToGlobal(QPoint(left, -self.height() - self._theme.px(_GAP))))
        self.show()
        self.setFocus()


def _left_out(measured: Measured, used: int) -> str:
    if measured.dropped_messages:
        return ngettext(
            "The oldest {count} message no longer fits and is not read.",
            "The oldest {count} messages no longer fit and are not read.",
            measured.dropped_messages,
        ).format(count=f"{measured.dropped_messages:,}")
    if used + measured.room > measured.window:
        return _("With this message the oldest ones no longer fit: they are left out, and stay in the chat.")
    return _("Nothing is left out.")
