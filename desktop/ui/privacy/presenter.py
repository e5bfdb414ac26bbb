# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the Privacy Centre true, and does what is asked for there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import Chat, DeletionReceipt
from desktop.i18n import _
from desktop.services.activity import Activity
from desktop.services.privacy import everything_in_words
from desktop.services.privacy_reports import PrivacyReport
from desktop.services.session import Session
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.privacy.retention import RetentionPresenter
from desktop.ui.tasks import Tasks
from desktop.ui.transfer.import_presenter import ImportPresenter

_Found = tuple[PrivacyReport, list[Activity], list[Chat]]


class PrivacyPresenter(QObject):
    """Attributes:
    erased: every chat is gone.
    chats_changed: some chats came in, or went.
    failed: an error to be shown.
    """

    erased = Signal()
    chats_changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, page: PrivacyPage) -> None:
        super().__init__(page)
        self._session = session
        self._tasks = tasks
        self._page = page
        page.erase.confirmed.connect(self._erase)
        self._imports = ImportPresenter(session, tasks, page.bring)
        self._imports.imported.connect(self._change)
        self._retention = RetentionPresenter(session, tasks, page.retention)
        self._retention.erased.connect(self._change)
        self._retention.failed.connect(self.failed)

    def load(self) -> None:
        """Look at everything again."""
        self._retention.load()
        self._tasks.run(self._look, self._show, self.failed.emit)

    def _change(self) -> None:
        self.chats_changed.emit()
        self.load()

    def _look(self) -> _Found:
        privacy = self._session.privacy
        chats = self._session.history.chats(include_archived=True).result()
        return privacy.report(), privacy.activity().result(), chats

    def _show(self, found: _Found) -> None:
        report, done, chats = found
        titles = [
            f"{chat.updated_at.astimezone():%Y-%m-%d %H:%M}  {chat.title or _('Untitled chat')}"
            for chat in chats
        ]
        everything = "\n".join((_("Chats"), *(titles or [_("None.")]), "", everything_in_words(report, done)))
        self._page.show_report(report, done, everything)

    def _erase(self) -> None:
        def erase() -> DeletionReceipt | None:
            history = self._session.history
            self._session.replies.stop_and_wait()
            chats = history.chats(include_archived=True).result()
            history.delete([chat.id for chat in chats]).result()
            return history.complete_deletions()  # those that only waited for their time, too

        def done(receipt: DeletionReceipt | None) -> None:
            self._page.show_receipt(receipt)
            self.erased.emit()
            self.load()

        def failed(error: Exception) -> None:
            self._page.erase.show_failed()
            self.failed.emit(error)

        self._tasks.run(erase, done, failed)
