# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be known before unlocking: looks and window places, never content. Declared once, typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage.files import write_private
from desktop.ui.theme.theme import READING_WIDTH, ThemeChoice

T = TypeVar("T")
Geometry = tuple[int, int, int, int, bool]  # x, y, width, height, maximised

_LARGEST_FILE = 64 * 1024
_WIDEST = 1 << 15  # pixels; what lies beyond is damage


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One preference.

    Attributes:
        name: its key in the file.
        default: its value until a person says otherwise.
        parse: makes the value from JSON; raises ValueError or TypeError for what is not one.
        label: what it is called, translated when asked.
    """

    name: str
    default: T
    parse: Callable[[Any], T]
    label: Callable[[], str]


def _percent(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in TEXT_SIZES:
        raise ValueError("not a text size on offer")
    return value


def _width(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in READING_WIDTHS:
        raise ValueError("not a width on offer")
    return value


def _minutes(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in LOCK_AFTER_MINUTES:
        raise ValueError("not a time on offer")
    return value


def _seconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in CLEAR_AFTER_SECONDS:
        raise ValueError("not a time on offer")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or len(value) > 16 or not (value + "en").replace("_", "").isalnum():
        raise ValueError("not a language code")
    return value


def _geometry(value: object) -> Geometry | None:
    if value is None:
        return None
    match value:
        case [int(x), int(y), int(width), int(height), bool(maximised)]:
            if all(abs(n) < _WIDEST for n in (x, y)) and 0 < width < _WIDEST and 0 < height < _WIDEST:
                return x, y, width, height, maximised
    raise ValueError("not a place for a window")


LOCK_AFTER_MINUTES = (1, 5, 15, 30, 60, 0)  # 0 is never
CLEAR_AFTER_SECONDS = (30, 60, 300, 0)  # 0 is never
TEXT_SIZES = (80, 90, 100, 110, 125, 150, 175, 200)  # percent
READING_WIDTHS = (600, READING_WIDTH, 960)  # px of the design: narrow, usual, wide

THEME = Setting("theme", ThemeChoice.SYSTEM, ThemeChoice, lambda: _("Appearance"))
TEXT_SIZE = Setting("text_size", 100, _percent, lambda: _("Text size"))
READING_COLUMN = Setting("reading_width", READING_WIDTH, _width, lambda: _("Width of the text"))
LOCK_AFTER = Setting("lock_after", 5, _minutes, lambda: _("Lock when nobody is here"))
LOCK_WITH_SYSTEM = Setting(
    "lock_with_system", True, _flag, lambda: _("Lock when the screen is locked or the computer sleeps")
)
# Never, unless asked for: whoever copies to paste later must not find the clipboard empty and wonder why.
CLEAR_COPIES = Setting("clear_copies", 0, _seconds, lambda: _("Clear copied text from the clipboard"))
HIDE_FROM_CAPTURE = Setting(
    "hide_from_capture", False, _flag, lambda: _("Hide this window from screenshots and screen sharing")
)
LANGUAGE = Setting("language", "", _language, lambda: _("Language"))
WINDOW: Setting[Geometry | None] = Setting("window", None, _geometry, lambda: _("Place of the window"))
TEMPORARY_FIRST = Setting("temporary_first", False, _flag, lambda: _("New chats are temporary"))
SIDEBAR_SHOWN = Setting("sidebar_shown", True, _flag, lambda: _("Sidebar"))

SETTINGS: tuple[Setting[Any], ...] = (
    THEME,
    TEXT_SIZE,
    READING_COLUMN,
    LOCK_AFTER,
    LOCK_WITH_SYSTEM,
    CLEAR_COPIES,
    HIDE_FROM_CAPTURE,
    LANGUAGE,
    WINDOW,
    SIDEBAR_SHOWN,
    TEMPORARY_FIRST,
)


class Preferences:
    """The preferences of one profile. A damaged file, or a damaged value in it, falls back to the default."""

    def __init__(self, profile: Profile) -> None:
        self._path = profile.preferences
        self._values: dict[str, Any] = {}
        kept = self._read()
        for setting in SETTINGS:
            if setting.name in kept:
                try:
                    self._values[setting.name] = setting.parse(kept[setting.name])
                except (ValueError, TypeError):
                    continue

    def get(self, setting: Setting[T]) -> T:
        """The value in use."""
        value: T = self._values.get(named(setting.name).name, setting.default)
        return value

    def set(self, setting: Setting[T], value: T) -> bool:
        """Change a preference and keep it.

        Nothing is written before there is a profile folder: a window that was only looked at leaves no trace.

        Returns:
            Whether it will be remembered; False if it could not be written.

        Raises:
            ValueError, TypeError: ``value`` is not one for this setting (a bug of ours).
        """
        self._values[named(setting.name).name] = setting.parse(value)
        if not self._path.parent.is_dir():
            return False
        kept = json.dumps(self._values, indent=2, sort_keys=True).encode() + b"\n"
        try:
            # Asked for on the thread that draws: better that a power cut costs the last change of looks.
            write_private(self._path, kept, durable=False)
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Everything was erased: what was chosen is not written again. The screen stays as it is."""
        self._values.clear()

    def _read(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_LARGEST_FILE))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}


def named(name: str) -> Setting[Any]:
    """The setting of this name.

    Raises:
        KeyError: there is none; a misspelt name never passes silently.
    """
    for setting in SETTINGS:
        if setting.name == name:
            return setting
    raise KeyError(name)
