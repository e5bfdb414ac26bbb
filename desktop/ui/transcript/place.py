# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one reads, in terms that hold in any window: a message, and how much of it is above the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.domain.conversation import Place
from desktop.ui.transcript.layout import Layout, Pin
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.rows import Rows


class ReadingPlace(QObject):
    """Tells the place, and goes back to one: at once by what is known, and once more when its text came."""

    def __init__(
        self, model: TranscriptModel, rows: Rows, layout: Layout, arrange: Callable[[], None]
    ) -> None:
        super().__init__(model)
        self._model = model
        self._rows = rows
        self._layout = layout
        self._arrange = arrange
        self._wanted: Place | None = None
        model.modelReset.connect(self._forget)
        model.message_changed.connect(self._changed)

    def now(self) -> Place | None:
        """Where the view is; None at the end, where what comes next is waited for."""
        if self._layout.stuck or not len(self._rows):
            return None
        offset = max(0, self._layout.offset())
        row = min(self._rows.heights.find(offset), len(self._rows) - 1)
        above, height = offset - self._rows.heights.prefix(row), max(1, self._rows.heights[row])
        return Place(self._model.entry(row).id, max(0, min(1000, round(above * 1000 / height))))

    def show(self, place: Place) -> None:
        """Go there, if the message is still on the path."""
        self._wanted = place
        self._go(place)

    def _go(self, place: Place) -> None:
        row = self._model.row(place.message)
        if row is not None:
            above = round(self._rows.heights[row] * place.part / 1000)
            self._layout.stuck = False
            self._layout.pin = Pin(row, 0, self._rows.measure(row).lead - above)
            self._arrange()

    def _changed(self, row: int) -> None:
        place = self._wanted
        if place is not None and self._model.row(place.message) == row:
            self._wanted = None
            QTimer.singleShot(0, self, lambda: self._go(place))

    def _forget(self) -> None:
        self._wanted = None
