# SPDX-License-Identifier: GPL-3.0-or-later
"""The model in a word, and a small menu: where it is, another file, give its memory back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.i18n import _
from desktop.services.models import ModelStatus
from desktop.ui.theme.controls import Button
from desktop.ui.theme.theme import Theme

_LONGEST = 28  # characters of a model's name shown


class ModelChip(Button):
    """Attributes:
    file_requested: choose another model file.
    original_requested: go back to the model Inglenook came with.
    unload_requested: take the model out of memory.
    """

    file_requested = Signal()
    original_requested = Signal()
    unload_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", "chip", icon="box", colour="ink2", icon_size=14, parent=parent)
        self.setProperty("ringRadius", 13)
        menu = QMenu(self)
        menu.setAccessibleName(_("Model"))
        self._state: QAction = menu.addAction("")
        self._state.setEnabled(False)
        menu.addSeparator()
        other = menu.addAction(_("Choose another model file…"))
        self._original: QAction = menu.addAction("")
        self._original.setVisible(False)
        self._unload: QAction = menu.addAction(_("Unload from memory"))
        self.setMenu(menu)
        other.triggered.connect(self.file_requested)
        self._original.triggered.connect(self.original_requested)
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

    def offer_original(self, name: str) -> None:
        """Offer the way back to the model Inglenook came with; "" while that one is in use."""
        self._original.setText(_("Go back to {name}").format(name=name.replace("&", "&&")))
        self._original.setVisible(bool(name))


def status_words(status: ModelStatus) -> str:
    """The state in a word or two."""
    return {
        ModelStatus.MISSING: _("file missing"),
        ModelStatus.UNLOADED: _("not in memory"),
        ModelStatus.LOADING: _("loading…"),
        ModelStatus.READY: _("ready"),
        ModelStatus.FAILED: _("not usable"),
    }[status]
