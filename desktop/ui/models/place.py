# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the models stand in an open vault's window: their page, and a file dropped anywhere."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.services.session import Session
from desktop.ui.chat.model_presenter import ModelPresenter
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.composer.model_chip import ModelChip
from desktop.ui.models.page import ModelsPage
from desktop.ui.models.presenter import ModelsPresenter
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.theme import Theme


class ModelsPlace(QObject):
    """Attributes:
    wanted: the page should be shown, or left if it is.
    changed: which models there are, or which one answers, is not as it was.
    """

    wanted = Signal()
    changed = Signal()

    def __init__(
        self, session: Session, tasks: Tasks, theme: Theme, stack: QStackedWidget, *, window: QWidget
    ) -> None:
        super().__init__(stack)
        self._session = session
        self._tasks = tasks
        self._theme = theme
        self._stack = stack
        self._chip: ModelPresenter | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @functools.cached_property
    def page(self) -> ModelsPage:
        """Made when it is first looked at."""
        made = ModelsPage(self._theme)
        made.left.connect(self.wanted)
        made.opened.connect(self._look)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def _presenter(self) -> ModelsPresenter:
        made = ModelsPresenter(self._session, self._tasks, self.page)
        made.changed.connect(self.changed)
        return made

    def join(self, sidebar: Sidebar, chip: ModelChip, presenter: ModelPresenter, chat: ChatPresenter) -> None:
        """Join what asks for the page, and what tells which model answers the chat that is shown."""
        sidebar.models_requested.connect(self.wanted)
        chip.page_requested.connect(self.show)
        self._chip = presenter
        self.changed.connect(presenter.reload)
        chat.shown_changed.connect(presenter.show_chat)

    def show(self) -> None:
        """Bring the page to the front."""
        if self._stack.currentWidget() is not self.page:
            self.wanted.emit()

    def is_page(self, shown: QWidget | None) -> bool:
        """Whether this is the page; it is not made to find out."""
        return "page" in self.__dict__ and shown is self.page

    def _look(self) -> None:
        self._presenter.load()

    def add(self, path: Path) -> None:
        """Show the page and look at a file."""
        self.show()
        self._presenter.add(path)

    def close(self) -> None:
        """The vault is about to be locked: hear no more of its models."""
        if self._chip is not None:
            self._chip.close()
        if "_presenter" in self.__dict__:  # made already
            self._presenter.stop()
            self._presenter.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A model file dropped anywhere is added."""
        if isinstance(event, QDropEvent):  # which entering with one is, too
            path = _model_in(event)
            if path is not None:
                event.acceptProposedAction()
                if not isinstance(event, QDragEnterEvent) and event.type() == QEvent.Type.Drop:
                    self.add(path)
                return True
        return super().eventFilter(watched, event)


def _model_in(event: QDropEvent) -> Path | None:
    """The one model file that is carried, if it is one."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() == ".gguf" else None
