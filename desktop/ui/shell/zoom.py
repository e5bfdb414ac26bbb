# SPDX-License-Identifier: GPL-3.0-or-later
"""Larger and smaller by key, in the steps that the settings offer."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from desktop.i18n import _
from desktop.ui.announce import announce
from desktop.ui.preferences import TEXT_SIZE, TEXT_SIZES, Preferences
from desktop.ui.shell.shortcuts import Command
from desktop.ui.theme.theme import Theme

STEPS: Mapping[Command, int] = {Command.LARGER: 1, Command.SMALLER: -1, Command.USUAL_SIZE: 0}


def zoom(command: Command, preferences: Preferences, theme: Theme, window: QWidget) -> None:
    """Take the next text size, or the usual one; it is kept, and a screen reader is told."""
    percent = next_size(preferences.get(TEXT_SIZE), STEPS[command])
    preferences.set(TEXT_SIZE, percent)
    theme.set_scale(percent / 100)
    announce(window, _("Text size {percent} %").format(percent=percent))


def next_size(percent: int, step: int) -> int:
    """The size one step larger or smaller, if there is one; the usual one for no step."""
    if not step:
        return TEXT_SIZE.default
    place = TEXT_SIZES.index(percent) + step
    return TEXT_SIZES[max(0, min(place, len(TEXT_SIZES) - 1))]
