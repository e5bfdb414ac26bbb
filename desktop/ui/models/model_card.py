# SPDX-License-Identifier: GPL-3.0-or-later
"""One model in the list: what it is, whether it fits, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.i18n import _
from desktop.services.library import Fit, KnownModel
from desktop.services.model_words import fit_explained, parameters_in_words
from desktop.ui.announce import announce
from desktop.ui.privacy.parts import size_in_words
from desktop.ui.theme.controls import Button, IconLabel, label, restyle, row
from desktop.ui.theme.theme import Theme


class ModelFrame(QFrame):
    """Attributes:
    use_requested, unload_requested, remove_requested, details_requested: what the buttons say.
    question: asks before what cannot be taken back.
    """

    use_requested = Signal()
    unload_requested = Signal()
    remove_requested = Signal()
    details_requested = Signal()

    def __init__(self, theme: Theme, known: KnownModel, room: int | None) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(known.name)
        self.known = known
        name = _("{what}: {model}")
        self.details_button = _button(theme, _("Details"), name, known)
        self.use_button = _button(theme, _("Use for all chats"), name, known)
        self.unload_button = _button(theme, _("Unload"), name, known)
        self.remove_button = _button(theme, _("Remove…"), name, known, kind="link")
        self.question = QuestionBar(theme)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 16, 20, 14)
        inside.setSpacing(6)
        head = row(IconLabel(theme, "box", "ink2", 17), label(known.name, "heading", wrap=True), spacing=8)
        head.setStretch(1, 1)
        inside.addLayout(head)
        badges = [label(words, "verified") for words in _badges(known)]
        if badges:  # a line of their own: beside a long name very large text would be cut
            inside.addLayout(row(*badges, None, spacing=6))
        inside.addWidget(label(_facts(known), "small", wrap=True))
        told = label(_state(known, room), "small", wrap=True)
        if not known.is_there or known.fit is Fit.TOO_BIG:
            restyle(told, "kind", "problem")
        inside.addWidget(told)
        inside.addSpacing(4)
        buttons = (self.remove_button, None, self.unload_button, self.details_button, self.use_button)
        inside.addLayout(row(*buttons))
        inside.addWidget(self.question)
        self.use_button.setVisible(not known.is_default and known.is_there)
        self.unload_button.setVisible(known.is_loaded)
        self.remove_button.setVisible(not known.is_bundled)
        self.use_button.clicked.connect(self.use_requested)
        self.unload_button.clicked.connect(self.unload_requested)
        self.remove_button.clicked.connect(self.remove_requested)
        self.details_button.clicked.connect(self.details_requested)


class QuestionBar(QFrame):
    """Asks once, in place; Escape says no."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._words = label("", "small", wrap=True)
        self.yes_button = Button(theme, "", "danger")
        self.no_button = Button(theme, _("Cancel"), "link")
        self._yes: Callable[[], object] = _nothing
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self._words)
        layout.addLayout(row(None, self.no_button, self.yes_button))
        self.no_button.clicked.connect(self.cancel)
        self.yes_button.clicked.connect(self._agree)
        self.hide()

    def ask(self, words: str, yes: str, then: Callable[[], object]) -> None:
        """Ask; ``then`` is done once the person says ``yes``."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.yes_button.show_text(yes)
        self._yes = then
        self.show()
        self.no_button.setFocus()
        announce(self, words)

    def cancel(self) -> None:
        """It is not done."""
        self.hide()
        parent = self.parentWidget()
        if isinstance(parent, ModelFrame):
            parent.details_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape says no, and only that."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _agree(self) -> None:
        self.hide()
        self._yes()


def _button(theme: Theme, words: str, name: str, known: KnownModel, *, kind: str = "plain") -> Button:
    """Several cards have the same buttons: a screen reader says of which model each is."""
    made = Button(theme, words, kind)
    made.setAccessibleName(name.format(what=words, model=known.name))
    return made


def _badges(known: KnownModel) -> list[str]:
    said = [(known.is_default, _("answers")), (known.is_loaded, _("in memory"))]
    return [words for is_so, words in said if is_so]


def _facts(known: KnownModel) -> str:
    card = known.card
    window = _("{count} tokens of context").format(count=f"{card.trained_context:,}")
    facts = (
        size_in_words(known.size) if known.size else "",
        parameters_in_words(card.parameters),
        card.quantisation,
        window if card.trained_context else "",
        card.licence or _("licence not stated"),
        _("base model") if known.is_base and known.size else "",
        _("came with Inglenook") if known.is_bundled else "",
    )
    return " · ".join(filter(None, facts))


def _state(known: KnownModel, room: int | None) -> str:
    if not known.is_there:
        return _("The file is not where it was. Put it back, or remove it here.")
    return fit_explained(known, room, size_in_words)


def _nothing() -> None:
    """Nothing was asked."""
