# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the list of chats gives for each role: to the view, the delegate and screen readers."""

from __future__ import annotations

import enum

from PySide6.QtCore import Qt

from desktop.domain.conversation import Chat
from desktop.i18n import _, ngettext
from desktop.ui.sidebar.rows import FolderRow, Heading


class Roles(enum.IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    CHAT_ID = Qt.ItemDataRole.UserRole + 1  # None for a heading
    RUNNING = Qt.ItemDataRole.UserRole + 2
    HEADING = Qt.ItemDataRole.UserRole + 3
    CONSENT = Qt.ItemDataRole.UserRole + 4  # may be used for training
    UNREAD = Qt.ItemDataRole.UserRole + 5
    FOLDER = Qt.ItemDataRole.UserRole + 7  # its name, where the row is one
    OPENED = Qt.ItemDataRole.UserRole + 8  # whether its chats are shown
    INSIDE = Qt.ItemDataRole.UserRole + 9  # the row of a chat in a folder
    COUNT = Qt.ItemDataRole.UserRole + 10  # chats in a folder
    AHEAD = Qt.ItemDataRole.UserRole + 6  # answers that have to end before this chat is answered


def shown_title(chat: Chat) -> str:
    """The title, or words for a chat that has none yet."""
    return chat.title or _("New chat")


def heading_data(heading: Heading, role: int) -> object:
    """Of words between rows."""
    match role:
        case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
            return heading.text
        case Roles.HEADING:
            return True
    return None


def chat_data(chat: Chat, role: int, running: bool, ahead: int) -> object:
    """Of a chat.

    Args:
        chat: which one.
        role: Qt's, or one of ours.
        running: whether it is being answered, or waits to be.
        ahead: how many answers have to end before that.
    """
    match role:
        case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
            return shown_title(chat)
        case Qt.ItemDataRole.EditRole:
            return chat.title
        case Qt.ItemDataRole.AccessibleTextRole:
            return _in_words(chat, running, ahead)
    marks: dict[int, object] = {
        Roles.CHAT_ID: chat.id,
        Roles.CONSENT: chat.training_consent,
        Roles.RUNNING: running and not ahead,
        Roles.AHEAD: ahead,
        Roles.UNREAD: chat.unread,
        Roles.INSIDE: chat.folder is not None and not chat.pinned and not chat.archived,
        Roles.HEADING: False,
    }
    return marks.get(role)


def _in_words(chat: Chat, running: bool, ahead: int) -> str:
    """A row with its marks, for whoever hears it."""
    title = shown_title(chat)
    if chat.pinned:
        title = _("{title}, pinned").format(title=title)
    if chat.training_consent:
        title = _("{title}, may be used for training").format(title=title)
    if chat.unread:
        title = _("{title}, not read yet").format(title=title)
    if ahead:
        words = ngettext(
            "{title}, waits for {count} other answer", "{title}, waits for {count} other answers", ahead
        )
        return words.format(title=title, count=ahead)
    return _("{title}, being answered").format(title=title) if running else title


def folder_data(row: FolderRow, role: int) -> object:
    """Of a folder."""
    name, count, opened = row.folder.name, row.count, row.folder.opened
    match role:
        case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.ToolTipRole:
            return name
        case Roles.FOLDER:
            return name
        case Roles.OPENED:
            return opened
        case Roles.COUNT:
            return count
        case Qt.ItemDataRole.AccessibleTextRole:
            words = (
                ngettext("Folder {name}, {count} chat, open", "Folder {name}, {count} chats, open", count)
                if opened
                else ngettext(
                    "Folder {name}, {count} chat, closed", "Folder {name}, {count} chats, closed", count
                )
            )
            return words.format(name=name, count=count)
    return None
