# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a chat, in one menu: the header's and the list's."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.i18n import _
from desktop.ui.theme.theme import Theme


class ChatMenu(QMenu):
    """Goes when it is closed.

    Attributes:
        rename_requested, export_requested, delete_requested: what was chosen.
        consent_changed: with whether the chat may be used for training from now on.
    """

    rename_requested = Signal()
    export_requested = Signal()
    consent_changed = Signal(bool)
    delete_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, delete_key: str = "") -> None:
        """Make the menu.

        Args:
            theme: the look.
            parent: where it opens.
            delete_key: the key that deletes there, if one does.
        """
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Chat actions"))
        self._add("pencil", _("Rename"), "F2").triggered.connect(self.rename_requested)
        self._add("download", _("Export…"), "").triggered.connect(self.export_requested)
        self._add("trash-2", _("Delete"), delete_key).triggered.connect(self.delete_requested)

    def offer_consent(self, given: bool) -> None:
        """Offer to give or withdraw the consent to training.

        Args:
            given: whether it is given now.
        """
        self.addSeparator()
        action = self.addAction(_("May be used for training"))
        action.setCheckable(True)
        action.setChecked(given)
        action.toggled.connect(self.consent_changed)

    def _add(self, icon: str, text: str, keys: str) -> QAction:
        """An action whose keys are only told here: what has the focus listens for them."""
        action = self.addAction(self._theme.icon(icon, "ink2"), text)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action
