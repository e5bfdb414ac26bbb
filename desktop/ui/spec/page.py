# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model is told: the three layers, and the text they make, word for word."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.spec import fingerprint
from desktop.i18n import _
from desktop.services.spec import Layers, Shipped
from desktop.ui.announce import announce
from desktop.ui.spec.app_card import AppCard
from desktop.ui.spec.layer_card import LayerCard, TextField, cost_in_words
from desktop.ui.theme.controls import (
    Button,
    IconLabel,
    label,
    page_head,
    row,
    scale_layouts,
    scroll_in_the_middle,
)
from desktop.ui.theme.theme import Theme

_WIDTH = 720  # px
_MARGIN = 32


@dataclass(frozen=True, slots=True)
class Shown:
    """All the page shows.

    Attributes:
        title: of the chat in view; None where none has begun.
        window: of the loaded model, in tokens; 0 if it is not known.
        last_given: fingerprint of what the chat's newest answer was given; None if it is not known.
    """

    layers: Layers
    shipped: Shipped
    title: str | None
    window: int
    last_given: str | None


class SpecPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    app: Inglenook's layer.
    person: the layer for every chat.
    chat: the layer of the chat in view.
    """

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("What the model is told"))
        self._theme = theme
        self.back_button = Button(theme, _("Back"), "link")
        self.app = AppCard(theme)
        self.person = LayerCard(
            theme,
            "laptop",
            _("Yours, for every chat"),
            _("How you want to be answered, and what you do not want. It holds in temporary chats too."),
            _("What you tell the model in every chat"),
        )
        self.person.field.setPlaceholderText(_("For example: Answer in German. Be brief. No lists."))
        self.chat = LayerCard(
            theme,
            "pencil",
            _("This chat's"),
            _("What this chat is for, or who the model should be in it. It goes where the chat goes."),
            _("What you tell the model in this chat"),
        )
        self.chat.field.setPlaceholderText(_("For example: You help me practise for an exam in biology."))
        self.none_open = label(
            _("No chat is open. Send its first message; then its menu has “This chat's instructions”."),
            "small",
            wrap=True,
        )
        self.given = TextField(theme, _("What the model is given, word for word"), read_only=True)
        self.given_count = label("", "caption", wrap=True)
        self.given_note = label("", "small", wrap=True)
        self._ask = _UnkeptBar(theme)
        self._leaves_when_kept = False
        self._column = QWidget()
        self._lay_out()
        self._ask.hide()
        self.back_button.clicked.connect(self.leave)
        self._ask.keep_button.clicked.connect(self._keep_and_leave)
        self._ask.drop_button.clicked.connect(self._drop_and_leave)
        self._ask.stay_button.clicked.connect(self._stay)
        for card in (self.app, self.person, self.chat):
            card.changed.connect(self._look_at_bar)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.person.field)

    def begin(self, *, same_chat: bool) -> None:
        """It is opened anew; what could not be kept before is still there."""
        self._stop_asking()
        for card in (self.app, self.person, self.chat):
            if not card.is_changed or (card is self.chat and not same_chat):
                card.begin()

    def show_spec(self, shown: Shown) -> None:
        """Show what holds; what is being written, and is not kept, stays."""
        layers = shown.layers
        self.app.show_layers(layers, shown.shipped, shown.window)
        self.person.show_kept(layers.person, shown.window)
        self.chat.show_kept(layers.chat, shown.window)
        is_open = shown.title is not None
        self.chat.show_title(
            _("This chat's: {title}").format(title=shown.title) if shown.title else _("This chat's")
        )
        self.chat.setVisible(is_open)
        self.none_open.setVisible(not is_open)
        text = layers.joined()
        self.given.setPlainText(text)
        self.given.setVisible(bool(text))
        self.given_count.setText(cost_in_words(text, shown.window))
        self.given_note.setText(_note(text, shown))
        scale_layouts(self, self._theme.scale)

    @property
    def is_changed(self) -> bool:
        """Whether there is something that is not kept."""
        return self.app.is_changed or self.person.is_changed or self.chat.is_changed

    def leave(self) -> None:
        """Go back; what was written and not kept is asked about, once."""
        if not self.is_changed:
            self.left.emit()
        elif self._ask.isHidden():
            self._ask.show()
            self._ask.keep_button.setFocus()
            announce(self, self._ask.words)
        else:
            self._stay()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A column in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("What the model is told"), self.back_button))
        column.addWidget(
            label(
                _(
                    "Before every answer the model is given these layers, from the general to the specific. "
                    "Where they differ the more specific wins, except for what Inglenook marks as fixed. "
                    "A model may ignore what it is told; what must hold, Inglenook keeps itself."
                ),
                "secondary",
                wrap=True,
            )
        )
        for widget in (self._ask, self.app, self.person, self.chat, self.none_open, self._preview()):
            column.addWidget(widget)
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)

    def _preview(self) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        title = label(_("What the model is given, word for word"), "heading", wrap=True)
        head = row(IconLabel(self._theme, "eye", "ink", 16), title, spacing=6)
        head.setStretch(1, 1)
        inside.addLayout(head)
        for widget in (self.given, self.given_count, self.given_note):
            inside.addWidget(widget)
        return card

    def _keep_and_leave(self) -> None:
        """Leave once all is kept; what cannot be says so in its card."""
        self._ask.hide()
        self._leaves_when_kept = True
        for card in (self.app, self.person, self.chat):
            card.save()
        self._look_at_bar()

    def _drop_and_leave(self) -> None:
        self._stop_asking()
        for card in (self.app, self.person, self.chat):
            card.begin()
        self.left.emit()

    def _stay(self) -> None:
        self._stop_asking()
        self.setFocus()

    def _stop_asking(self) -> None:
        self._ask.hide()
        self._leaves_when_kept = False

    def _look_at_bar(self) -> None:
        if self.is_changed or self.person.is_saving or self.chat.is_saving:
            return
        leaves = self._leaves_when_kept
        self._stop_asking()
        if leaves:
            self.left.emit()

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        self._column.setFixedWidth(max(300, min(self._theme.px(_WIDTH), room)))


class _UnkeptBar(QFrame):
    """Asks what should become of what was written and not kept."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.words = _("What you wrote is not kept yet.")
        self.keep_button = Button(theme, _("Keep it"), "primary")
        self.drop_button = Button(theme, _("Discard"), "danger")
        self.stay_button = Button(theme, _("Stay"), "link")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(10)
        inside.addWidget(label(self.words, wrap=True))
        inside.addLayout(row(None, self.stay_button, self.drop_button, self.keep_button))


def _note(text: str, shown: Shown) -> str:
    """What there is to say of the joined text."""
    if not text:
        return _("Nothing. Some models then bring a line of their own, which is in the model's file.")
    if shown.title is None or shown.last_given is None:
        return _("It stands before the first message. What is written above holds from the next answer on.")
    if shown.last_given == fingerprint(text):
        return _("The last answer of this chat was given these very words.")
    return _("The last answer of this chat was given other words; these hold from the next one on.")
