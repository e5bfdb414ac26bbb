# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcript on screen: only what is near the viewport has widgets, and what a person looks at never jumps.

The truth about the scroll position is a *pin*: one segment and where on screen its top is. Rows are laid out from the
pin downwards and upwards, so an estimated height that turns out wrong moves only what is off screen. The scroll bar
follows, from the sums of all heights.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QKeyEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolButton, QWidget

from desktop.domain.conversation import Message, MessageId, PathEntry, Role, Status
from desktop.i18n import _
from desktop.ui.markdown.parser import MarkdownParser
from desktop.ui.theme.icons import icon
from desktop.ui.theme.tokens import Tokens
from desktop.ui.transcript.fenwick import Fenwick
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.footer import FooterState
from desktop.ui.transcript.message_widget import MessageWidget, Measure
from desktop.ui.transcript.model import Loader, TranscriptModel
from desktop.ui.transcript.pane import GUTTER
from desktop.ui.transcript.segments import HeightGuess
from desktop.ui.transcript.style import COLUMN, TranscriptStyle

UPDATE_MS = 33  # a streaming reply is redrawn at most this often
FRAME_S = 0.012  # what laying out may take of a frame of 33 ms; painting needs the rest
OPEN_S = 0.045  # the same when a chat opens: better filled at once than in two steps
KEPT_FLOWS = 96  # parsed messages kept, those looked at last
_MARGIN = 160  # pixels beyond the viewport that have widgets too
_END = -1  # the pin is at the end of its message's text


@dataclass(frozen=True, slots=True)
class _Pin:
    """``place`` is a segment, the count of segments (where unparsed text begins), or _END; y is its top on screen."""

    row: int
    place: int
    y: int


class TranscriptView(QAbstractScrollArea):
    """Shows a TranscriptModel and says what a person wants done.

    Attributes:
        copy_code: code was copied to the clipboard, this text.
        more_requested: open the menu of this message at this widget.
    """

    copy_message_requested = Signal(str)
    copy_code = Signal(str)
    regenerate_requested = Signal(str)
    sibling_requested = Signal(str, int)
    link_requested = Signal(str)
    retry_requested = Signal(str)
    more_requested = Signal(str, QWidget)

    def __init__(
        self, load: Loader, tokens: Tokens, scale: float = 1.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = TranscriptStyle(tokens, scale)
        self._parser = MarkdownParser()
        self._model = TranscriptModel(load, self)
        self._heights = Fenwick()
        self._flows: OrderedDict[MessageId, MessageFlow] = OrderedDict()
        self._widgets: dict[int, MessageWidget] = {}
        self._spare: list[MessageWidget] = []
        self._pin = _Pin(0, _END, 0)
        self._stuck = True  # stays at the end while text arrives
        self._arranging = False
        self._incoming: dict[MessageId, list[str]] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Conversation"))
        self.viewport().setAutoFillBackground(True)
        self._latest = QToolButton(self)
        self._latest.setAccessibleName(_("Jump to latest"))
        self._latest.setToolTip(_("Jump to latest"))
        self._latest.setObjectName("latest")
        self._latest.hide()
        self._latest.clicked.connect(self.jump_to_latest)
        self._update = _single_shot(self, UPDATE_MS, self._take_incoming)
        self._again = _single_shot(self, 0, self._arrange)
        self._model.modelReset.connect(self._reset)
        self._model.rowsInserted.connect(self._inserted)
        self._model.rowsAboutToBeRemoved.connect(self._removing)
        self._model.message_changed.connect(self._message_changed)
        self._model.text_appended.connect(self._text_appended)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self._dress()

    # -- what the shell calls -----------------------------------------------------------------------------

    @property
    def model(self) -> TranscriptModel:
        """The messages shown."""
        return self._model

    def open(self, entries: Sequence[PathEntry]) -> None:
        """Show another chat, at its end."""
        self._model.reset(entries)

    def update_path(self, entries: Sequence[PathEntry]) -> None:
        """Show another path of the same chat; what both share stays where it is."""
        self._model.set_path(entries)

    def deliver(self, messages: Sequence[Message]) -> None:
        """The loader's answer."""
        self._model.deliver(messages)

    def add_message(self, message: Message, siblings: int = 1, sibling_index: int = 0) -> None:
        """Put a message at the end and show it."""
        self._stuck = True
        self._model.add(message, siblings, sibling_index)

    def begin_reply(self, message: Message, siblings: int = 1, sibling_index: int = 0) -> None:
        """A reply begins to stream."""
        self._model.begin_reply(message, siblings, sibling_index)

    def append_text(self, message_id: MessageId, text: str) -> None:
        """More of a streaming reply; drawn at most every UPDATE_MS."""
        self._model.append_text(message_id, text)

    def finish_reply(self, message: Message, explanation: str = "") -> None:
        """A reply ended; ``explanation`` tells the person why, if it failed. Screen readers are told."""
        self._take_incoming()
        self._model.finish_reply(message, explanation)
        row = self._model.row(message.id)
        if row is None:
            return
        said = _("{who} answered").format(who=self._model.who(row))
        if message.status is not Status.COMPLETE:
            said = FooterState(self._model.entry(row), message, False, True, explanation).status or said
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def set_tokens(self, tokens: Tokens) -> None:
        """Show everything in another palette."""
        self._restyle(replace(self._style, tokens=tokens))

    def set_scale(self, scale: float) -> None:
        """Show everything larger or smaller."""
        self._restyle(replace(self._style, scale=scale))

    def jump_to_latest(self) -> None:
        """Go to the end and stay there."""
        self._stuck = True
        self._arrange()

    def show_message(self, message_id: MessageId) -> None:
        """Bring a message to the top of the view."""
        row = self._model.row(message_id)
        if row is not None:
            self._stuck = False
            self._pin = _Pin(row, 0, self._style.px(24))
            self._arrange()

    def widget_for(self, row: int) -> MessageWidget | None:
        """The widget that shows a message now, if it is near the viewport."""
        return self._widgets.get(row)

    # -- model --------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._flows.clear()
        self._incoming.clear()
        self._update.stop()
        for row in list(self._widgets):
            self._recycle(row)
        self._heights = Fenwick(self._guesses(range(self._model.rowCount())))
        self._stuck = True
        self._arrange(OPEN_S)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        for guess in self._guesses(range(first, last + 1)):
            self._heights.append(guess)
        if first:
            self._remeasure(first - 1)  # no longer the last one
        self._again.start()

    def _removing(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            self._flows.pop(self._model.entry(row).id, None)
            if row in self._widgets:
                self._recycle(row)
        self._heights.truncate(first)
        if self._pin.row >= first:
            self._pin = _Pin(max(0, first - 1), _END, self.viewport().height() // 2)
        self._again.start()

    def _message_changed(self, row: int) -> None:
        entry, message = self._model.entry(row), self._model.message(row)
        flow = self._flows.get(entry.id)
        width = self._text_width(row)
        if flow is not None and not self._model.is_live(row):
            self._touched(row, flow.finish(self._style, width))
        elif flow is None and message is not None and self._model.is_live(row):
            flow = self._flow_for(row)
            if flow is not None:
                flow.append(message.content, self._style, width)
        self._remeasure(row)
        self._again.start()

    def _text_appended(self, row: int, text: str) -> None:
        self._incoming.setdefault(self._model.entry(row).id, []).append(text)
        if not self._update.isActive():
            self._update.start()

    def _take_incoming(self) -> None:
        incoming, self._incoming = self._incoming, {}
        self._update.stop()
        for message_id, texts in incoming.items():
            row = self._model.row(message_id)
            flow = self._flow_for(row) if row is not None else None
            if row is not None and flow is not None:
                self._touched(row, flow.append("".join(texts), self._style, self._text_width(row)))
                self._remeasure(row)
        if incoming:
            self._arrange()

    def _touched(self, row: int, first: int) -> None:
        """Segments from ``first`` on are new: their widgets show something else now."""
        widget = self._widgets.get(row)
        flow = self._flows.get(self._model.entry(row).id)
        if widget is not None and flow is not None:
            widget.release_from(len(flow.segments))

    # -- heights ------------------------------------------------------------------------------------------

    def _column(self) -> int:
        return max(
            self._style.px(160), min(self._style.px(COLUMN), self.viewport().width() - 2 * self._style.px(24))
        )

    def _own(self, row: int) -> bool:
        return self._model.entry(row).role is not Role.ASSISTANT

    def _text_width(self, row: int) -> int:
        return Measure.text_width(self._style, self._column(), self._own(row))

    def _state(self, row: int) -> FooterState:
        last = row == self._model.rowCount() - 1
        return FooterState(
            self._model.entry(row),
            self._model.message(row),
            self._model.is_live(row),
            last,
            self._model.explanation(row),
        )

    def _measure(self, row: int) -> Measure:
        style = self._style
        own = self._own(row)
        ends = Measure.bubble_ends(style) if own else 0
        gap = style.px(24) if row == 0 else style.px(18 if own and not self._own(row - 1) else 22)
        trail = ends + self._state(row).height(style)
        if row == self._model.rowCount() - 1:
            trail += style.px(24)
        return Measure(self._column(), gap + ends, trail)

    def _guesses(self, rows: Iterable[int]) -> list[int]:
        """Heights of rows from their outlines."""
        style, column = self._style, self._column()
        yours = HeightGuess(style, Measure.text_width(style, column, True), True)
        its = HeightGuess(style, Measure.text_width(style, column, False), False)
        around, around_its = style.px(38), style.px(59)
        entries = map(self._model.entry, rows)
        return [
            its(entry.length, entry.lines) + around_its
            if entry.role is Role.ASSISTANT
            else yours(entry.length, entry.lines) + around
            for entry in entries
        ]

    def _remeasure(self, row: int) -> None:
        """Bring a row's height up to date with its flow."""
        flow = self._flows.get(self._model.entry(row).id)
        if flow is not None:
            measure = self._measure(row)
            self._heights.set(row, measure.lead + flow.height + measure.trail)

    def _flow_for(self, row: int) -> MessageFlow | None:
        """A row's flow; None while its text is on its way (which this makes sure of)."""
        entry = self._model.entry(row)
        flow = self._flows.get(entry.id)
        if flow is not None:
            self._flows.move_to_end(entry.id)
            return flow
        message = self._model.message(row)
        if message is None:
            self._model.want(row)
            message = self._model.message(row)
            if message is None:
                return None
            flow = self._flows.get(entry.id)
            if flow is not None:
                return flow
        flow = self._flows[entry.id] = MessageFlow(self._parser, self._own(row))
        if not self._model.is_live(row):
            flow.load(message.content, self._style, self._text_width(row))
        for old in list(self._flows)[: max(0, len(self._flows) - KEPT_FLOWS)]:
            old_row = self._model.row(old)
            if old_row is None or (old_row not in self._widgets and not self._model.is_live(old_row)):
                del self._flows[old]
        return flow

    # -- layout -------------------------------------------------------------------------------------------

    def _arrange(self, budget: float = FRAME_S) -> None:
        """Lay out from the pin until the viewport is filled or the budget is spent, then go on next frame."""
        if self._arranging:
            return
        self._arranging = True
        try:
            count = self._model.rowCount()
            if count:
                self._lay_out(count, time.perf_counter() + budget)
            self._update_bar()
        finally:
            self._arranging = False

    def _lay_out(self, count: int, deadline: float) -> None:
        height = self.viewport().height()
        spans: dict[int, int] = {}
        done = True
        for _attempt in range(3):
            if self._stuck:
                last = count - 1
                self._pin = _Pin(last, _END, height - self._measure(last).trail)
            spans, done = self._fill(count, deadline)
            shift = self._overshoot(spans, count, height)
            if not shift:
                break
            self._stuck = False if shift < 0 and self._stuck else self._stuck
            self._pin = replace(self._pin, y=self._pin.y + shift)
        else:
            spans, done = self._fill(count, deadline)
        self._place(spans)
        self._repin(spans)
        if not done:
            self._again.start()

    def _overshoot(self, spans: dict[int, int], count: int, height: int) -> int:
        """By how much the content must move down (or, negative, up) so that no empty space shows at its ends."""
        top = spans.get(0)
        last = spans.get(count - 1)
        if last is not None and (short := height - last - self._heights[count - 1]) > 0:
            above = self._heights.prefix(count - 1) - last if top is None else -top
            if above > 0:
                return min(short, above)
        if top is not None and top > 0:
            return -top
        return 0

    def _fill(self, count: int, deadline: float) -> tuple[dict[int, int], bool]:
        """Realise what the viewport shows. Returns each row's top on screen, and whether all was done."""
        low, high = -self._style.px(_MARGIN), self.viewport().height() + self._style.px(_MARGIN)
        pin = self._pin
        row = min(pin.row, count - 1)
        spans: dict[int, int] = {}
        top, done = self._fill_row(row, pin.place, pin.y, low, high, deadline)
        spans[row] = top
        bottom = top + self._heights[row]
        for below in range(row + 1, count):
            if bottom > high:
                break
            lead = self._measure(below).lead
            spans[below], fine = self._fill_row(below, 0, bottom + lead, low, high, deadline)
            done = done and fine
            bottom = spans[below] + self._heights[below]
        for above in range(row - 1, -1, -1):
            if top < low:
                break
            trail = self._measure(above).trail
            top, fine = self._fill_row(above, _END, top - trail, low, high, deadline)
            spans[above] = top
            done = done and fine
        return spans, done

    def _fill_row(
        self, row: int, place: int, y: int, low: int, high: int, deadline: float
    ) -> tuple[int, bool]:
        """Realise a row's segments that show, keeping the top of ``place`` at ``y``. Returns the row's top."""
        flow = self._flow_for(row)
        measure = self._measure(row)
        if flow is None:
            inner = self._heights[row] - measure.lead - measure.trail
            return y - measure.lead - (inner if place == _END else 0), True
        width = self._text_width(row)
        at_end = place == _END
        if not flow.complete:
            flow.parse_some(deadline, self._style, width)
        count = len(flow.segments)
        start = count if at_end else min(place, count)
        # What is between the pinned edge and the first segment below it: unparsed text, when pinned at the end.
        y_start = y - flow.rest if at_end else y
        widget = self._widget_for(row, flow, measure)
        live = self._model.is_live(row)
        late = False
        shown: list[int] = []

        def height_of(each: int) -> int:
            nonlocal late
            if widget.has(each) and flow.is_exact(each):
                shown.append(each)
                return flow.heights[each]
            if late or (shown and time.perf_counter() > deadline):
                late = True
                return flow.heights[each]
            flow.set_height(each, widget.realise(each, live and each == count - 1))
            shown.append(each)
            return flow.heights[each]

        position = y_start
        for each in range(start, count):
            if position > high:
                break
            if position + flow.heights[each] >= low:
                height_of(each)
            position += flow.heights[each]
        position = y_start
        for each in range(start - 1, -1, -1):
            if position < low:
                break
            if position <= high:
                height_of(each)
            position -= flow.heights[each]
        if shown:
            widget.release_outside(min(shown), max(shown))
        self._heights.set(row, measure.lead + flow.height + measure.trail)
        return y_start - flow.top(start) - measure.lead, flow.complete and not late

    def _widget_for(self, row: int, flow: MessageFlow, measure: Measure) -> MessageWidget:
        widget = self._widgets.get(row)
        if widget is None:
            widget = self._spare.pop() if self._spare else self._made()
            self._widgets[row] = widget
        widget.bind(row, flow, self._state(row), self._style, measure, self._model.who(row))
        if not self._model.is_live(row):
            widget.describe(self._model.text(row))
        return widget

    def _made(self) -> MessageWidget:
        widget = MessageWidget(self.viewport())
        widget.link_requested.connect(self.link_requested)
        widget.copy_requested.connect(lambda: self.copy_message_requested.emit(self._id(widget)))
        widget.regenerate_requested.connect(lambda: self.regenerate_requested.emit(self._id(widget)))
        widget.retry_requested.connect(lambda: self.retry_requested.emit(self._id(widget)))
        widget.sibling_requested.connect(lambda step: self.sibling_requested.emit(self._id(widget), step))
        widget.more_requested.connect(lambda at: self.more_requested.emit(self._id(widget), at))
        widget.code_copy_requested.connect(lambda place: self._copy_code(widget.row, place))
        widget.wrap_requested.connect(lambda place: self._wrap_code(widget.row, place))
        return widget

    def _id(self, widget: MessageWidget) -> MessageId:
        return self._model.entry(widget.row).id

    def _place(self, spans: dict[int, int]) -> None:
        """Put the widgets where they belong and take back those that are not needed."""
        for row in [row for row in self._widgets if row not in spans]:
            self._recycle(row)
        left = (self.viewport().width() - self._column()) // 2 - GUTTER
        for row, top in spans.items():
            widget = self._widgets.get(row)
            if widget is not None:
                widget.setGeometry(left, top, self._column() + 2 * GUTTER, self._heights[row])
                widget.arrange()
                widget.show()

    def _recycle(self, row: int) -> None:
        widget = self._widgets.pop(row)
        focus = QApplication.focusWidget()
        if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        widget.hide()
        widget.release_all()
        self._spare.append(widget)

    def _repin(self, spans: dict[int, int]) -> None:
        """Pin the first segment that begins on screen, else the one that covers the top edge."""
        best: _Pin | None = None
        for row in sorted(spans):
            flow = self._flows.get(self._model.entry(row).id)
            measure = self._measure(row)
            y = spans[row] + measure.lead
            if flow is None or not flow.segments:
                if spans[row] + self._heights[row] > 0:
                    best = best or _Pin(row, 0, y)
                continue
            place = flow.heights.find(max(0, -y))
            y += flow.top(place)
            while place < len(flow.heights):
                if y >= 0:
                    self._pin = _Pin(row, place, y)
                    return
                if y + flow.heights[place] > 0:
                    best = _Pin(row, place, y)
                y += flow.heights[place]
                place += 1
            if flow.rest and y < 0 < y + flow.rest:
                best = _Pin(row, len(flow.heights), y)
        if best is not None:
            self._pin = best

    # -- scrolling ----------------------------------------------------------------------------------------

    def _offset(self) -> int:
        """How many pixels of content are above the viewport."""
        pin = self._pin
        if not len(self._heights):
            return 0
        row = min(pin.row, len(self._heights) - 1)
        measure = self._measure(row)
        flow = self._flows.get(self._model.entry(row).id)
        inside = flow.top(pin.place) if flow is not None and pin.place != _END else 0
        if pin.place == _END:
            inside = self._heights[row] - measure.lead - measure.trail
        return self._heights.prefix(row) + measure.lead + inside - pin.y

    def _update_bar(self) -> None:
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        maximum = max(0, self._heights.total - height)
        offset = max(0, min(self._offset(), maximum))
        if not bar.isSliderDown():
            bar.blockSignals(True)
            bar.setRange(0, maximum)
            bar.setPageStep(height)
            bar.setSingleStep(self._style.px(24))
            bar.setValue(offset)
            bar.blockSignals(False)
            bar.update()
        at_end = maximum - offset <= self._style.px(8)
        if at_end and not bar.isSliderDown():
            self._stuck = True
        self._latest.setVisible(maximum > 0 and not at_end and not self._stuck)

    def scroll_by(self, pixels: int) -> None:
        """Move the view down by so many pixels (up, if negative)."""
        if not pixels:
            return
        if pixels < 0:
            self._stuck = False
        elif self._stuck:
            return
        if abs(pixels) > 3 * self.viewport().height():
            self._jump(self._offset() + pixels)
            return
        self._pin = replace(self._pin, y=self._pin.y - pixels)
        self._arrange()

    def _jump(self, offset: int) -> None:
        """Go to a position far away, by what is known of the heights."""
        offset = max(0, min(offset, self._heights.total - self.viewport().height()))
        row = self._heights.find(offset)
        flow = self._flows.get(self._model.entry(row).id)
        place = 0
        y = self._heights.prefix(row) + self._measure(row).lead - offset
        if flow is not None and flow.segments:
            inside = flow.heights.find(max(0, -y))
            place, y = inside, y + flow.top(inside)
        self._pin = _Pin(row, place, y)
        self._arrange()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """The scroll bar was moved. Qt's own difference is not used: it misses what ``_update_bar`` set."""
        if not self._arranging and self._model.rowCount():
            self.scroll_by(self.verticalScrollBar().value() - self._offset())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels, as smoothly as the device tells."""
        pixels = event.pixelDelta().y() or round(event.angleDelta().y() / 120 * self._style.px(72))
        self.scroll_by(-pixels)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page Up and Down, Home and End."""
        page = round(self.viewport().height() * 0.9)
        steps = {
            Qt.Key.Key_Up: -self._style.px(48),
            Qt.Key.Key_Down: self._style.px(48),
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.scroll_by(steps[key])
        elif key == Qt.Key.Key_Home:
            self._stuck = False
            self._jump(0)
        elif key == Qt.Key.Key_End:
            self.jump_to_latest()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break anew if the column's width changed."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._reflow()
        side = self._style.px(36)
        self._latest.setGeometry(
            (self.width() - side) // 2, self.height() - side - self._style.px(12), side, side
        )
        self._arrange()

    def _reflow(self) -> None:
        self._heights = Fenwick(self._guesses(range(self._model.rowCount())))
        for message_id, flow in self._flows.items():
            row = self._model.row(message_id)
            if row is not None:
                flow.reflow(self._style, self._text_width(row))
                self._remeasure(row)

    def _restyle(self, style: TranscriptStyle) -> None:
        if style == self._style:
            return
        self._style = style
        self._dress()
        self._reflow()
        self._arrange(OPEN_S)

    def _dress(self) -> None:
        palette = QPalette(self.viewport().palette())
        palette.setColor(QPalette.ColorRole.Window, self._style.colour("bg"))
        palette.setColor(QPalette.ColorRole.Base, self._style.colour("bg"))
        self.viewport().setPalette(palette)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        size = self._style.px(18)
        tokens = self._style.tokens
        self._latest.setIcon(icon("arrow-down", tokens.ink2, size))
        self._latest.setIconSize(QSize(size, size))
        radius = self._style.px(18)
        self._latest.setStyleSheet(
            f"QToolButton {{ background: {tokens.surface}; border: 1px solid {tokens.line};"
            f" border-radius: {radius}px; }} QToolButton:hover {{ background: {tokens.hover}; }}"
            f" QToolButton:focus {{ border: 2px solid {tokens.accent}; }}"
        )

    # -- code ---------------------------------------------------------------------------------------------

    def _copy_code(self, row: int, place: int) -> None:
        flow = self._flow_for(row)
        if flow is not None:
            code = flow.code(place)
            QGuiApplication.clipboard().setText(code)
            self.copy_code.emit(code)

    def _wrap_code(self, row: int, place: int) -> None:
        flow = self._flow_for(row)
        if flow is not None:
            flow.wrapped ^= {flow.code_start(place)}
            self._stuck = False
            flow.reflow(self._style, self._text_width(row))
            self._arrange()

    # -- focus --------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through what is on screen from top to bottom, whatever order the widgets were made in."""
        focus = QApplication.focusWidget()
        stops = self._stops()
        if focus is self:
            place = -1 if forward else 0
        elif focus in stops:
            place = stops.index(focus)
        else:
            return super().focusNextPrevChild(forward)
        place += 1 if forward else -1
        if 0 <= place < len(stops):
            stops[place].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        self._leave(forward, stops)
        return True

    def _stops(self) -> list[QWidget]:
        stops: list[QWidget] = []
        for row in sorted(self._widgets):
            widget = self._widgets[row]
            inner = [
                each
                for each in widget.findChildren(QWidget)
                if each.isVisibleTo(widget)
                and each.focusPolicy() & Qt.FocusPolicy.TabFocus
                and each.isEnabled()
            ]
            inner.sort(
                key=lambda each: (each.mapTo(widget, QPoint(0, 0)).y(), each.mapTo(widget, QPoint(0, 0)).x())
            )
            stops += [widget, *inner]
        if self._latest.isVisible():
            stops.append(self._latest)
        return stops

    def _leave(self, forward: bool, stops: Sequence[QWidget]) -> None:
        """Give the focus to what comes before or after the transcript in the window."""
        inside = {self, *stops}
        target: QWidget = self
        for _step in range(10_000):
            target = target.nextInFocusChain() if forward else target.previousInFocusChain()
            if target is self:
                return
            free = target not in inside and not self.isAncestorOf(target)
            if (
                free
                and target.isVisible()
                and target.isEnabled()
                and target.focusPolicy() & Qt.FocusPolicy.TabFocus
            ):
                reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                target.setFocus(reason)
                return

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        for widget in list(self._widgets.values()):
            if any(each is not None and (each is widget or widget.isAncestorOf(each)) for each in (old, new)):
                widget.focus_moved()
        if new is not None and self.viewport().isAncestorOf(new):
            self._bring_into_view(new)

    def _bring_into_view(self, widget: QWidget) -> None:
        top = widget.mapTo(self.viewport(), QPoint(0, 0)).y()
        room = self.viewport().height()
        if isinstance(widget, MessageWidget) and widget.height() > room:
            if top > room - self._style.px(48) or top + widget.height() < self._style.px(48):
                self.scroll_by(top)
        elif top < 0:
            self.scroll_by(top)
        elif top + widget.height() > room:
            self.scroll_by(min(top, top + widget.height() - room))


def _single_shot(parent: QWidget, interval: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(slot)
    return timer
