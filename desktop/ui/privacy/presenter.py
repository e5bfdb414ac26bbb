# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the Privacy Centre true, and does what is asked for there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.conversation import ChatId, DeletionReceipt, MessageId
from desktop.services.activity import Activity
from desktop.services.network import enforcement_in_words
from desktop.services.privacy import GivenReply, GivenTotals
from desktop.services.privacy_reports import PrivacyReport
from desktop.services.session import Session
from desktop.ui.privacy.happened_card import SHOWN
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.privacy.record_page import PAGE
from desktop.ui.privacy.requests_presenter import CorrectPresenter, StopPresenter
from desktop.ui.privacy.retention import RetentionPresenter
from desktop.ui.privacy.review_presenter import ReviewPresenter
from desktop.ui.tasks import Tasks
from desktop.ui.transfer.import_presenter import ImportPresenter

_Found = tuple[PrivacyReport, list[Activity], tuple[GivenTotals, list[GivenReply]]]


class PrivacyPresenter(QObject):
    """Attributes:
    erased: every chat is gone.
    chats_changed: some chats came in, went, or are called or allowed otherwise.
    looking: words are about to be looked for wherever they are kept.
    corrected: what is kept says other things than before.
    consent_changed: no chat may be used for training any more.
    opened: with a chat and the message to show of it.
    failed: an error to be shown.
    """

    erased = Signal()
    chats_changed = Signal()
    looking = Signal()
    corrected = Signal()
    consent_changed = Signal()
    opened = Signal(object, object)
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
        self._review = ReviewPresenter(session, tasks, page)
        self._correct = CorrectPresenter(session, tasks, page.correct)
        self._correct.looking.connect(self.looking)
        self._correct.corrected.connect(self._renew)
        self._stop = StopPresenter(session, tasks, page.stop)
        self._stop.stopped.connect(self._stopped)
        self._stop.failed.connect(self.failed)
        page.network.check_requested.connect(lambda: self._check_network(asked=True))
        page.network.allowed_changed.connect(self._allow_downloads)
        page.record.wanted.connect(self._read_record)
        page.chat_requested.connect(self._open)

    def load(self) -> None:
        """Look at everything again."""
        self._retention.load()
        self._tasks.run(self._look, self._show, self.failed.emit)
        self._check_network(asked=False)

    def _change(self) -> None:
        self.chats_changed.emit()
        self.load()

    def _renew(self) -> None:
        self.corrected.emit()
        self._change()

    def _stopped(self) -> None:
        self.consent_changed.emit()
        self._change()

    def _look(self) -> _Found:
        privacy = self._session.privacy
        return privacy.report(), privacy.activity(limit=SHOWN).result(), privacy.given().result()

    def _show(self, found: _Found) -> None:
        report, done, given = found
        self._page.given.show_given(*given)
        self._page.show_report(report, done, self._session.privacy.folder)

    def _check_network(self, *, asked: bool) -> None:
        self._tasks.run(enforcement_in_words, lambda words: self._page.network.show_check(words, asked=asked))

    def _open(self, chat_id: str, message_id: str) -> None:
        chat = self._session.history.chat(ChatId(chat_id))
        self._tasks.watch(
            chat, lambda found: self.opened.emit(found, MessageId(message_id)), self.failed.emit
        )

    def _allow_downloads(self, allowed: bool) -> None:
        changed = self._session.network.allow_downloads(allowed)
        self._tasks.watch(changed, lambda _nothing: self.load(), self.failed.emit)

    def _read_record(self, kind: str, shown: int) -> None:
        privacy, record = self._session.privacy, self._page.record
        if not shown:
            self._tasks.watch(privacy.activity_kinds(), record.show_kinds, self.failed.emit)
        entries = privacy.activity(limit=PAGE, kind=kind or None, offset=shown)
        self._tasks.watch(entries, record.show_entries, self.failed.emit)

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
