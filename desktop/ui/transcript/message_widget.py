# SPDX-License-Identifier: GPL-3.0-or-later
"""One message on screen: widgets for those of its segments that are near the viewport, reused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QWidget

from desktop.i18n import _
from desktop.ui.markdown.blocks import NOTE_ADDRESS, CodeBlock, TableBlock, ThoughtBlock
from desktop.ui.theme.focus_ring import OWN_FOCUS
from desktop.ui.theme.style import focus_colour
from desktop.ui.transcript.code_card import CodeCard
from desktop.ui.transcript.flow import MessageFlow
from desktop.ui.transcript.footer import Actions, Footer, FooterState
from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.marks import Marks
from desktop.ui.transcript.measure import BUBBLE_SIDE, Measure, bubble_path
from desktop.ui.transcript.pane import Pane
from desktop.ui.transcript.selection import Selection
from desktop.ui.transcript.style import GUTTER, TranscriptStyle
from desktop.ui.transcript.table_pane import TablePane
from desktop.ui.transcript.text_pane import RunsPane, TextPane
from desktop.ui.transcript.thought_bar import ThoughtBar

_PartT = TypeVar("_PartT", bound=QWidget)


class MessageWidget(QWidget):
    """A message; a group for screen readers with its author as name and its text as description."""

    link_requested = Signal(str)
    code_copy_requested = Signal(int)  # segment
    wrap_requested = Signal(int)  # segment
    pressed = Signal()
    shift_pressed = Signal()
    dragged = Signal(QPoint)  # to this place on the screen
    copy_several_requested = Signal()
    note_requested = Signal(str)  # label of a footnote
    thought_requested = Signal(bool)  # whether to open it
    copy_requested = Signal()
    regenerate_requested = Signal()
    retry_requested = Signal()
    edit_requested = Signal()
    continue_requested = Signal()
    sibling_requested = Signal(int)
    more_requested = Signal(QWidget)
    details_requested = Signal(QWidget)

    def __init__(self, parent: QWidget, formulas: FormulaStore) -> None:
        super().__init__(parent)
        self._formulas = formulas
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty(OWN_FOCUS, True)
        self.row = -1
        self._flow: MessageFlow | None = None
        self._style: TranscriptStyle | None = None
        self._measure = Measure(0, 0, 0)
        self._state: FooterState | None = None
        self._parts: dict[int, QWidget] = {}
        self._spare: dict[type[QWidget], list[QWidget]] = {
            each: [] for each in (TextPane, CodeCard, TablePane, ThoughtBar)
        }
        self.selection = Selection(self._ordered)
        self._hovered = False
        self._chosen = False
        self.footer = Footer(self)
        self.footer.retry_requested.connect(self.retry_requested)
        self.footer.details_requested.connect(self.details_requested)
        self.footer.continue_requested.connect(self.continue_requested)
        self._floating = Actions(self)  # beside a bubble
        for actions in (self.footer.actions_row, self._floating):
            actions.sibling_requested.connect(self.sibling_requested)
            actions.copy_requested.connect(self.copy_requested)
            actions.edit_requested.connect(self.edit_requested)
            actions.regenerate_requested.connect(self.regenerate_requested)
            actions.more_requested.connect(self.more_requested)

    # -- what is shown ------------------------------------------------------------------------------------

    def bind(
        self,
        row: int,
        flow: MessageFlow,
        *,
        state: FooterState,
        style: TranscriptStyle,
        measure: Measure,
        who: str,
    ) -> None:
        """Show another message, or the same one after it changed."""
        if flow is not self._flow or style is not self._style or measure.column != self._measure.column:
            self.release_all()
        changed = state != self._state or style is not self._style or measure != self._measure
        self.row, self._flow, self._style, self._measure = row, flow, style, measure
        self.setAccessibleName(who)
        if not changed:
            return
        self._state = state
        self.footer.setVisible(not state.own and not state.editing)
        if state.own:
            self._floating.show_state(state, style)
            self._floating.adjustSize()
        else:
            self.footer.show_state(state, style, measure.column)
        self._reveal()

    def describe(self, text: str) -> None:
        """Give screen readers the message's text."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def show_chosen(self, chosen: bool) -> None:
        """Show whether this is one of several messages that are chosen."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def mark(self, words: Sequence[str]) -> None:
        """Mark these words in what shows."""
        for pane in self._ordered():
            pane.mark(words)

    def panes(self) -> list[tuple[int, Pane]]:
        """What shows, each with its segment, in the order it is read."""
        return [(place, pane) for place in sorted(self._parts) for pane in _panes(self._parts[place])]

    def has(self, place: int) -> bool:
        """Whether a segment has a widget now."""
        return place in self._parts

    def realise(self, place: int, tip: bool) -> int:
        """Give a segment its widget, up to date; returns its height with the gap above it."""
        flow, style = self._bound()
        segment = flow.segments[place]
        gap = style.gap(segment.before, segment.block)
        width = Measure.text_width(style, self._measure.column, flow.own)
        inset = style.indent(segment.block.path)
        match segment.block:
            case CodeBlock() as code:
                card = self._part(place, CodeCard)
                wrap = flow.code_start(place) in flow.wrapped
                height = card.show_code(code, flow.code_before(place), style, width - inset, wrap)
                card.pane.set_tip(tip)
            case TableBlock() as table:
                pane = self._part(place, TablePane)
                height = pane.show_table(table, segment.head or table, style, width - inset)
            case ThoughtBlock() as thought:
                height = self._part(place, ThoughtBar).show_thought(thought, flow.thought_s, style)
            case _:
                text = self._part(place, TextPane)
                fit = flow.own and len(flow.segments) == 1
                height = text.show_blocks(
                    segment.blocks, segment.before, style, width, own=flow.own, fit=fit, live=tip
                )
                text.set_tip(tip)
        return height + gap

    def waiting(self) -> list[int]:
        """The segments with formulas that were not drawn when they were shown."""
        return [place for place, part in self._parts.items() if isinstance(part, RunsPane) and part.waits]

    def release(self, place: int) -> None:
        """Take a segment's widget back."""
        part = self._parts.pop(place)
        if part.hasFocus() or part.isAncestorOf(_focus(self)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        for pane in _panes(part):
            pane.clear_selection()
            pane.mark(())
            pane.seek("", None)
            pane.set_tip(False)
        part.hide()
        self._spare[type(part)].append(part)

    def release_from(self, place: int) -> None:
        """Take back the widgets of segments that are no more."""
        for each in [each for each in self._parts if each >= place]:
            self.release(each)

    def release_all(self) -> None:
        """Take back all widgets."""
        self.release_from(0)

    def release_outside(self, first: int, last: int) -> None:
        """Take back the widgets of segments before ``first`` and after ``last``."""
        for each in [each for each in self._parts if not first <= each <= last]:
            if not _has_selection(self._parts[each]):
                self.release(each)

    def arrange(self) -> None:
        """Put everything in its place."""
        flow, style = self._bound()
        measure = self._measure
        for place, part in self._parts.items():
            segment = flow.segments[place]
            x = self._text_left() + style.indent(segment.block.path)
            if isinstance(part, CodeCard | ThoughtBar):
                x += GUTTER
            elif not isinstance(part, TablePane):
                x = self._text_left()
            y = measure.lead + flow.top(place) + style.gap(segment.before, segment.block)
            # Qt puts a line's spare height above its text; half of it belongs below.
            part.move(x, y - (style.px(2) if isinstance(part, TextPane) else 0))
            part.setVisible(self._state is None or not self._state.editing)
        if any(flow.segments[place].block.path for place in self._parts):
            self.update()  # see paintEvent
        if flow.own:
            bubble = self._bubble()
            left = bubble.left() - self._floating.width() - style.px(4)
            self._floating.move(round(left), round(bubble.bottom()) - self._floating.height())
        else:
            below = measure.lead + flow.height
            self.footer.setGeometry(0, below, measure.column + 2 * GUTTER, measure.trail)

    # -- widgets for segments -----------------------------------------------------------------------------

    def _bound(self) -> tuple[MessageFlow, TranscriptStyle]:
        if self._flow is None or self._style is None:
            raise RuntimeError("no message is bound")
        return self._flow, self._style

    def _part(self, place: int, kind: type[_PartT]) -> _PartT:
        found = self._parts.get(place)
        if found is not None and type(found) is not kind:
            self.release(place)
            found = None
        if found is None:
            spare = self._spare[kind]
            found = spare.pop() if spare else self._made(kind)
            self._parts[place] = found
        return cast(_PartT, found)

    def _made(self, kind: type[QWidget]) -> QWidget:
        part = kind(self, self._formulas) if issubclass(kind, RunsPane) else kind(self)
        if isinstance(part, ThoughtBar):
            part.toggled.connect(self.thought_requested)
        for pane in _panes(part):
            pane.anchorClicked.connect(self._link)
            self.selection.adopt(pane)
            pane.pressed.connect(self.pressed)
            pane.shift_pressed.connect(self.shift_pressed)
            pane.dragged.connect(self.dragged)
            pane.copy_requested.connect(self.copy_several_requested)
            pane.setAccessibleName(_("Message text"))
        if isinstance(part, CodeCard):
            part.pane.setAccessibleName(_("Code"))
            part.wrap_requested.connect(lambda: self.wrap_requested.emit(self._place_of(part)))
            part.copy_requested.connect(lambda: self.code_copy_requested.emit(self._place_of(part)))
            part.pane.horizontalScrollBar().valueChanged.connect(lambda value: self._slide(part, value))
        return part

    def _place_of(self, part: QWidget) -> int:
        return next(place for place, each in self._parts.items() if each is part)

    def _slide(self, moved: CodeCard, value: int) -> None:
        """Pieces of one code block scroll sideways together."""
        flow, _style = self._bound()
        if moved not in self._parts.values():
            return
        start = flow.code_start(self._place_of(moved))
        for place, part in self._parts.items():
            if part is not moved and isinstance(part, CodeCard) and flow.code_start(place) == start:
                part.pane.horizontalScrollBar().setValue(value)

    def _ordered(self) -> list[Pane]:
        return [pane for _place, pane in self.panes()]

    def _link(self, address: QUrl) -> None:
        text = address.toString()
        if text.startswith(NOTE_ADDRESS):
            self.note_requested.emit(text.removeprefix(NOTE_ADDRESS))
        else:
            self.link_requested.emit(text)

    # -- shape, hover and focus ---------------------------------------------------------------------------

    def _text_left(self) -> int:
        flow, style = self._bound()
        if not flow.own:
            return 0
        return round(self._bubble().left()) + style.px(BUBBLE_SIDE) - GUTTER

    def _bubble(self) -> QRectF:
        flow, style = self._bound()
        width = Measure.text_width(style, self._measure.column, True)
        panes = [part for part in self._parts.values() if isinstance(part, TextPane)]
        if len(flow.segments) == 1 and panes and flow.segments[0].blocks:
            width = panes[0].width() - 2 * GUTTER
        width += 2 * style.px(BUBBLE_SIDE)
        ends = Measure.bubble_ends(style)
        top = self._measure.lead - ends
        return QRectF(GUTTER + self._measure.column - width, top, width, flow.height + 2 * ends)

    def _reveal(self) -> None:
        if self._state is None:
            return
        inside = self._hovered or self.hasFocus() or self.isAncestorOf(_focus(self))
        inside = inside and not self._state.editing
        own, several = self._state.own, self._state.entry.siblings > 1 and not self._state.editing
        self._floating.setVisible(own and (inside or several))
        if not own:
            self.footer.reveal(inside or several or self._state.last)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over the message."""
        self._hovered = True
        self._reveal()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer left the message."""
        self._hovered = False
        self._reveal()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard is here."""
        super().focusInEvent(event)
        self.focus_moved()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard left."""
        super().focusOutEvent(event)
        self.focus_moved()

    def focus_moved(self) -> None:
        """The keyboard came to, or left, this message or something in it."""
        self._reveal()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and select all work on the message, if it is not one of several that are chosen."""
        if self._chosen:
            event.ignore()
        elif event.matches(QKeySequence.StandardKey.Copy):
            if not self.selection.copy():
                self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selection.select_all()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bubble, marks beside code and tables, and the focus ring."""
        del event
        if self._flow is None or self._style is None or (self._state is not None and self._state.editing):
            return
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("hover"))
            area = QRectF(self.rect()).adjusted(0, self._measure.lead - style.px(14), 0, 0)
            painter.drawRoundedRect(area, style.px(12), style.px(12))
        if self._flow.own:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("accent_soft"))
            painter.drawPath(bubble_path(self._bubble(), style.px(14), style.px(4)))
        font, right = style.reading, GUTTER + self._measure.column
        marks = Marks(painter, style, font, left=self._text_left() + GUTTER, right=right)
        for place, part in self._parts.items():
            line = part.first_line(style) if isinstance(part, CodeCard | TablePane) else None
            marks.paint_beside(self._flow.segments[place], part.geometry(), line)
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(2, self._measure.lead - style.px(12), -2, -2)
            painter.setPen(QPen(QColor(focus_colour(style.tokens)), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ring, style.px(12), style.px(12))


def _panes(part: QWidget) -> list[Pane]:
    return [part] if isinstance(part, Pane) else [part.pane] if isinstance(part, CodeCard) else []


def _has_selection(part: QWidget) -> bool:
    return any(pane.textCursor().hasSelection() for pane in _panes(part))


def _focus(fallback: QWidget) -> QWidget:
    return QApplication.focusWidget() or fallback.window()
