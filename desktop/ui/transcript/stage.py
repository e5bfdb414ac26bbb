# SPDX-License-Identifier: GPL-3.0-or-later
"""The widgets of the rows that are near the viewport; those of rows that leave are used again."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.measure import Measure
from desktop.ui.transcript.message_widget import MessageWidget
from desktop.ui.transcript.model import TranscriptModel
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.style import GUTTER


class Stage:
    """Gives rows their widgets and takes them back.

    Args:
        model: what the rows say.
        rows: their heights and look.
        viewport: the widgets' parent.
        wire: told of each widget that is made, once.
        formulas: how formulas are drawn.
    """

    def __init__(
        self,
        model: TranscriptModel,
        rows: Rows,
        viewport: QWidget,
        wire: Callable[[MessageWidget], None],
        formulas: FormulaStore,
    ) -> None:
        self._model = model
        self._rows = rows
        self._viewport = viewport
        self._wire = wire
        self._formulas = formulas
        self._widgets: dict[int, MessageWidget] = {}
        self._spare: list[MessageWidget] = []

    def widget(self, row: int) -> MessageWidget | None:
        """The row's widget, if it has one."""
        return self._widgets.get(row)

    def widgets(self) -> list[MessageWidget]:
        """All widgets in use, top to bottom."""
        return [self._widgets[row] for row in sorted(self._widgets)]

    def staged(self) -> Collection[int]:
        """The rows that have widgets."""
        return self._widgets.keys()

    def is_live(self, row: int) -> bool:
        """Whether the row's reply is streaming."""
        return self._model.is_live(row)

    def widget_for(self, row: int, flow: MessageFlow, measure: Measure) -> MessageWidget:
        """The row's widget, bound to what it shows now."""
        widget = self._widgets.get(row)
        if widget is None:
            widget = self._spare.pop() if self._spare else self._made()
            self._widgets[row] = widget
        widget.bind(
            row,
            flow,
            state=self._rows.state(row),
            style=self._rows.style,
            measure=measure,
            who=self._model.who(row),
        )
        if not self._model.is_live(row):
            widget.describe(self._model.text(row))
        return widget

    def place(self, tops: dict[int, int]) -> None:
        """Put the widgets where they belong and take back those that are not needed.

        Args:
            tops: the top of each row that shows, in the viewport.
        """
        for row in [row for row in self._widgets if row not in tops]:
            self._recycle(row)
        column = self._rows.column
        left = (self._viewport.width() - column) // 2 - GUTTER
        for row, top in tops.items():
            widget = self._widgets.get(row)
            if widget is not None:
                widget.setGeometry(left, top, column + 2 * GUTTER, self._rows.heights[row])
                widget.arrange()
                widget.show()

    def unsettle_waiting(self) -> bool:
        """Formulas were drawn: have what waits for one laid out again; returns whether anything does."""
        found = False
        for row, widget in self._widgets.items():
            flow = self._rows.known(row)
            for place in widget.waiting():
                if flow is not None and place < len(flow.segments):
                    flow.unsettle(place)
                    found = True
        return found

    def clear_from(self, first: int) -> None:
        """Take back the widgets of all rows from ``first`` on."""
        for row in [row for row in self._widgets if row >= first]:
            self._recycle(row)

    def _made(self) -> MessageWidget:
        widget = MessageWidget(self._viewport, self._formulas)
        self._wire(widget)
        return widget

    def _recycle(self, row: int) -> None:
        widget = self._widgets.pop(row)
        holder = QApplication.focusWidget()
        if holder is not None and (holder is widget or widget.isAncestorOf(holder)):
            self._viewport.setFocus(Qt.FocusReason.OtherFocusReason)  # its proxy: the view
        widget.hide()
        widget.release_all()
        self._spare.append(widget)
