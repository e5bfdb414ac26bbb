# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a part of a message: its code copied or wrapped, its reasoning opened."""

from __future__ import annotations

from collections.abc import Callable

from desktop.ui import clipboard
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.layout import Layout, Pin
from desktop.ui.transcript.message_widget import MessageWidget
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage

_NOTE_TOP = 200  # px from the top of the view: what comes before it shows, too


class PartActs:
    """Answers to the widgets of messages.

    Args:
        rows: what the messages are made of.
        stage: the widgets.
        layout: what stays where it is.
        arrange: lays the view out anew.
        code_copied: told the code.
    """

    def __init__(
        self,
        rows: Rows,
        stage: Stage,
        layout: Layout,
        arrange: Callable[[], None],
        code_copied: Callable[[str], object],
    ) -> None:
        self._rows = rows
        self._stage = stage
        self._layout = layout
        self._arrange = arrange
        self._code_copied = code_copied

    def wire(self, widget: MessageWidget) -> None:
        """Listen to a message's widget."""
        widget.code_copy_requested.connect(lambda place: self._copy_code(widget, place))
        widget.wrap_requested.connect(lambda place: self._wrap_code(widget, place))
        widget.note_requested.connect(lambda label: self._show_note(widget, label))
        widget.thought_requested.connect(lambda opened: self._open_thought(widget, opened))

    def _flow(self, widget: MessageWidget) -> MessageFlow | None:
        return self._rows.flow(widget.row, self._stage.staged())

    def _copy_code(self, widget: MessageWidget, place: int) -> None:
        flow = self._flow(widget)
        if flow is not None:
            code = flow.code(place)
            clipboard.copy(code)
            self._code_copied(code)

    def _wrap_code(self, widget: MessageWidget, place: int) -> None:
        flow = self._flow(widget)
        if flow is not None:
            flow.toggle_wrap(place)
            self._layout.stuck = False
            self._arrange()

    def _show_note(self, widget: MessageWidget, label: str) -> None:
        """Bring a footnote into view, if there is one."""
        flow, row = self._flow(widget), widget.row
        place = flow.note(label) if flow is not None else None
        if place is not None:
            self._layout.stuck = False
            self._layout.pin = Pin(row, place, self._rows.style.px(_NOTE_TOP))
            self._arrange()

    def _open_thought(self, widget: MessageWidget, opened: bool) -> None:
        flow, row = self._flow(widget), widget.row
        if flow is not None:
            flow.open_thought(opened, self._rows.style, self._rows.text_width(row))
            widget.release_from(len(flow.segments))
            self._rows.remeasure(row)
            # What was pressed stays under the pointer.
            self._layout.stuck = False
            self._layout.pin = Pin(row, 0, widget.y() + self._rows.measure(row).lead)
            self._arrange()
