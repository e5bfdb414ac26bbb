# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys, declared once: the window takes them from here, and the settings list them."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from desktop.i18n import _


class Command(enum.Enum):
    """What a key of the whole window does; the value is the key."""

    NEW_CHAT = "Ctrl+N"
    TEMPORARY = "Ctrl+Shift+N"
    SEARCH = "Ctrl+K"
    SIDEBAR = "Ctrl+B"
    WRITE = "Ctrl+J"
    PRIVACY = "Ctrl+Shift+P"
    MODELS = "Ctrl+Shift+M"
    SETTINGS = "Ctrl+,"
    LARGER = "Ctrl++"
    SMALLER = "Ctrl+-"
    USUAL_SIZE = "Ctrl+0"
    LOCK = "Ctrl+L"
    QUIT = "Ctrl+Q"


OTHER_KEYS = {Command.LARGER: "Ctrl+="}  # where the plus needs Shift


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does, in words."""

    keys: str
    words: str


def listed_keys() -> tuple[Key, ...]:
    """Everything the keyboard does beyond Tab, arrows and Return, for the settings page."""
    return (
        Key(Command.NEW_CHAT.value, _("New chat")),
        Key(Command.TEMPORARY.value, _("New temporary chat")),
        Key(Command.SEARCH.value, _("Search everything")),
        Key(Command.WRITE.value, _("Write a message")),
        Key("Return", _("Send")),
        Key("Shift+Return", _("New line")),
        Key("Esc", _("Stop the answer")),
        Key("F2", _("Rename the chat")),
        Key("Ctrl+M", _("Map of the chat: its versions and branches")),
        Key("Ctrl+Return", _("Send or keep a message that is edited")),
        Key("Del", _("Delete the chosen chat in the list")),
        Key("Ctrl+Z", _("Bring it back, in the list")),
        Key(Command.SIDEBAR.value, _("Show or hide the sidebar")),
        Key(Command.LARGER.value, _("Larger")),
        Key(Command.SMALLER.value, _("Smaller")),
        Key(Command.USUAL_SIZE.value, _("The usual size")),
        Key(Command.PRIVACY.value, _("Privacy Centre")),
        Key(Command.MODELS.value, _("Models")),
        Key(Command.SETTINGS.value, _("Settings")),
        Key(Command.LOCK.value, _("Lock")),
        Key(Command.QUIT.value, _("Quit")),
    )
