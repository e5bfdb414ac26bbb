# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings about locking: when, what is copied, who sees the window, what remains."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from desktop.i18n import _, ngettext
from desktop.sandbox import memory
from desktop.ui.preferences import (
    CLEAR_AFTER_SECONDS,
    CLEAR_COPIES,
    HIDE_FROM_CAPTURE,
    LOCK_AFTER,
    LOCK_AFTER_MINUTES,
    LOCK_WITH_SYSTEM,
    Preferences,
)
from desktop.ui.shell.capture import can_hide, hide_from_capture
from desktop.ui.theme.controls import Select, Tick, label, row, rule
from desktop.ui.theme.theme import Theme

_MINUTE = 60


class LockingCard(QFrame):
    """Each control keeps its preference as soon as it is changed."""

    def __init__(self, theme: Theme, preferences: Preferences) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._preferences = preferences
        self.lock_after = Select(theme, LOCK_AFTER.label())
        self.with_system = Tick(theme, LOCK_WITH_SYSTEM.label())
        self.clear_copies = Select(theme, CLEAR_COPIES.label())
        self.hide_from_capture = Tick(theme, HIDE_FROM_CAPTURE.label())
        for minutes in LOCK_AFTER_MINUTES:
            self.lock_after.addItem(_minutes(minutes) if minutes else _("Never"), minutes)
        for seconds in CLEAR_AFTER_SECONDS:
            self.clear_copies.addItem(_seconds(seconds) if seconds else _("Never"), seconds)
        self._show()
        self._lay_out()
        self.lock_after.currentIndexChanged.connect(
            lambda: preferences.set(LOCK_AFTER, int(self.lock_after.currentData()))
        )
        self.with_system.toggled.connect(lambda on: preferences.set(LOCK_WITH_SYSTEM, on))
        self.clear_copies.currentIndexChanged.connect(
            lambda: preferences.set(CLEAR_COPIES, int(self.clear_copies.currentData()))
        )
        self.hide_from_capture.toggled.connect(self._hide_window)

    def _show(self) -> None:
        """What is chosen now."""
        chosen = self._preferences.get
        self.lock_after.setCurrentIndex(self.lock_after.findData(chosen(LOCK_AFTER)))
        self.with_system.setChecked(chosen(LOCK_WITH_SYSTEM))
        self.clear_copies.setCurrentIndex(self.clear_copies.findData(chosen(CLEAR_COPIES)))
        self.hide_from_capture.setChecked(can_hide() and chosen(HIDE_FROM_CAPTURE))
        self.hide_from_capture.setEnabled(can_hide())

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("Locking"), "heading"))
        inside.addLayout(row(label(LOCK_AFTER.label()), None, self.lock_after))
        inside.addWidget(self.with_system)
        inside.addWidget(
            _note(
                _(
                    "When nobody is here, an answer that is being written is waited for, up to 15 minutes. "
                    "A locked screen, sleep and Ctrl+L lock at once. What you had begun to write is kept, "
                    "encrypted."
                )
            )
        )
        inside.addWidget(rule())
        inside.addLayout(row(label(CLEAR_COPIES.label()), None, self.clear_copies))
        inside.addWidget(
            _note(
                _(
                    "Only what was copied here, and only if nothing else was copied since. "
                    "Locking clears it in any case."
                )
            )
        )
        inside.addWidget(rule())
        inside.addWidget(self.hide_from_capture)
        inside.addWidget(
            _note(
                _("Programs that take pictures of the screen see an empty window then.")
                if can_hide()
                else _("This system has no way to ask for that: what records the screen sees this window.")
            )
        )
        inside.addWidget(rule())
        inside.addWidget(label(_("What locking leaves behind")))
        inside.addWidget(_note(what_remains()))

    def _hide_window(self, hidden: bool) -> None:
        self._preferences.set(HIDE_FROM_CAPTURE, hidden)
        hide_from_capture(self.window(), hidden)


def what_remains() -> str:
    """What a person may expect of the memory of a locked Inglenook."""
    found = (
        _(
            "Locking closes the vault, ends the model and writes over the memory that was used. Searching it "
            "afterwards, our tests find no key, no passphrase and at most a stray copy of a few words."
        )
        if memory.reaches_everything()
        else _(
            "Locking closes the vault, ends the model and writes over part of the memory that was used. On "
            "this system words can stay in the rest of it until the program ends."
        )
    )
    disk = _("What the system wrote to disk before, when swapping or hibernating, is out of our reach.")
    return f"{found} {disk}"


def _note(words: str) -> QLabel:
    return label(words, "secondary", wrap=True)


def _minutes(count: int) -> str:
    return ngettext("After {count} minute", "After {count} minutes", count).format(count=count)


def _seconds(count: int) -> str:
    if count < _MINUTE:
        return ngettext("After {count} second", "After {count} seconds", count).format(count=count)
    return _minutes(count // _MINUTE)
