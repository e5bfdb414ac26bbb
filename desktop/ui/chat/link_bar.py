# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows an address in full before anything opens it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.ui import clipboard
from desktop.ui.theme.controls import Button, label, row
from desktop.ui.theme.theme import Theme

OPENABLE = ("http", "https", "mailto")
_MOST_HEIGHT = 110  # px; longer addresses scroll, none is cut


class LinkBar(QFrame):
    """Attributes:
    confirmed: the person saw the address and wants it opened.
    """

    confirmed = Signal(QUrl)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._theme = theme
        self._url = QUrl()
        self._question = label("", "heading", wrap=True)
        self._note = label("", "small", wrap=True)
        self.address = label("", "address", wrap=True)
        self.address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.address)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.copy_button = Button(theme, _("Copy the address"))
        self.cancel_button = Button(theme, _("Cancel"))
        self.open_button = Button(theme, _("Open"), "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(8)
        for widget in (self._question, self._area, self._note):
            layout.addWidget(widget)
        layout.addLayout(row(None, self.copy_button, self.cancel_button, self.open_button))
        self.copy_button.clicked.connect(self._copy)
        self.cancel_button.clicked.connect(self.hide)
        self.open_button.clicked.connect(self._open)
        self.hide()

    def ask(self, address: str) -> None:
        """Show ``address`` as it would be opened, letters that imitate others spelt out, and ask."""
        self._url = QUrl(address, QUrl.ParsingMode.StrictMode)
        openable = self._url.isValid() and self._url.scheme().lower() in OPENABLE
        shown = self._url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if openable else address
        self._question.setText(
            _("Open this address?") if openable else _("This address is not opened from here")
        )
        self._note.setText(
            _("Your browser opens it and goes online; Inglenook does not.")
            if openable
            else _("Only web and mail addresses are. You can copy it.")
        )
        self.address.setText("\u200b".join(shown))  # may break anywhere, so that all of it is seen
        self.address.setAccessibleName(shown)
        self.open_button.setVisible(openable)
        self.show()
        room = self.address.heightForWidth(max(200, self.width() - self._theme.px(40)))
        self._area.setFixedHeight(min(max(room, self._theme.px(22)), self._theme.px(_MOST_HEIGHT)))
        self.cancel_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape says no."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        clipboard.copy(self.address.accessibleName())
        self.hide()

    def _open(self) -> None:
        self.hide()
        self.confirmed.emit(self._url)
