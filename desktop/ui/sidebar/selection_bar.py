# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with the chats that are chosen, while more than one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.conversation import Chat
from desktop.i18n import _, ngettext
from desktop.ui.announce import announce
from desktop.ui.chat.chat_menu import Act, ChatMenu, Wish
from desktop.ui.theme.controls import IconButton, label, row
from desktop.ui.theme.theme import Theme


class SelectionBar(QFrame):
    """Attributes:
    wished: a Wish about all of them.
    cancelled: choose one chat again.
    asks_consent: whether the consent to training can be given here.
    folders: tells the names of those there are.
    """

    wished = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._theme = theme
        self._chats: list[Chat] = []
        self.asks_consent = False
        self.folders: Callable[[], Sequence[str]] = tuple
        self._words = label("", "field")
        self.cancel_button = IconButton(theme, "x", _("Choose no more"), shortcut="Esc", size=15)
        self.delete_button = IconButton(theme, "trash-2", _("Delete"), colour="ink2")
        self.archive_button = IconButton(theme, "archive", _("Archive"), colour="ink2")
        self.pin_button = IconButton(theme, "pin", _("Pin"), colour="ink2")
        self.consent_button = IconButton(theme, "graduation-cap", _("Allow for training"), colour="ink2")
        self.export_button = IconButton(theme, "download", _("Export…"), colour="ink2")
        self.more_button = IconButton(theme, "ellipsis", _("Chat actions"), colour="ink2")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 4)
        layout.setSpacing(0)
        head = row(self._words, None, self.cancel_button)
        head.setContentsMargins(8, 0, 0, 0)
        layout.addLayout(head)
        acts = row(
            self.delete_button,
            self.archive_button,
            self.pin_button,
            self.consent_button,
            self.export_button,
            None,
            self.more_button,
            spacing=0,
        )
        layout.addLayout(acts)
        self.cancel_button.clicked.connect(self.cancelled)
        self.delete_button.clicked.connect(lambda: self._wish(Act.DELETE))
        self.archive_button.clicked.connect(lambda: self._wish(Act.ARCHIVE, not self._all_archived()))
        self.pin_button.clicked.connect(lambda: self._wish(Act.PIN, not self._all_pinned()))
        self.consent_button.clicked.connect(lambda: self._wish(Act.CONSENT, not self._all_allowed()))
        self.export_button.clicked.connect(lambda: self._wish(Act.EXPORT))
        self.more_button.clicked.connect(self._open_menu)
        self.hide()

    def show_chosen(self, chats: Sequence[Chat]) -> None:
        """Show what can be done with these; with none, nothing."""
        told = len(self._chats)
        self._chats = list(chats)
        self.setVisible(bool(chats))
        if not chats:
            return
        count = len(chats)
        words = ngettext("{count} chat selected", "{count} chats selected", count).format(count=count)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.consent_button.setVisible(self.asks_consent)
        for button, name in (
            (self.delete_button, _("Delete")),
            (self.archive_button, _("Back to the list") if self._all_archived() else _("Archive")),
            (self.pin_button, _("Unpin") if self._all_pinned() else _("Pin")),
            (
                self.consent_button,
                _("Do not allow for training") if self._all_allowed() else _("Allow for training"),
            ),
            (self.export_button, _("Export…")),
            (self.more_button, _("Chat actions")),
        ):
            button.rename(name)
            button.setAccessibleName(_("{act}: {what}").format(act=name, what=words))
        if count != told:
            announce(self, words)

    def menu(self) -> ChatMenu:
        """All of it in words, and what there is no room for."""
        menu = ChatMenu(
            self._theme,
            self,
            self._chats,
            delete_key="Del",
            asks_consent=self.asks_consent,
            folders=self.folders(),
        )
        menu.wished.connect(self.wished)
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.popup(self.more_button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _wish(self, act: Act, value: bool | None = None) -> None:
        self.wished.emit(Wish(act, tuple(chat.id for chat in self._chats), value))

    def _all_archived(self) -> bool:
        return all(chat.archived for chat in self._chats)

    def _all_pinned(self) -> bool:
        return all(chat.pinned for chat in self._chats)

    def _all_allowed(self) -> bool:
        return all(chat.training_consent for chat in self._chats)
