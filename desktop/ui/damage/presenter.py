# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells of damage where a person sees it, and leads to the page with the way back."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.domain.errors import InglenookError
from desktop.i18n import _, ngettext
from desktop.services.integrity import Health
from desktop.services.session import Session
from desktop.ui.chat.notices import Action, Notices
from desktop.ui.damage.page import DamagePage
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.theme import Theme

_NOTICE = "damage"


class DamagePresenter(QObject):
    """Attributes:
    opened: its page came to the front.
    left: back to the chat.
    restore_requested: lock, and put a backup back.

    Args:
        session: whose vault.
        tasks: for what takes seconds.
        theme: the look.
        stack: where the page lies.
        notices: where it is told first.
    """

    opened = Signal()
    left = Signal()
    restore_requested = Signal()

    def __init__(
        self, session: Session, tasks: Tasks, theme: Theme, stack: QStackedWidget, notices: Notices
    ) -> None:
        super().__init__(stack)
        self._integrity = session.integrity
        self._tasks = tasks
        self._theme = theme
        self._stack = stack
        self._notices = notices

    @functools.cached_property
    def page(self) -> DamagePage:
        """Made when there is something to tell."""
        made = DamagePage(self._theme)
        made.left.connect(self.left)
        made.restore.connect(self.restore_requested)
        made.again.connect(self._look)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    def tell(self, health: Health) -> None:
        """Damage was found."""
        words = ngettext(
            "{count} page of the vault is damaged. Nothing was changed; look what is safe and what to do.",
            "{count} pages of the vault are damaged. Nothing was changed; look what is safe and what to do.",
            len(health.damaged),
        ).format(count=len(health.damaged))
        self._notices.show_notice(_NOTICE, words, [Action(_("Look…"), lambda: self.open(health))])
        if self._stack.currentWidget() is self.__dict__.get("page"):
            self._show(health)

    def open(self, health: Health) -> None:
        """Show the page."""
        self._show(health)
        self._stack.setCurrentWidget(self.page)
        self.opened.emit()
        self.page.setFocus()

    def _show(self, health: Health) -> None:
        if health.is_sound:
            self._notices.take_back(_NOTICE)
            self.page.show_sound(health)
        elif self._integrity is not None:
            self.page.show_damage(health, self._integrity.newest_backup())

    def _look(self) -> None:
        if self._integrity is not None:
            self.page.show_busy(True)
            self._tasks.run(self._integrity.look, self._show, self._failed)

    def _failed(self, error: Exception) -> None:
        self.page.show_busy(False)
        self.page.happened.setText(
            str(error) if isinstance(error, InglenookError) else _("The pages could not be looked at.")
        )
        if not isinstance(error, InglenookError):
            raise error
