# SPDX-License-Identifier: GPL-3.0-or-later
"""The model in a word, and a small menu: where it is, another one, give its memory back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.i18n import _
from desktop.services.models import ModelChoice, ModelStatus
from desktop.ui.theme.controls import Button
from desktop.ui.theme.theme import Theme

_LONGEST = 28  # characters of a model's name shown


class ModelChip(Button):
    """Attributes:
    chosen: (id) this model should answer here.
    page_requested: show all about models.
    unload_requested: take the model out of memory.
    """

    chosen = Signal(str)
    page_requested = Signal()
    unload_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", "chip", icon="box", colour="ink2", icon_size=14, parent=parent)
        self.setProperty("ringRadius", 13)
        menu = QMenu(self)
        menu.setAccessibleName(_("Model"))
        self._state: QAction = menu.addAction("")
        self._state.setEnabled(False)
        menu.addSeparator()
        self._offered = QActionGroup(menu)
        self._after: QAction = menu.addSeparator()
        self.page_action: QAction = menu.addAction(_("Models…"))
        self._unload: QAction = menu.addAction(_("Unload from memory"))
        self.setMenu(menu)
        self._menu = menu
        self._shown: tuple[tuple[ModelChoice, ...], ModelChoice] | None = None
        self.page_action.triggered.connect(self.page_requested)
        self._unload.triggered.connect(self.unload_requested)

    def show_model(self, name: str, status: ModelStatus) -> None:
        """Show which model answers, and whether it is there."""
        words = status_words(status)
        short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        loud = status in (ModelStatus.MISSING, ModelStatus.FAILED, ModelStatus.LOADING)
        shown = f"{short} · {words}" if loud else short
        self.show_text(shown.replace("&", "&&"), _("Model: {name}, {state}").format(name=name, state=words))
        trouble = status in (ModelStatus.MISSING, ModelStatus.FAILED)
        self.show_icon("triangle-alert" if trouble else "box")
        self.setToolTip(name)
        self._state.setText(f"{name.replace('&', '&&')}: {words}")
        self._unload.setEnabled(status is ModelStatus.READY)

    def offer(self, choices: Sequence[ModelChoice], chosen: ModelChoice) -> None:
        """Offer these models, the ``chosen`` one ticked."""
        if (tuple(choices), chosen) == self._shown:  # an open menu is left alone
            return
        self._shown = (tuple(choices), chosen)
        for action in self._offered.actions():
            self._menu.removeAction(action)
            self._offered.removeAction(action)
            action.deleteLater()
        for choice in choices:
            action = QAction(choice.name.replace("&", "&&"), self._menu)
            action.setCheckable(True)
            action.setChecked(choice == chosen)
            action.triggered.connect(lambda _checked=False, c=choice: self.chosen.emit(c.id))
            self._offered.addAction(action)
            self._menu.insertAction(self._after, action)

    @property
    def offered(self) -> list[QAction]:
        """The models in the menu."""
        return self._offered.actions()

    def hide_page(self) -> None:
        """There is no page about models here."""
        self.page_action.setVisible(False)


def status_words(status: ModelStatus) -> str:
    """The state in a word or two."""
    return {
        ModelStatus.MISSING: _("file missing"),
        ModelStatus.UNLOADED: _("not in memory"),
        ModelStatus.LOADING: _("loading…"),
        ModelStatus.READY: _("ready"),
        ModelStatus.FAILED: _("not usable"),
    }[status]
