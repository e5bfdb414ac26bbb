# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding in the window: searching everything, in the chat, and the palette."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.ui.palette.presenter import PalettePresenter
from desktop.ui.preferences import Preferences
from desktop.ui.shell.actions import Deeds, entries
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.zoom import zoom
from desktop.ui.sidebar.presenter import SidebarPresenter
from desktop.ui.sidebar.search_presenter import SearchPresenter
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.ui.shell.workspace import Workspace


class FindingPlace(QObject):
    """Wires what finds things to the workspace.

    Args:
        workspace: over which the palette lies.
        chats: told what is to be opened, and of errors.
        tasks: for what takes a while.
        theme: the look.
        preferences: in which the palette can change it.
    """

    def __init__(
        self,
        workspace: Workspace,
        chats: SidebarPresenter,
        tasks: Tasks,
        theme: Theme,
        preferences: Preferences,
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._size = functools.partial(zoom, preferences=preferences, theme=theme, window=workspace)
        self.search = SearchPresenter(workspace.session.finder, tasks, workspace.sidebar)
        self.search.failed.connect(chats.failed)
        self.search.opened.connect(chats.opened)
        self.palette = PalettePresenter(
            theme,
            tasks,
            workspace,
            workspace.sidebar.chats.all_chats,
            lambda: entries(workspace.do, self._deeds(), theme, preferences),
        )
        self.palette.opened.connect(lambda chat_id: chats.opened.emit(chat_id, None, ()))

    def do(self, command: Command) -> None:
        """One of the keys that find, or of the window's own that was chosen in the palette."""
        match command:
            case Command.PALETTE:
                self.palette.toggle()
            case Command.SEARCH:
                self._workspace.show_sidebar(True)
                self._workspace.sidebar.focus_search()
            case Command.FIND:
                self._workspace.do(Command.WRITE)  # the chat comes to the front, whatever page was there
                (self._workspace.temporary.page or self._workspace.page).find_bar.begin()
            case Command.LARGER | Command.SMALLER | Command.USUAL_SIZE:  # chosen in the palette
                self._size(command)

    def _deeds(self) -> Deeds:
        workspace, chats = self._workspace, self._workspace.sidebar.chats
        shown = workspace.chat.shown if workspace.temporary.page is None else None
        chat = chats.chat(shown) if shown is not None else None
        return Deeds(
            export_chat=(lambda: workspace.data.begin_export([chat])) if chat is not None else None,
            export_all=lambda: workspace.data.begin_export(None),
            rename=self._rename if chat is not None else None,
            archived=self._list_archived if chats.archived else None,
            review=workspace.data.begin_review,
        )

    def _rename(self) -> None:
        self._workspace.do(Command.WRITE)
        self._workspace.page.header.begin_rename()

    def _list_archived(self) -> None:
        self._workspace.show_sidebar(True)
        self._workspace.sidebar.search.clear()
        self._workspace.sidebar.show_archive(True)
        self._workspace.sidebar.list.setFocus()
