# SPDX-License-Identifier: GPL-3.0-or-later
"""Moving to another computer, on one page: out on the old one, in on the new one, compared."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui.moving.cards import InCard, OutCard
from desktop.ui.theme.controls import Button, label, page_head, scroll_in_the_middle
from desktop.ui.theme.theme import Theme

_WIDTH = 640  # px
_MARGIN = 32


class MovePage(QWidget):
    """Attributes:
    left: back to where it was opened.
    out: the half for the old computer.
    bring: the half for the new one.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Move to another computer"))
        self._theme = theme
        self.back_button = Button(theme, _("Back"), "link")
        self.out = OutCard(theme)
        self.bring = InCard(theme)
        self._column = QWidget()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(16)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Move to another computer"), self.back_button))
        for words in (
            _(
                "Along come every chat with all its versions, what you began to write, thumbs and "
                "corrections, what you told the filter, and how long chats are kept."
            ),
            _(
                "Behind stay model files, each computer's passphrase, the look, the record of what was done, "
                "and consent: on the new computer no chat may be used for training until you say so."
            ),
        ):
            column.addWidget(label(words, "secondary", wrap=True))
        column.addLayout(self._cards)
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)
        self.back_button.clicked.connect(self._leave)
        theme.changed.connect(self._resize)
        self.begin(bring=False)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self.out.is_busy or self.bring.is_busy

    def begin(self, *, bring: bool) -> None:
        """Ask anew; what is wanted stands above."""
        first, second = (self.bring, self.out) if bring else (self.out, self.bring)
        self._cards.insertWidget(0, first)
        self._cards.insertWidget(1, second)
        stops = [self.back_button, *_stops(first), *_stops(second)]
        for one, following in itertools.pairwise(stops):
            QWidget.setTabOrder(one, following)
        if not self.is_busy:
            self.out.begin(asks=not bring)
            self.bring.show_idle()
        self.setFocusProxy(self.bring.file_button if bring else self.out.passphrase)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back; while something is under way it does nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A column in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _leave(self) -> None:
        if not self.is_busy:
            self.out.passphrase.forget()
            self.bring.passphrase.clear()
            self.left.emit()

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        self._column.setFixedWidth(max(300, min(self._theme.px(_WIDTH), room)))


def _stops(card: QWidget) -> list[QWidget]:
    """Where the keyboard stops in a card, in the order it was filled."""
    return [one for one in card.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
