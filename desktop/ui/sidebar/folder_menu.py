# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with a folder."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.i18n import _
from desktop.ui.theme.theme import Theme


class FolderMenu(QMenu):
    """Goes when it is closed.

    Attributes:
        rename_requested, delete_requested, toggle_requested: what was chosen.
    """

    rename_requested = Signal()
    delete_requested = Signal()
    toggle_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, opened: bool) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Folder actions"))
        toggle = self._add("chevron-right" if opened else "chevron-down", _("Close") if opened else _("Open"))
        toggle.triggered.connect(self.toggle_requested)
        self._add("pencil", _("Rename"), "F2").triggered.connect(self.rename_requested)
        delete = self._add("trash-2", _("Delete the folder, keep its chats"), "Del")
        delete.triggered.connect(self.delete_requested)

    def _add(self, icon: str, text: str, keys: str = "") -> QAction:
        """An action whose keys are only told here: what has the focus listens for them."""
        action = self.addAction(self._theme.icon(icon, "ink2"), text)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action
