# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcript on screen: widgets only for what is near the viewport, signals for what a person wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from desktop.domain.conversation import Message, MessageId, PathEntry, Status
from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.theme.tokens import Tokens
from desktop.ui.transcript import focus
from desktop.ui.transcript.choosing import Choosing
from desktop.ui.transcript.editing import Editing
from desktop.ui.transcript.finding import Finding
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.latest import LatestButton
from desktop.ui.transcript.layout import END, Layout, Pin
from desktop.ui.transcript.message_widget import MessageWidget
from desktop.ui.transcript.model import Loader, TranscriptModel
from desktop.ui.transcript.part_acts import PartActs
from desktop.ui.transcript.place import ReadingPlace
from desktop.ui.transcript.rows import Rows
from desktop.ui.transcript.stage import Stage
from desktop.ui.transcript.style import TranscriptStyle
from desktop.ui.transcript.thought_bar import thought_words

UPDATE_MS = 33  # a streaming reply is redrawn at most this often
FRAME_S = 0.012  # what laying out may take of a frame of 33 ms; painting needs the rest
OPEN_S = 0.045  # the same when a chat opens: better filled at once than in two steps


class TranscriptView(QAbstractScrollArea):
    """Shows a TranscriptModel and says what a person wants done.

    Attributes:
        copy_code: code was copied to the clipboard, this text.
        formulas: draws formulas, once it is told how; until then they are shown as they were written.
        more_requested, details_requested: open the menu, or the details, of this message at this widget.
        choosing, editing, finding: what is chosen to be copied, edited in its place, or searched for.
        place: where one reads, and the way back there.
    """

    copy_message_requested = Signal(str)
    copy_code = Signal(str)
    regenerate_requested = Signal(str)
    edit_requested = Signal(str)
    continue_requested = Signal(str)
    sibling_requested = Signal(str, int)
    link_requested = Signal(str)
    retry_requested = Signal(str)
    more_requested = Signal(str, QWidget)
    details_requested = Signal(str, QWidget)

    def __init__(
        self, load: Loader, tokens: Tokens, scale: float = 1.0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = TranscriptModel(load, self)
        self._rows = Rows(self._model, TranscriptStyle(tokens, scale))
        self.formulas = FormulaStore(self)
        self._stage = Stage(self._model, self._rows, self.viewport(), self._wire, self.formulas)
        self._layout = Layout(self._rows, self._stage)
        self._acts = PartActs(self._rows, self._stage, self._layout, self._arrange, self.copy_code.emit)
        self.choosing = Choosing(self._model, self._stage, self, self.scroll_by)
        self.finding = Finding(self._model, self._rows, self._stage, self._layout, self)
        self.place = ReadingPlace(self._model, self._rows, self._layout, self._arrange)
        self._arranging = False
        self._incoming: dict[MessageId, list[str]] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Conversation"))
        self.viewport().setAutoFillBackground(True)
        self._latest = LatestButton(self)
        self._latest.clicked.connect(self.jump_to_latest)
        self._update = _single_shot(self, UPDATE_MS, self._take_incoming)
        self._again = _single_shot(self, 0, self._arrange)
        self.finding.needle.wanted.connect(self._again.start)
        self.editing = Editing(self._model, self._rows, self._stage, self.viewport(), self._again.start)
        self.formulas.arrived.connect(lambda: self._stage.unsettle_waiting() and self._again.start())
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
        self._layout.stuck = True
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
        words = _("{who} answered").format(who=self._model.who(row))
        if message.status is not Status.COMPLETE:
            words = self._rows.state(row).status or words
        announce(self, words)

    def set_tokens(self, tokens: Tokens) -> None:
        """Show everything in another palette."""
        self._restyle(replace(self._rows.style, tokens=tokens))

    def set_scale(self, scale: float) -> None:
        """Show everything larger or smaller."""
        self._restyle(replace(self._rows.style, scale=scale))

    def set_column(self, width: int) -> None:
        """Show everything wider or narrower: so many pixels of the design at most."""
        self._restyle(replace(self._rows.style, column=width))

    def jump_to_latest(self) -> None:
        """Go to the end and stay there."""
        self._layout.stuck = True
        self._arrange()

    def show_message(self, message_id: MessageId, words: Sequence[str] = ()) -> None:
        """Bring a message to the top of the view; or these words in it into the view, marked for a while."""
        row = self._model.row(message_id)
        if row is not None:
            self._layout.stuck = False
            self._layout.pin = Pin(row, 0, self._rows.measure(row).lead)
            self.finding.begin(message_id, words)
            self._arrange()

    def begin_edit(self, message: Message, text: str) -> None:
        """Edit a message where it stands."""
        self._layout.stuck = False
        self.editing.begin(message, text)

    def scroll_by(self, pixels: int) -> None:
        """Move the view down by so many pixels (up, if negative)."""
        if not pixels or not len(self._rows) or (pixels > 0 and self._layout.stuck):
            return
        self._layout.stuck = False
        if abs(pixels) > 3 * self.viewport().height():
            furthest = max(0, self._rows.heights.total - self.viewport().height())
            self._layout.jump(max(0, min(self._layout.offset() + pixels, furthest)))
        else:
            self._layout.move(pixels)
        self._arrange()

    def message_widget(self, row: int) -> MessageWidget | None:
        """The widget that shows a message now, if it is near the viewport."""
        return self._stage.widget(row)

    # -- model --------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._incoming.clear()
        self._update.stop()
        self.finding.end()
        self.editing.leave()
        self._stage.clear_from(0)
        self._rows.reset()
        self._layout.stuck = True
        self._arrange(OPEN_S)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._rows.insert(first, last)
        self._again.start()

    def _removing(self, _parent: QModelIndex, first: int, _last: int) -> None:
        self.editing.leave_from(first)
        self._stage.clear_from(first)
        self._rows.truncate(first)
        if self._layout.pin.row >= first:
            self._layout.pin = Pin(max(0, first - 1), END, self.viewport().height() // 2)
        self._again.start()

    def _message_changed(self, row: int) -> None:
        flow = self._rows.known(row)
        if flow is not None and not self._model.is_live(row):
            flow.finish(self._rows.style, self._rows.text_width(row))
            self._forget_gone(row, flow)
        self._rows.remeasure(row)
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
            flow = self._rows.flow(row, self._stage.staged()) if row is not None else None
            if row is not None and flow is not None:
                thinking = flow.thinking
                flow.append("".join(texts), self._rows.style, self._rows.text_width(row))
                if flow.thinking is not thinking:
                    announce(self, thought_words(flow.thinking, flow.thought_s))
                self._forget_gone(row, flow)
                self._rows.remeasure(row)
        if incoming:
            self._arrange()

    def _forget_gone(self, row: int, flow: MessageFlow) -> None:
        """Segments may have become fewer; those that only changed are laid out again by themselves."""
        widget = self._stage.widget(row)
        if widget is not None:
            widget.release_from(len(flow.segments))

    # -- layout -------------------------------------------------------------------------------------------

    def _arrange(self, budget: float = FRAME_S) -> None:
        """Lay out until the viewport is filled or the budget is spent; then go on in the next frame."""
        if self._arranging:
            return
        self._arranging = True
        try:
            if len(self._rows):
                tops, done = self._layout.lay_out(self.viewport().height(), budget)
                self._stage.place(tops)
                self.choosing.settle()
                if self.editing.settle() | self.finding.settle(self.viewport().height()) or not done:
                    self._again.start()
            self._update_bar()
        finally:
            self._arranging = False

    def _wire(self, widget: MessageWidget) -> None:
        widget.link_requested.connect(self.link_requested)
        widget.copy_requested.connect(lambda: self.copy_message_requested.emit(self._id(widget)))
        widget.regenerate_requested.connect(lambda: self.regenerate_requested.emit(self._id(widget)))
        widget.edit_requested.connect(lambda: self.edit_requested.emit(self._id(widget)))
        widget.continue_requested.connect(lambda: self.continue_requested.emit(self._id(widget)))
        widget.retry_requested.connect(lambda: self.retry_requested.emit(self._id(widget)))
        widget.sibling_requested.connect(lambda step: self.sibling_requested.emit(self._id(widget), step))
        widget.details_requested.connect(lambda at: self.details_requested.emit(self._id(widget), at))
        widget.more_requested.connect(lambda at: self.more_requested.emit(self._id(widget), at))
        self._acts.wire(widget)
        self.choosing.wire(widget)

    def _id(self, widget: MessageWidget) -> MessageId:
        return self._model.entry(widget.row).id

    def _update_bar(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        maximum = max(0, self._rows.heights.total - height)
        offset = max(0, min(self._layout.offset(), maximum))
        if not bar.isSliderDown():
            bar.blockSignals(True)
            bar.setRange(0, maximum)
            bar.setPageStep(height)
            bar.setSingleStep(self._rows.style.px(24))
            bar.setValue(offset)
            bar.blockSignals(False)
            bar.setVisible(maximum > 0)
            bar.update()
            if maximum - offset <= self._rows.style.px(8):
                self._layout.stuck = True
        self._latest.setVisible(not self._layout.stuck)

    # -- scrolling ----------------------------------------------------------------------------------------

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """The scroll bar was moved. Qt's own difference is not used: it misses what ``_update_bar`` set."""
        if not self._arranging:
            self.scroll_by(self.verticalScrollBar().value() - self._layout.offset())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by pixels, as smoothly as the device tells."""
        pixels = event.pixelDelta().y() or round(event.angleDelta().y() / 120 * self._rows.style.px(72))
        self.scroll_by(-pixels)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page Up and Down, Home and End; all messages are chosen, copied, or let go."""
        page, line = round(self.viewport().height() * 0.9), self._rows.style.px(48)
        steps = {
            Qt.Key.Key_Up: -line,
            Qt.Key.Key_Down: line,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._rows.heights.total,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.scroll_by(steps[key])
        elif key == Qt.Key.Key_End:
            self.jump_to_latest()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.choosing.choose_all()
        elif not (
            (event.matches(QKeySequence.StandardKey.Copy) and self.choosing.copy())
            or (key == Qt.Key.Key_Escape and self.choosing.clear())
        ):
            event.ignore()

    def showEvent(self, event: QShowEvent) -> None:
        """A style sheet takes a palette back when a widget gets another parent."""
        super().showEvent(event)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break anew if the column's width changed."""
        super().resizeEvent(event)
        style = self._rows.style
        self._rows.resize(self.viewport().width(), style)
        self._latest.settle(self.size(), style)
        self._arrange()

    def _restyle(self, style: TranscriptStyle) -> None:
        if style != self._rows.style:
            self._rows.resize(self.viewport().width(), style)
            self._dress()
            self._latest.settle(self.size(), style)
            self._arrange(OPEN_S)

    def _dress(self) -> None:
        style, palette = self._rows.style, QPalette(self.viewport().palette())
        for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
            palette.setColor(role, style.colour("bg"))
        self.viewport().setPalette(palette)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._latest.dress(style)

    # -- focus --------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through what is on screen from top to bottom."""
        holder = QApplication.focusWidget()
        stops = focus.stops(self._stage.widgets(), self._latest)
        if holder is not self and holder not in stops:
            return super().focusNextPrevChild(forward)
        place = stops.index(holder) if holder in stops else -1
        place += 1 if forward else -1
        if holder is self and not forward:
            place = -1
        if 0 <= place < len(stops):
            stops[place].setFocus(Qt.FocusReason.TabFocusReason)
        elif place == -1 and not forward and holder is not self:
            self.setFocus(Qt.FocusReason.BacktabFocusReason)
        else:
            focus.leave(self, stops, forward)
        return True

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._stage.widgets():
            if any(each is not None and (each is widget or widget.isAncestorOf(each)) for each in (old, new)):
                widget.focus_moved()
        if new is not None and self.viewport().isAncestorOf(new):
            self._bring_into_view(new)

    def _bring_into_view(self, widget: QWidget) -> None:
        top, room = widget.mapTo(self.viewport(), QPoint(0, 0)).y(), self.viewport().height()
        self.scroll_by(focus.way_to(top, widget.height(), room, self._rows.style.px(48)))


def _single_shot(parent: QWidget, interval: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(slot)
    return timer
