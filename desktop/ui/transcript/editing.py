# SPDX-License-Identifier: GPL-3.0-or-later
"""One message of the transcript may be edited in its place: which, and where the field is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Message, MessageId, Role
from desktop.ui.transcript.edit_card import EditCard
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage


class Editing(QObject):
    """Attributes:
    confirmed: (message id, text) a person is done; the field stays until the message has left, or ``end``.
    left: (message id, text) it went without that: the text is the person's to come back to.
    """

    confirmed = Signal(str, str)
    left = Signal(str, str)

    def __init__(
        self, model: TranscriptModel, rows: Rows, stage: Stage, viewport: QWidget, again: Callable[[], object]
    ) -> None:
        super().__init__(viewport)
        self._model = model
        self._rows = rows
        self._stage = stage
        self._viewport = viewport
        self._again = again
        self._card: EditCard | None = None
        self._id: MessageId | None = None

    @property
    def card(self) -> EditCard | None:
        """The field, while a message is edited."""
        return self._card if self._id is not None else None

    def begin(self, message: Message, text: str) -> None:
        """Edit a message; one that is being edited is left."""
        self.leave()
        row = self._model.row(message.id)
        if row is None:
            return
        self._id = message.id
        card = self._card = EditCard(self._viewport)
        card.confirmed.connect(lambda words: self.confirmed.emit(message.id, words))
        card.cancelled.connect(self.end)
        card.resized.connect(self._again)
        card.begin(text, own=message.role is not Role.ASSISTANT)
        self._rows.editing = (message.id, self._rows.style.px(140))
        self._rows.remeasure(row)
        self._again()

    def end(self) -> None:
        """Show the message again; what was typed is not wanted."""
        card, ended = self._card, self._id
        if card is None or ended is None:
            return
        had_focus = card.isAncestorOf(card.window().focusWidget() or card.window())
        self._card = self._id = self._rows.editing = None
        card.hide()
        card.deleteLater()
        row = self._model.row(ended)
        if row is not None and row < len(self._rows):
            self._rows.remeasure(row)
            widget = self._stage.widget(row)
            if had_focus and widget is not None:
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._again()

    def leave(self) -> None:
        """The message goes out of sight with the field: keep what was typed."""
        if self._card is not None and self._id is not None:
            left = (self._id, self._card.edit.toPlainText())
            self.end()
            self.left.emit(*left)

    def leave_from(self, first: int) -> None:
        """The rows from ``first`` on are about to go."""
        row = self._model.row(self._id) if self._id is not None else None
        if row is not None and row >= first:
            self.leave()

    def settle(self) -> bool:
        """Put the field where its message is; whether that needs another look."""
        if self._card is None or self._id is None or self._rows.editing is None:
            return False
        row = self._model.row(self._id)
        widget = self._stage.widget(row) if row is not None else None
        if row is None or widget is None or widget.isHidden():
            self._card.hide()
            return False
        height = self._card.fit(widget.width())
        is_first = not self._card.isVisible()
        self._card.setGeometry(widget.x(), widget.y() + self._rows.gap(row), widget.width(), height)
        self._card.show()
        self._card.raise_()
        if is_first:
            self._card.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        changed = height != self._rows.editing[1]
        if changed:
            self._rows.editing = (self._id, height)
            self._rows.remeasure(row)
        return changed
