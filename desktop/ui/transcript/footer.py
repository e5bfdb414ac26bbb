# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands under a reply: how it ended, what can be done with it, how fast it was."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop.domain.conversation import Message, PathEntry, Role, Status, StopReason
from desktop.i18n import _, ngettext
from desktop.ui.theme.icons import icon
from desktop.ui.transcript.style import GUTTER, TranscriptStyle

_ROW = 32
_ROW_GAP = 5
_STATUS = 34
_NOTICE = 30


@dataclass(frozen=True, slots=True)
class FooterState:
    """All that decides what a footer shows and how high it is."""

    entry: PathEntry
    message: Message | None
    live: bool
    last: bool
    explanation: str = ""
    editing: bool = False

    @property
    def own(self) -> bool:
        """Whether this is a person's message, whose actions float beside the bubble."""
        return self.entry.role is not Role.ASSISTANT

    @property
    def can_continue(self) -> bool:
        """Whether the model could go on with it."""
        return not self.live and self.message is not None and self.message.can_continue

    @property
    def notice(self) -> str:
        """How many earlier messages the model did not see, for the last reply."""
        stats = self.message.stats if self.message is not None else None
        if not self.last or stats is None or not stats.dropped_messages:
            return ""
        return ngettext(
            "Earlier messages no longer fit; {count} left out of the model's view",
            "Earlier messages no longer fit; {count} left out of the model's view",
            stats.dropped_messages,
        ).format(count=stats.dropped_messages)

    @property
    def status(self) -> str:
        """How the reply ended, if not well."""
        if self.live or self.own:
            return ""
        match self.entry.status:
            case Status.STOPPED:
                return _("Stopped")
            case Status.INTERRUPTED:
                return _("Interrupted when the app closed")
            case Status.FAILED:
                if self.entry.length == 0:
                    return self.explanation or _("No answer came. Your question is kept.")
                return self.explanation or _("The reply broke off. What came before is kept.")
        if self.message is not None and self.message.stop_reason is StopReason.LENGTH:
            return _("Stopped at the length limit")
        return ""

    def height(self, style: TranscriptStyle) -> int:
        """The height under the text; room for the actions is always kept, so that nothing moves on hover."""
        if self.own:
            return 0
        parts = _ROW + _ROW_GAP + (_STATUS if self.status else 0) + (_NOTICE if self.notice else 0)
        return style.px(parts)


class Actions(QWidget):
    """The quiet row of buttons.

    Attributes:
        sibling_requested: another version, by -1 or +1.
        copy_requested, edit_requested, regenerate_requested, more_requested: what the buttons say; the last
            with the button to open a menu at.
    """

    sibling_requested = Signal(int)
    copy_requested = Signal()
    edit_requested = Signal()
    regenerate_requested = Signal()
    more_requested = Signal(QWidget)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._style: TranscriptStyle | None = None
        self._previous = self._button("chevron-left", _("Previous version"))
        self._place = QLabel(self)
        _set_kind(self._place, "caption")
        self._next = self._button("chevron-right", _("Next version"))
        self._copy = self._button("copy", _("Copy message"))
        self._edit = self._button("pencil", _("Edit"))
        self._again = self._button("refresh-cw", _("Answer again"))
        self._more = self._button("ellipsis", _("More actions"))
        for widget in (
            self._previous,
            self._place,
            self._next,
            self._copy,
            self._edit,
            self._again,
            self._more,
        ):
            row.addWidget(widget)
        self._previous.clicked.connect(lambda: self.sibling_requested.emit(-1))
        self._next.clicked.connect(lambda: self.sibling_requested.emit(1))
        self._copy.clicked.connect(self.copy_requested)
        self._edit.clicked.connect(self.edit_requested)
        self._again.clicked.connect(self.regenerate_requested)
        self._more.clicked.connect(lambda: self.more_requested.emit(self._more))

    def _button(self, name: str, label: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon_name", name)
        button.setAccessibleName(label)
        button.setToolTip(label)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def show_state(self, state: FooterState, style: TranscriptStyle) -> None:
        """Show the buttons that make sense here."""
        if style is not self._style:
            self._style = style
            size = style.px(15)
            for button in self.findChildren(QToolButton):
                button.setIcon(icon(button.property("icon_name"), style.tokens.ink3, size))
                button.setIconSize(QSize(size, size))
                narrow = button in (self._previous, self._next)
                button.setFixedSize(style.px(24 if narrow else 32), style.px(_ROW))
        entry = state.entry
        several = entry.siblings > 1
        for widget in (self._previous, self._place, self._next):
            widget.setVisible(several)
        self._place.setText(
            _("{index} / {count}").format(index=entry.sibling_index + 1, count=entry.siblings)
        )
        self._place.setAccessibleName(
            _("Version {index} of {count}").format(index=entry.sibling_index + 1, count=entry.siblings)
        )
        self._previous.setEnabled(entry.sibling_index > 0)
        self._next.setEnabled(entry.sibling_index + 1 < entry.siblings)
        self._again.setVisible(not state.own)


class Footer(QWidget):
    """Status, notice, actions and measurements under one reply.

    Attributes:
        retry_requested: the person wants a failed reply again.
        continue_requested: the model should go on with a reply that broke off.
        details_requested: show what is known of the reply, at this widget.
    """

    retry_requested = Signal()
    continue_requested = Signal()
    details_requested = Signal(QWidget)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.actions_row = Actions(self)
        self.measured = QToolButton(self)
        self.measured.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.measured.setAccessibleName(_("Details of this message"))
        self.measured.setToolTip(_("Details of this message"))
        self.measured.clicked.connect(lambda: self.details_requested.emit(self.measured))
        self._status = QLabel(self)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._retry = self._link(_("Try again"))
        self._retry.clicked.connect(self.retry_requested)
        self._go_on = self._link(_("Continue"))
        self._go_on.setToolTip(_("Let the model go on from here. This version stays."))
        self._go_on.clicked.connect(self.continue_requested)
        self._notice = QLabel(self)
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._status, self._notice):
            _set_kind(label, "caption")
        self._state: FooterState | None = None

    def show_state(self, state: FooterState, style: TranscriptStyle, width: int) -> None:
        """Show what there is to say, in ``width`` pixels."""
        self._state = state
        self.actions_row.show_state(state, style)
        failed = state.entry.status is Status.FAILED and not state.live
        _set_kind(self._status, "problem" if failed else "caption")
        y = 0
        y = self._line(self._status, state.status, QRect(GUTTER, y, width, style.px(_STATUS)), style)
        self._offer(
            {self._retry: failed, self._go_on: state.can_continue and bool(state.status)}, y, width, style
        )
        y = self._line(self._notice, state.notice, QRect(GUTTER, y, width, style.px(_NOTICE)), style)
        y += style.px(_ROW_GAP)
        self.actions_row.adjustSize()
        # Icons, not their buttons' edges, line up with the text.
        self.actions_row.move(GUTTER - style.px(8), y)
        words = _measured(state)
        self.measured.setFont(style.caption)
        self.measured.setText(words)
        self.measured.setAccessibleName(_("Details: {measured}").format(measured=words))
        self.measured.setFixedHeight(style.px(_ROW))
        self.measured.adjustSize()
        self.measured.move(GUTTER + width - self.measured.width() + style.px(8), y)

    def reveal(self, shown: bool) -> None:
        """Show or hide the actions and measurements; their room stays."""
        live = self._state is not None and self._state.live
        self.actions_row.setVisible(shown and not live)
        self.measured.setVisible(shown and not live and bool(self.measured.text()))

    def _link(self, words: str) -> QPushButton:
        made = QPushButton(words, self)
        made.setAccessibleName(words)
        made.setProperty("kind", "link")
        return made

    def _offer(self, links: dict[QPushButton, bool], y: int, width: int, style: TranscriptStyle) -> None:
        """Put what can be done about it behind the status, whose line ends at ``y``."""
        shown = [link for link, wanted in links.items() if wanted]
        for link in links:
            link.setVisible(link in shown)
            link.ensurePolished()
        if not shown:
            return
        room = width - sum(link.sizeHint().width() for link in shown)
        said = self._status.fontMetrics().horizontalAdvance(self._status.text()) + style.px(8)
        left = GUTTER + max(0, min(said, room))
        self._status.resize(left - GUTTER, self._status.height())
        for link in shown:
            hint = link.sizeHint().width()
            link.setGeometry(left, y - style.px(_STATUS) + style.px(1), hint, style.px(32))
            left += hint

    def _line(self, label: QLabel, text: str, area: QRect, style: TranscriptStyle) -> int:
        """Put a line of text into ``area``, if there is any; returns where the next one begins."""
        label.setVisible(bool(text))
        if not text:
            return area.top()
        label.setText(
            label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width() - style.px(110))
        )
        label.setToolTip(text)
        label.setAccessibleName(text)
        label.setGeometry(area)
        return area.top() + area.height()


def _set_kind(label: QLabel, kind: str) -> None:
    """Give a label one of the style sheet's kinds."""
    if label.property("kind") != kind:
        label.setProperty("kind", kind)
        label.style().unpolish(label)
        label.style().polish(label)


def _measured(state: FooterState) -> str:
    if state.message is not None and state.message.edited:
        return _("Edited by you")
    stats = state.message.stats if state.message is not None else None
    if stats is None or not stats.completion_tokens:
        return ""
    return _("{speed} tokens/s · {seconds} s").format(
        speed=round(stats.tokens_per_second), seconds=f"{stats.total_s:.1f}"
    )
