# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders in the list, and pins in the order they were dragged into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.folder import Folder
from desktop.i18n import _, ngettext
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.chat.chat_menu import Act, Wish
from desktop.ui.sidebar.rows import Drop
from desktop.ui.sidebar.sidebar import Sidebar
from desktop.ui.tasks import Tasks

T = TypeVar("T")


class FoldersPresenter(QObject):
    """Attributes:
    failed: an error to be shown.
    """

    failed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, view: Sidebar) -> None:
        super().__init__(view)
        self._history = session.history
        self._folders = session.folders
        self._tasks = tasks
        self._view = view
        self._chats = view.chats
        view.chats.modelReset.connect(self.load)  # chats that came in may have brought folders along
        view.chats.folder_renamed.connect(self._rename)
        view.chats.dropped.connect(self._drop)
        view.list.folder_toggled.connect(self._toggle)
        view.list.folder_deleted.connect(self._delete)
        view.list.pin_moved.connect(self._move_pin)
        self.load()

    def load(self) -> None:
        """Read which there are."""
        self._watch(self._folders.listed(), self._loaded)

    def do(self, wish: Wish) -> None:
        """Move chats to a folder, to none, or to one that is made for them."""
        ids = list(wish.chats)
        if wish.act is Act.NEW_FOLDER:
            self._watch(self._folders.create(self._free_name()), lambda made: self._begin(made, ids))
        else:
            self._move(ids, None if wish.value is None else str(wish.value))

    def _loaded(self, folders: Sequence[Folder]) -> None:
        if tuple(folders) != tuple(self._chats.folders):
            self._chats.show_folders(folders)

    def _begin(self, made: Folder, ids: Sequence[ChatId]) -> None:
        """A folder is there: put the chats into it, and let the person name it."""
        self._chats.show_folders([*self._chats.folders, made])

        def moved() -> None:
            index = self._chats.index_of_folder(made.name)
            self._view.list.setFocus()
            self._view.list.setCurrentIndex(index)
            self._view.list.edit(index)

        self._move(ids, made.name, moved)

    def _move(
        self, ids: Sequence[ChatId], name: str | None, then: Callable[[], object] | None = None
    ) -> None:
        def kept(_nothing: None) -> None:
            self._chats.change([replace(chat, folder=name) for chat in self._those(ids)])
            count = len(ids)
            words = (
                ngettext("{count} chat is in no folder now", "{count} chats are in no folder now", count)
                if name is None
                else ngettext("{count} chat moved to {name}", "{count} chats moved to {name}", count)
            )
            announce(self._view, words.format(count=count, name=name))
            if then is not None:
                then()

        self._watch(self._folders.move(ids, name), kept)

    def _rename(self, old: str, new: str) -> None:
        def kept(_nothing: None) -> None:
            inside = [replace(chat, folder=new) for chat in self._chats.all() if chat.folder == old]
            folders = [replace(one, name=new) if one.name == old else one for one in self._chats.folders]
            self._chats.show_folders(folders, inside)

        self._watch(self._folders.rename(old, new), kept)

    def _delete(self, name: str) -> None:
        def gone(_nothing: None) -> None:
            back = [replace(chat, folder=None) for chat in self._chats.all() if chat.folder == name]
            self._chats.show_folders([one for one in self._chats.folders if one.name != name], back)
            announce(self._view, _("The folder is gone; its chats are among the others."))

        self._watch(self._folders.delete(name), gone)

    def _toggle(self, name: str) -> None:
        """Shown at once: which folders are open is worth no waiting."""
        folders = [replace(f, opened=not f.opened) if f.name == name else f for f in self._chats.folders]
        self._chats.show_folders(folders)
        opened = next((folder.opened for folder in folders if folder.name == name), True)
        self._watch(self._folders.set_opened(name, opened), lambda _nothing: None)

    def _drop(self, ids: list[ChatId], drop: Drop) -> None:
        self._view.list.choose_one()
        if drop.pinned:
            order = [one for one in self._chats.pinned() if one not in ids]
            place = order.index(drop.before) if drop.before in order else len(order)
            self._order([*order[:place], *ids, *order[place:]])
            return
        if not any(chat.pinned for chat in self._those(ids)):
            self._move(ids, drop.folder)
            return

        def unpinned(_nothing: None) -> None:
            self._chats.change([replace(chat, pinned=False) for chat in self._those(ids)])
            self._move(ids, drop.folder)

        self._watch(self._history.set_pinned(ids, False), unpinned)

    def _move_pin(self, chat_id: str, step: int) -> None:
        order = self._chats.pinned()
        if ChatId(chat_id) in order:
            place = order.index(ChatId(chat_id))
            order.insert(max(0, place + step), order.pop(place))
            self._order(order)

    def _order(self, ids: Sequence[ChatId]) -> None:
        def kept(_nothing: None) -> None:
            places = {chat_id: place for place, chat_id in enumerate(ids)}
            self._chats.change(
                [replace(chat, pinned=True, pin_place=places[chat.id]) for chat in self._those(ids)]
            )

        self._watch(self._folders.order_pins(ids), kept)

    def _free_name(self) -> str:
        names, name, count = self._chats.folder_names(), _("New folder"), 1
        while name in names:
            count += 1
            name = _("New folder {number}").format(number=count)
        return name

    def _those(self, ids: Sequence[ChatId]) -> list[Chat]:
        return [chat for one in ids if (chat := self._chats.chat(one)) is not None]

    def _watch(self, change: Future[T], done: Callable[[T], object]) -> None:
        self._tasks.watch(change, done, self.failed.emit)
