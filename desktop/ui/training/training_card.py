# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings about training: new chats, what is always hidden, the way to the review."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout

from desktop.i18n import _
from desktop.services.name_model import installed
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import Button, Tick, label, row
from desktop.ui.theme.theme import Theme

_LINES = 4


class TrainingCard(QFrame):
    """Attributes:
    default_changed: with whether new chats may be used.
    terms_changed: with the lines that were typed.
    name_model_changed: with whether an installed name model is used.
    review_requested: show what may be used.
    """

    default_changed = Signal(bool)
    terms_changed = Signal(list)
    name_model_changed = Signal(bool)
    review_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.default = Tick(theme, _("New chats may be used for training"))
        self.terms = QPlainTextEdit()
        self.terms.setAccessibleName(_("Always hidden, one name or word a line"))
        self.terms.setTabChangesFocus(True)
        self.terms.setProperty("kind", "field")
        self.terms.setFixedHeight(self.terms.fontMetrics().lineSpacing() * _LINES + theme.px(20))
        self.name_model = Tick(theme, _("Look for names with the installed name model too"))
        self._about_names = label("", "small", wrap=True)
        self.keep_button = Button(theme, _("Keep the list"))
        self.review_button = Button(theme, _("Review what may be used…"))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("Training"), "heading"))
        inside.addWidget(
            label(
                _(
                    "Nothing is used unless you allow it, chat by chat in its menu. What is allowed stays "
                    "here until you export it, and leaves without the personal data the filter finds."
                ),
                "secondary",
                wrap=True,
            )
        )
        inside.addWidget(self.default)
        inside.addWidget(label(_("Always hidden"), "field"))
        inside.addWidget(
            label(
                _("Your own names, places, whatever tells who you are: one a line, any language."),
                "small",
                wrap=True,
            )
        )
        inside.addWidget(self.terms)
        inside.addLayout(row(None, self.keep_button))
        inside.addWidget(self.name_model)
        inside.addWidget(self._about_names)
        inside.addLayout(row(self.review_button, None))
        self.default.toggled.connect(self.default_changed)  # a screen reader toggles, and does not click
        self.keep_button.clicked.connect(
            lambda: self.terms_changed.emit(self.terms.toPlainText().splitlines())
        )
        self.name_model.toggled.connect(self.name_model_changed)
        self.review_button.clicked.connect(self.review_requested)

    def show_default(self, on: bool) -> None:
        """Say whether new chats may be used."""
        with QSignalBlocker(self.default):
            self.default.setChecked(on)

    def show_name_model(self, names: Sequence[str], used: bool) -> None:
        """Say which pipelines are installed, and whether they are used."""
        self.name_model.setVisible(bool(names))
        with QSignalBlocker(self.name_model):
            self.name_model.setChecked(used)
        words = _("No name model is installed. Names are found by lists and by how they are introduced.")
        if names:
            words = _(
                "Installed: {names}. It runs on this computer; it is slower, and finds more names."
            ).format(names=", ".join(names))
        self._about_names.setText(words)


class TrainingCardPresenter:
    """Keeps the card true.

    Args:
        session: what it is about; one in memory has nothing to train on.
        tasks: the way onto this thread.
        card: where it is shown.
    """

    def __init__(self, session: Session, tasks: Tasks, card: TrainingCard) -> None:
        self._training = session.training
        self._tasks = tasks
        self._card = card
        card.setVisible(self._training is not None)
        card.default_changed.connect(self._set_default)
        card.terms_changed.connect(self._set_terms)
        card.name_model_changed.connect(self._set_name_model)

    def load(self) -> None:
        """Show what is kept."""
        if self._training is not None:
            self._tasks.watch(self._training.is_default(), self._card.show_default)
            self._tasks.watch(self._training.terms(), self._show_terms)
            self._tasks.watch(self._training.uses_name_model(), self._show_name_model)

    def _show_name_model(self, used: bool) -> None:
        self._tasks.run(installed, lambda names: self._card.show_name_model(names, used))

    def _set_name_model(self, used: bool) -> None:
        if self._training is not None:
            self._tasks.watch(self._training.set_uses_name_model(used), lambda _nothing: None)

    def _show_terms(self, terms: list[str]) -> None:
        self._card.terms.setPlainText("\n".join(terms))

    def _set_default(self, given: bool) -> None:
        if self._training is not None:
            self._tasks.watch(self._training.set_default(given), lambda _nothing: None)

    def _set_terms(self, terms: list[str]) -> None:
        if self._training is not None:
            self._tasks.watch(self._training.set_terms(terms), lambda _nothing: self._kept())

    def _kept(self) -> None:
        announce(self._card, _("The list is kept"))
        self.load()
