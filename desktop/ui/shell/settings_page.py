# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: looks, keys, and what Inglenook is made of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop import __version__
from desktop.i18n import DOMAIN, _
from desktop.paths import resource
from desktop.ui.preferences import (
    LANGUAGE,
    READING_COLUMN,
    READING_WIDTHS,
    TEMPORARY_FIRST,
    TEXT_SIZE,
    TEXT_SIZES,
    THEME,
    Preferences,
)
from desktop.ui.shell.about import PARTS
from desktop.ui.shell.backups_card import BackupsCard
from desktop.ui.shell.chats_card import ChatsCard
from desktop.ui.shell.key_list import KeyList
from desktop.ui.shell.locking_card import LockingCard
from desktop.ui.shell.shortcuts import listed_keys
from desktop.ui.spec.settings_card import SpecCard
from desktop.ui.theme.controls import (
    Button,
    NamedLabel,
    Select,
    Tick,
    label,
    page_head,
    reckoned_by_room,
    row,
    rule,
    scroll_in_the_middle,
)
from desktop.ui.theme.theme import Theme, ThemeChoice
from desktop.ui.training.training_card import TrainingCard
from desktop.ui.ways_in.group import WaysInGroup

_WIDTH = 720  # px
_MARGIN = 32


class SettingsPage(QWidget):
    """Attributes:
    left: back to the chat.
    """

    left = Signal()

    def __init__(self, theme: Theme, preferences: Preferences, folder: Path) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Settings"))
        self._theme = theme
        self._preferences = preferences
        self.appearance = Select(theme, THEME.label())
        self.text_size = Select(theme, TEXT_SIZE.label())
        self.reading_width = Select(theme, READING_COLUMN.label())
        self.language = Select(theme, LANGUAGE.label())
        self.temporary_first = Tick(theme, TEMPORARY_FIRST.label())
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self._language_note = label("", "small", wrap=True)
        self._language_note.hide()
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Settings"), self.back_button))
        self.ways_in = WaysInGroup(theme)
        self.backups = BackupsCard(theme)
        self.training = TrainingCard(theme)
        self.locking = LockingCard(theme, preferences)
        self.spec = SpecCard(theme)
        self.chats = ChatsCard(theme)
        for card in (
            self._looks(),
            self._chats(),
            self.chats,
            self.spec,
            self.training,
            self.locking,
            self.ways_in,
            self.backups,
            self._keys(),
        ):
            column.addWidget(reckoned_by_room(card))
        column.addWidget(reckoned_by_room(self._about(folder)))
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)
        self.back_button.clicked.connect(self.left)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.appearance)

    def _looks(self) -> QFrame:
        for choice, words in _theme_words().items():
            self.appearance.addItem(words, choice)
        self.appearance.setCurrentIndex(self.appearance.findData(self._preferences.get(THEME)))
        for percent in TEXT_SIZES:
            self.text_size.addItem(_("{percent} %").format(percent=percent), percent)
        self.text_size.setCurrentIndex(self.text_size.findData(self._preferences.get(TEXT_SIZE)))
        for width, words in zip(READING_WIDTHS, (_("Narrow"), _("Usual"), _("Wide")), strict=True):
            self.reading_width.addItem(words, width)
        self.reading_width.setCurrentIndex(self.reading_width.findData(self._preferences.get(READING_COLUMN)))
        self.reading_width.currentIndexChanged.connect(self._choose_width)
        self._theme.changed.connect(self._follow_size)
        for code, words in _languages().items():
            self.language.addItem(words, code)
        self.language.setCurrentIndex(max(0, self.language.findData(self._preferences.get(LANGUAGE))))
        self.appearance.currentIndexChanged.connect(self._choose_theme)
        self.text_size.currentIndexChanged.connect(self._choose_size)
        self.language.currentIndexChanged.connect(self._choose_language)
        card, inside = _card(_("Looks"))
        for place, select in enumerate((self.appearance, self.text_size, self.reading_width, self.language)):
            if place:
                inside.addWidget(rule())
            inside.addLayout(row(label(select.accessibleName()), None, select))
        inside.addWidget(self._language_note)
        return card

    def _chats(self) -> QFrame:
        self.temporary_first.setChecked(self._preferences.get(TEMPORARY_FIRST))
        self.temporary_first.toggled.connect(lambda on: self._preferences.set(TEMPORARY_FIRST, on))
        card, inside = _card(_("New chats"))
        inside.addWidget(self.temporary_first)
        inside.addWidget(
            label(
                _(
                    "Inglenook and “New chat” then begin with a chat in memory only, gone when it is left. "
                    "Each can be kept, and an empty one turned into a chat that is kept."
                ),
                "secondary",
                wrap=True,
            )
        )
        return card

    def _keys(self) -> QFrame:
        card, inside = _card(_("Keys"))
        inside.addWidget(KeyList(self._theme, listed_keys()))
        return card

    def _about(self, folder: Path) -> QFrame:
        card, inside = _card(_("About"))
        inside.addWidget(label(_("Inglenook {version}").format(version=__version__), "heading"))
        inside.addWidget(
            label(
                _(
                    "Free software under the GNU General Public License, version 3 or later. It comes "
                    "without warranty, as far as the law allows."
                ),
                "secondary",
                wrap=True,
            )
        )
        inside.addWidget(label(_("Your vault lies in this folder:"), "secondary"))
        place = NamedLabel(_("Folder of this vault"), str(folder), "address")
        place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        inside.addWidget(place)
        inside.addWidget(rule())
        inside.addWidget(label(_("Made with"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(5)
        for line, part in enumerate(PARTS):
            grid.addWidget(label(part.name, "small"), line, 0)
            grid.addWidget(label(part.version, "caption"), line, 1)
            grid.addWidget(label(part.licence, "caption"), line, 2)
        grid.setColumnStretch(2, 1)
        inside.addLayout(grid)
        return card

    def _choose_theme(self) -> None:
        choice = ThemeChoice(self.appearance.currentData())
        self._preferences.set(THEME, choice)
        self._theme.choose(choice)

    def _choose_size(self) -> None:
        percent = int(self.text_size.currentData())
        self._preferences.set(TEXT_SIZE, percent)
        self._theme.set_scale(percent / 100)

    def _choose_width(self) -> None:
        width = int(self.reading_width.currentData())
        self._preferences.set(READING_COLUMN, width)
        self._theme.set_reading_width(width)

    def _follow_size(self) -> None:
        """A key may have changed it."""
        place = self.text_size.findData(self._preferences.get(TEXT_SIZE))
        if place != self.text_size.currentIndex():
            self.text_size.setCurrentIndex(place)

    def _choose_language(self) -> None:
        self._preferences.set(LANGUAGE, str(self.language.currentData()))
        self._language_note.setText(_("The language changes the next time Inglenook starts."))
        self._language_note.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the chat."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column in the middle, no wider than it should be."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        self._column.setFixedWidth(
            max(300, min(self._theme.px(_WIDTH), self.width() - 2 * self._theme.px(_MARGIN)))
        )


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("kind", "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(20, 18, 20, 18)
    inside.setSpacing(10)
    inside.addWidget(label(title, "heading"))
    return card, inside


def _theme_words() -> dict[ThemeChoice, str]:
    return {
        ThemeChoice.SYSTEM: _("As the system"),
        ThemeChoice.LIGHT: _("Light"),
        ThemeChoice.DARK: _("Dark"),
    }


def _languages() -> dict[str, str]:
    """What there is: the system's choice, English, and each translation that is shipped."""
    found = {"": _("As the system"), "en": "English"}
    for catalogue in sorted(resource("translations").glob(f"*/LC_MESSAGES/{DOMAIN}.mo")):
        code = catalogue.parent.parent.name
        found[code] = code
    return found
