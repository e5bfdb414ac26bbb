# SPDX-License-Identifier: GPL-3.0-or-later
"""Erases the vault at the door, whoever asked for it: the lock screen, a trouble, or the Privacy Centre."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop import logs
from desktop.domain.errors import InglenookError, VaultAbsentError
from desktop.domain.vault import ErasureReceipt
from desktop.i18n import _
from desktop.services.erasure import headline, looked_at
from desktop.services.vault import VaultService
from desktop.ui.lock.start_over_page import StartOverPage
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme


class StartOver(QObject):
    """Attributes:
    erased: with the receipt, or None where there was nothing any more; begin anew.
    left: the person thought better of it.
    elsewhere: another folder is wanted.
    """

    erased = Signal(object)
    left = Signal()
    elsewhere = Signal()

    def __init__(self, service: VaultService, tasks: Tasks, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._tasks = tasks
        self._theme = theme

    def page(self, *, unfinished: bool = False) -> StartOverPage:
        """A page that asks; ``unfinished`` where erasing was cut short."""
        page = StartOverPage(self._theme, self._service.profile.folder, unfinished=unfinished)
        page.confirmed.connect(lambda: self.erase(page))
        page.left.connect(self.left)
        page.elsewhere.connect(self.elsewhere)
        return page

    def erase(self, page: StartOverPage, close: Callable[[], None] = lambda: None) -> None:
        """Erase everything, and tell on ``page`` how it goes.

        Args:
            page: shown until the end.
            close: done first, off the UI thread: closes what is open. Failing, it holds nothing up.
        """
        page.show_busy(_("Erasing the keys, then every file …"))

        def work() -> ErasureReceipt:
            try:
                close()
            except Exception as error:  # whatever could not be closed in order is erased all the same
                logs.report_bug(error)
            return self._service.erase()

        def done(receipt: ErasureReceipt) -> None:
            if receipt.left:
                page.show_problem("\n".join((headline(receipt), *looked_at(receipt))))
            else:
                self.erased.emit(receipt)

        def failed(error: Exception) -> None:
            if isinstance(error, VaultAbsentError):
                self.erased.emit(None)
                return
            known = isinstance(error, InglenookError)
            page.show_problem(str(error) if known else _("Something went wrong. Try again to finish it."))
            if not known:
                raise error

        self._tasks.run(work, done, failed)
