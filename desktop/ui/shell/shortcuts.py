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
    PALETTE = "Ctrl+K"
    SEARCH = "Ctrl+Shift+F"
    FIND = "Ctrl+F"
    SIDEBAR = "Ctrl+B"
    WRITE = "Ctrl+J"
    PRIVACY = "Ctrl+Shift+P"
    MODELS = "Ctrl+Shift+M"
    SETTINGS = "Ctrl+,"
    LARGER = "Ctrl++"
    SMALLER = "Ctrl+-"
    USUAL_SIZE = "Ctrl+0"
    KEYS = "Ctrl+/"
    LOCK = "Ctrl+L"
    QUIT = "Ctrl+Q"


OTHER_KEYS = {Command.LARGER: "Ctrl+="}  # where the plus needs Shift


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does, in words."""

    keys: str
    words: str


def command_words() -> dict[Command, str]:
    """What each of the keys does."""
    return {
        Command.NEW_CHAT: _("New chat"),
        Command.TEMPORARY: _("New temporary chat"),
        Command.PALETTE: _("Go to a chat, or do something"),
        Command.SEARCH: _("Search everything"),
        Command.FIND: _("Find in this chat"),
        Command.WRITE: _("Write a message"),
        Command.SIDEBAR: _("Show or hide the sidebar"),
        Command.LARGER: _("Larger"),
        Command.SMALLER: _("Smaller"),
        Command.USUAL_SIZE: _("The usual size"),
        Command.PRIVACY: _("Privacy Centre"),
        Command.MODELS: _("Models"),
        Command.SETTINGS: _("Settings"),
        Command.KEYS: _("All keys on one page"),
        Command.LOCK: _("Lock"),
        Command.QUIT: _("Quit"),
    }


def listed_keys() -> tuple[Key, ...]:
    """Everything the keyboard does beyond Tab, arrows and Return, for the settings page."""
    words = command_words()
    before = (
        Command.NEW_CHAT,
        Command.TEMPORARY,
        Command.PALETTE,
        Command.SEARCH,
        Command.FIND,
        Command.WRITE,
    )
    after = (
        Command.SIDEBAR,
        Command.LARGER,
        Command.SMALLER,
        Command.USUAL_SIZE,
        Command.PRIVACY,
        Command.MODELS,
        Command.SETTINGS,
        Command.KEYS,
        Command.LOCK,
        Command.QUIT,
    )
    return (
        *(Key(command.value, words[command]) for command in before),
        Key("F3", _("The next place found, with Shift the one before")),
        Key("Return", _("Send")),
        Key("Shift+Return", _("New line")),
        Key("Esc", _("Stop the answer")),
        Key("F2", _("Rename the chat")),
        Key("Ctrl+M", _("Map of the chat: its versions and branches")),
        Key("Ctrl+.", _("How the chat is answered: temperature and the like")),
        Key("Ctrl+Return", _("Send or keep a message that is edited")),
        Key("Del", _("Delete the chosen chat in the list")),
        Key("Ctrl+Z", _("Bring it back, in the list")),
        Key("Left", _("Close a folder in the list; Right opens it")),
        Key("Alt+Up", _("Move a pinned chat up in the list; with Down, down")),
        *(Key(command.value, words[command]) for command in after),
    )
