# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a chat, or with several, in one menu: the header's and the list's."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.conversation import NEVER, Chat, ChatId
from desktop.i18n import _, ngettext
from desktop.ui.theme.theme import Theme


class Act(enum.Enum):
    """What a person wants done."""

    RENAME = enum.auto()
    PIN = enum.auto()  # value: whether, as below
    ARCHIVE = enum.auto()
    CONSENT = enum.auto()
    LET_GO = enum.auto()  # value: the days of its own rule, NEVER, or None for the rule for all
    FOLDER = enum.auto()  # value: the name of the one to move it to, or None for none
    NEW_FOLDER = enum.auto()  # make one, and move it there
    STOP = enum.auto()  # answer it no further, or wait no longer
    INSTRUCTIONS = enum.auto()  # what the model is told in it
    EXPORT = enum.auto()
    DELETE = enum.auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """An act, and the chats it is meant for."""

    act: Act
    chats: tuple[ChatId, ...]
    value: bool | int | str | None = None


class ChatMenu(QMenu):
    """Goes when it is closed.

    Attributes:
        wished: a Wish.
    """

    wished = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        chats: Sequence[Chat],
        *,
        delete_key: str = "",
        asks_consent: bool = False,
        answered: bool = False,
        folders: Sequence[str] = (),
    ) -> None:
        """Make the menu.

        Args:
            theme: the look.
            parent: where it opens.
            chats: one or several.
            delete_key: the key that deletes there, if one does.
            asks_consent: whether the consent to training can be given there.
            answered: whether one of them is being answered, or waits to be.
            folders: the names of those there are.
        """
        super().__init__(parent)
        self._theme = theme
        self._chats = chats
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Chat actions"))
        if answered:
            self._add("square", _("Stop the answer"), "", Act.STOP)
        if len(chats) == 1:
            self._add("pencil", _("Rename"), "F2", Act.RENAME)
        pinned = all(chat.pinned for chat in chats)
        self._add("pin", _("Unpin") if pinned else _("Pin"), "", Act.PIN, not pinned)
        archived = all(chat.archived for chat in chats)
        words = _("Back to the list") if archived else _("Archive")
        self._add("archive", words, "", Act.ARCHIVE, not archived)
        self._add_folders(folders)
        self._add_retention()
        if len(chats) == 1:
            self._add("settings-2", _("This chat's instructions…"), "", Act.INSTRUCTIONS)
        self._add("download", _("Export…"), "", Act.EXPORT)
        self._add("trash-2", _("Delete"), delete_key, Act.DELETE)
        if asks_consent:
            self._add_consent()

    def _add(self, icon: str, text: str, keys: str, act: Act, value: bool | None = None) -> None:
        """An action whose keys are only told here: what has the focus listens for them."""
        action = self.addAction(self._theme.icon(icon, "ink2"), text)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._grants(action, act, value)

    def _add_folders(self, names: Sequence[str]) -> None:
        menu = self.addMenu(self._theme.icon("folder", "ink2"), _("Move to a folder…"))
        menu.setAccessibleName(_("Move to a folder…"))
        group = QActionGroup(menu)
        inside = {chat.folder for chat in self._chats}
        for name in names:
            action = group.addAction(menu.addAction(name.replace("&", "&&")))
            action.setCheckable(True)
            action.setChecked(inside == {name})
            self._grants(action, Act.FOLDER, name)
        if names:
            menu.addSeparator()
        if inside - {None}:
            self._grants(menu.addAction(_("Into none")), Act.FOLDER, None)
        self._grants(menu.addAction(_("New folder")), Act.NEW_FOLDER, None)

    def _add_retention(self) -> None:
        one = len(self._chats) == 1
        words = _("Let this chat go after…") if one else _("Let these chats go after…")
        menu = self.addMenu(self._theme.icon("clock", "ink2"), words)
        menu.setAccessibleName(words)
        group = QActionGroup(menu)
        rules = {chat.retention_days for chat in self._chats}
        choices = _retention_choices()
        if len(rules) == 1 and (days := next(iter(rules))) not in choices:  # chosen on the command line
            choices[days] = ngettext("{count} day", "{count} days", days or 0).format(count=days)
        for days, name in choices.items():
            action = group.addAction(menu.addAction(name))
            action.setCheckable(True)
            action.setChecked(rules == {days})
            self._grants(action, Act.LET_GO, days)
        menu.addSeparator()
        told = menu.addAction(_("From the last message on; pinned chats stay"))
        told.setEnabled(False)

    def _add_consent(self) -> None:
        self.addSeparator()
        given = all(chat.training_consent for chat in self._chats)
        action = self.addAction(_("May be used for training"))
        action.setCheckable(True)
        action.setChecked(given)
        self._grants(action, Act.CONSENT, not given)

    def _grants(self, action: QAction, act: Act, value: bool | int | str | None) -> None:
        wish = Wish(act, tuple(chat.id for chat in self._chats), value)
        action.triggered.connect(lambda: self.wished.emit(wish))


def _retention_choices() -> dict[int | None, str]:
    return {
        None: _("As the rule for all chats"),
        1: _("1 day"),
        7: _("1 week"),
        30: _("1 month"),
        90: _("3 months"),
        365: _("1 year"),
        NEVER: _("Never"),
    }
