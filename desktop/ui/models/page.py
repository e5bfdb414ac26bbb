# SPDX-License-Identifier: GPL-3.0-or-later
"""Models: those a person has, and the way to add one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.library import KnownModel
from desktop.ui.announce import announce
from desktop.ui.models.details import Details
from desktop.ui.models.model_card import ModelFrame
from desktop.ui.theme.controls import (
    Button,
    label,
    page_head,
    reckoned_by_room,
    restyle,
    row,
    scale_layouts,
    scrolling,
)
from desktop.ui.theme.theme import Theme

_WIDTH = 720  # px
_MARGIN = 32
_PERCENT = 100


class ModelsPage(QWidget):
    """Attributes:
    left: back to the chat.
    opened: it came to the front.
    add_requested: choose a file to add.
    stop_requested: read the file no further.
    use_requested, unload_requested, remove_requested: with the model.
    details: the card of one model.
    """

    left = Signal()
    opened = Signal()
    add_requested = Signal()
    stop_requested = Signal()
    use_requested = Signal(object)
    unload_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Models"))
        self._theme = theme
        self._room: int | None = None
        self.frames: list[ModelFrame] = []
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self.add_button = Button(theme, _("Add a model file…"), "primary", icon="plus", colour="on_accent")
        self.said = label("", "small", wrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("How much of the file was read"))
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.stop_button = Button(theme, _("Stop"))
        self.details = Details(theme)
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self._columns: list[QWidget] = []
        self._stack = QStackedWidget()
        self._stack.addWidget(self._in_the_middle(self._overview()))
        self._stack.addWidget(self._in_the_middle(self.details))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._stack)
        self.back_button.clicked.connect(self.left)
        self.add_button.clicked.connect(self.add_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self.details.left.connect(self.show_list)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.add_button)
        self._show_busy(False)

    def show_models(self, known: Sequence[KnownModel], room: int | None) -> None:
        """Show those there are; where a person was among them, they still are."""
        focus = QApplication.focusWidget()
        focused = next((f.known.id for f in self.frames if focus is not None and f.isAncestorOf(focus)), None)
        self._room = room
        for frame in self.frames:
            self._list.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.frames = []
        for model in known:
            frame = ModelFrame(self._theme, model, room)
            frame.use_requested.connect(lambda m=model: self.use_requested.emit(m))
            frame.unload_requested.connect(lambda m=model: self.unload_requested.emit(m))
            frame.remove_requested.connect(lambda m=model: self.remove_requested.emit(m))
            frame.details_requested.connect(lambda m=model: self.show_details(m))
            self._list.addWidget(reckoned_by_room(frame))
            frame.show()  # now: what is not shown yet cannot take the focus
            self.frames.append(frame)
        scale_layouts(self, self._theme.scale)
        if focused is not None:
            again = self.frame_of(focused)
            (again.details_button if again else self.add_button).setFocus()

    def frame_of(self, model_id: str) -> ModelFrame | None:
        """The card in the list."""
        return next((frame for frame in self.frames if frame.known.id == model_id), None)

    def show_details(self, known: KnownModel) -> None:
        """Show all that is known of one."""
        self.details.show_model(known, self._room)
        scale_layouts(self.details, self._theme.scale)
        self._shown_from = known.id
        self._stack.setCurrentIndex(1)
        self.details.back_button.setFocus()

    def show_list(self) -> None:
        """Back from the details."""
        self._stack.setCurrentIndex(0)
        frame = self.frame_of(self._shown_from)
        (frame.details_button if frame else self.add_button).setFocus()

    def show_reading(self) -> None:
        """A file is being looked at."""
        self._show_busy(True)
        self.progress.setRange(0, 0)
        self._say(_("Reading the file, and working out its SHA-256…"))
        self.stop_button.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """So many bytes of it were read."""
        self.progress.setRange(0, _PERCENT)
        self.progress.setValue(done * _PERCENT // max(total, 1))

    def show_outcome(self, words: str, *, failed: bool = False) -> None:
        """It is over."""
        had_focus = self.stop_button.hasFocus()
        self._show_busy(False)
        self._say(words, failed=failed)
        if had_focus:
            self.add_button.setFocus()
        if words:
            announce(self, words)

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        restyle(self.said, "kind", "problem" if failed else "small")

    def _show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.add_button.setEnabled(not busy)
        self.said.setVisible(bool(self.said.text()))

    def _overview(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Models"), self.back_button))
        words = _(
            "What answers you. Each runs on this computer, in a process that reaches neither the network nor "
            "your files. A file you add stays where it is; you can also drop one anywhere on this window."
        )
        column.addWidget(label(words, "secondary", wrap=True))
        column.addLayout(row(self.add_button, None, self.stop_button))
        column.addWidget(self.progress)
        column.addWidget(self.said)
        column.addLayout(self._list)
        column.addStretch(1)
        return made

    def _in_the_middle(self, column: QWidget) -> QWidget:
        self._columns.append(column)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(24, 0, 24, 0)
        middle.addStretch(1)
        middle.addWidget(column)
        middle.addStretch(1)
        return scrolling(scrolled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back: from the details to the list, from there to the chat."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._stack.currentIndex():
            self.show_list()
        else:
            self.left.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What is shown may not be so any more."""
        super().showEvent(event)
        self.opened.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column, in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        for column in self._columns:
            column.setFixedWidth(max(300, min(self._theme.px(_WIDTH), room)))
