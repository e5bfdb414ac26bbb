# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done from anywhere, declared once: the palette lists it, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.i18n import _
from desktop.ui.palette.model import Entry
from desktop.ui.preferences import THEME, Preferences
from desktop.ui.shell.shortcuts import Command, command_words
from desktop.ui.theme.theme import Theme, ThemeChoice

_ICONS = {
    Command.NEW_CHAT: "plus",
    Command.TEMPORARY: "moon-star",
    Command.SEARCH: "search",
    Command.FIND: "search",
    Command.SIDEBAR: "panel-left",
    Command.WRITE: "pencil",
    Command.PRIVACY: "shield-check",
    Command.LARGER: "eye",
    Command.SMALLER: "eye",
    Command.USUAL_SIZE: "eye",
    Command.MODELS: "box",
    Command.SETTINGS: "settings-2",
    Command.KEYS: "keyboard",
    Command.LOCK: "lock",
    Command.QUIT: "x",
}


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the actions without a key do.

    Attributes:
        export_chat: write the chat shown to a file; None where none is shown.
        export_all: write all chats to a file.
        rename: give the chat shown another title; None where none is shown.
        archived: list the archived chats; None where there are none.
        review: see what may be used for training.
    """

    export_chat: Callable[[], object] | None
    export_all: Callable[[], object]
    rename: Callable[[], object] | None
    archived: Callable[[], object] | None
    review: Callable[[], object]


def entries(
    do: Callable[[Command], object], deeds: Deeds, theme: Theme, preferences: Preferences
) -> Sequence[Entry]:
    """Everything that can be done now."""
    words = command_words()
    made = [
        Entry(words[command], icon, lambda c=command: do(c), command.value)  # type: ignore[misc]
        for command, icon in _ICONS.items()
    ]
    more = (
        (_("Export this chat…"), "download", deeds.export_chat, ""),
        (_("Export all chats…"), "download", deeds.export_all, ""),
        (_("Rename the chat"), "pencil", deeds.rename, "F2"),
        (_("Archived chats"), "archive", deeds.archived, ""),
        (_("What may be used for training"), "graduation-cap", deeds.review, ""),
    )
    made += [Entry(name, icon, deed, keys) for name, icon, deed, keys in more if deed is not None]
    now = preferences.get(THEME)
    for choice, name in _appearances().items():
        made.append(
            Entry(
                name,
                "eye",
                lambda c=choice: _wear(c, theme, preferences),  # type: ignore[misc]
                note=_("In use") if choice is now else "",
            )
        )
    return made


def _appearances() -> dict[ThemeChoice, str]:
    return {
        ThemeChoice.LIGHT: _("Appearance: light"),
        ThemeChoice.DARK: _("Appearance: dark"),
        ThemeChoice.SYSTEM: _("Appearance: as the system"),
    }


def _wear(choice: ThemeChoice, theme: Theme, preferences: Preferences) -> None:
    preferences.set(THEME, choice)
    theme.choose(choice)
