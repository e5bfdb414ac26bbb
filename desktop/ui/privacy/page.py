# SPDX-License-Identifier: GPL-3.0-or-later
"""The Privacy Centre: what is kept, how it is protected, who could read it, and what can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _, ngettext
from desktop.services.activity import Activity
from desktop.services.privacy_reports import PrivacyReport
from desktop.ui.announce import announce
from desktop.ui.privacy.correct_form import CorrectForm
from desktop.ui.privacy.erase import EraseForm, StartOverForm
from desktop.ui.privacy.given_card import GivenCard
from desktop.ui.privacy.happened_card import HappenedCard
from desktop.ui.privacy.kept_card import KeptCard
from desktop.ui.privacy.network_card import NetworkCard
from desktop.ui.privacy.parts import Card
from desktop.ui.privacy.protected_card import ProtectedCard
from desktop.ui.privacy.record_page import RecordPage
from desktop.ui.privacy.requests_card import Request, RequestsCard
from desktop.ui.privacy.retention import RetentionForm
from desktop.ui.privacy.review_page import ReviewPage
from desktop.ui.privacy.stop_form import StopForm
from desktop.ui.theme.controls import Button, label, page_head, rule, scale_layouts, scrolling
from desktop.ui.theme.theme import Theme
from desktop.ui.transfer.import_form import ImportForm

_WIDTH = 940  # px
_TWO_COLUMNS = 720  # px; below this the cards stand one under the other
_ROOM_BESIDE = 480  # px; below this buttons stand below their words
_MARGIN = 32
_GAP = 16  # px between cards


class PrivacyPage(QWidget):
    """Attributes:
    left: back to the chat.
    export_requested: take all chats along.
    move_requested: move everything to another computer, or in from one.
    spec_requested: show what the model is told.
    review_requested: see everything.
    chat_requested: show a chat at a message.
    review, record: the pages behind this one.
    network, given: cards that answer by themselves.
    correct, stop, bring, retention, erase, start_over: the forms of the requests.
    """

    left = Signal()
    export_requested = Signal()
    move_requested = Signal()
    spec_requested = Signal()
    review_requested = Signal()
    chat_requested = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Privacy Centre"))
        self._theme = theme
        self._columns = 0
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self.review_button = Button(theme, _("Review"))
        self.export_button = Button(theme, _("Take along…"))
        self.move_button = Button(theme, _("Move…"))
        self.spec_button = Button(theme, _("Read"))
        self.spec_button.setAccessibleName(_("Read what the model is told"))
        self.correct = CorrectForm(theme)
        self.stop = StopForm(theme)
        self.bring = ImportForm(theme)
        self.retention = RetentionForm(theme)
        self.erase = EraseForm(theme)
        self.start_over = StartOverForm(theme)
        self.review = ReviewPage(theme)
        self.record = RecordPage(theme)
        self._line = label("", "reading", wrap=True)
        self._kept = KeptCard(theme)
        self._protected = ProtectedCard(theme)
        self.network = NetworkCard(theme)
        self.given = GivenCard(theme)
        self._readers = Card(theme, "eye", _("Who could read it"))
        self._happened = HappenedCard(theme)
        self._requests = RequestsCard(theme, self._make_requests())
        self._stack = QStackedWidget()
        for one in (self._make_overview(), self.review, self.record):
            self._stack.addWidget(one)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._stack)
        self.back_button.clicked.connect(self.left)
        self.review_button.clicked.connect(self._open_review)
        self.export_button.clicked.connect(self.export_requested)
        self.move_button.clicked.connect(self.move_requested)
        self.spec_button.clicked.connect(self.spec_requested)
        self.given.chat_requested.connect(self.chat_requested)
        self._happened.all_requested.connect(self._open_record)
        self.review.left.connect(self._close_page)
        self.record.left.connect(self._close_page)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.review_button)

    def show_report(self, found: PrivacyReport, done: Sequence[Activity], folder: Path | None) -> None:
        """Show what was found.

        Args:
            found: the report.
            done: what was done, newest first.
            folder: where all of it lies; None in memory.
        """
        self._line.setText(
            _("Everything Inglenook keeps is on this computer, in an encrypted vault.")
            if found.protection.encrypted
            else _("Everything here is in memory only, and gone when it is closed.")
        )
        self._kept.show_report(found, folder)
        self._protected.show_report(found)
        self.network.show_network(found.network)
        self.stop.show_count(found.training_chats)
        allowed = ngettext(
            "{count} chat may be used for training now",
            "{count} chats may be used for training now",
            found.training_chats,
        )
        self._requests.tell(self.stop.open_button, allowed.format(count=found.training_chats))
        self._readers.clear()
        for place, reader in enumerate(found.readers):
            if place:
                self._readers.body.addWidget(rule())
            self._readers.body.addWidget(label(reader, "small", wrap=True))
        self._happened.show_done(done)
        self.fit()

    def fit(self) -> None:
        """Bring what was filled anew to the size of the text."""
        scale_layouts(self, self._theme.scale)

    def show_receipt(self, receipt: DeletionReceipt | None) -> None:
        """Say what was erased, what was looked at and what was found."""
        words = self.erase.show_receipt(receipt)
        announce(self, words)

    def _make_requests(self) -> list[Request]:
        """In this order; another one is one more line."""
        return [
            Request(
                "eye",
                _("See everything"),
                _("Every chat, setting and record we hold, to read or as one file"),
                self.review_button,
            ),
            Request(
                "settings-2",
                _("What the model is told"),
                _("What it should do and not do, word for word, in layers you can change"),
                self.spec_button,
            ),
            Request(
                "laptop",
                _("Take it with me"),
                _("Markdown, a web page, JSON or an archive for another computer; encrypted if you like"),
                self.export_button,
            ),
            Request(
                "arrow-up",
                _("Move to another computer"),
                _("All of it in one encrypted file, out there and in here, compared afterwards"),
                self.move_button,
            ),
            Request(
                "pencil",
                _("Correct"),
                _("A wrong name or address, wherever it stands. You get a receipt"),
                self.correct.open_button,
                self.correct,
            ),
            Request(
                "graduation-cap",
                _("Stop using my chats for training"),
                "",
                self.stop.open_button,
                self.stop,
            ),
            Request(
                "download",
                _("Bring chats in"),
                _("ChatGPT, Open WebUI, LM Studio, Jan, GPT4All, Alpaca, or an archive of yours"),
                self.bring.open_button,
                self.bring,
            ),
            Request(
                "refresh-cw",
                _("Let old chats go"),
                _("Counted from the last message. Pinned chats stay"),
                self.retention.select,
                self.retention,
            ),
            Request(
                "trash-2",
                _("Erase"),
                _("Every chat, its copies and its traces. You get a receipt"),
                self.erase.open_button,
                self.erase,
            ),
            Request(
                "flame",
                _("Delete everything and start over"),
                _("The keys first, then every file: chats, backups, settings and the record"),
                self.start_over.open_button,
                self.start_over,
            ),
        ]

    def _make_overview(self) -> QWidget:
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Privacy Centre"), self.back_button))
        column.addWidget(self._line)
        left_side, self._right_side = QWidget(), QWidget()
        self._left, self._right = QVBoxLayout(left_side), QVBoxLayout(self._right_side)
        for side in (self._left, self._right):
            side.setContentsMargins(0, 0, 0, 0)
            side.setSpacing(_GAP)
            side.addStretch(1)
        sides = QHBoxLayout()
        sides.setSpacing(_GAP)
        sides.addWidget(left_side, 1)
        sides.addWidget(self._right_side, 1)
        column.addLayout(sides)
        column.addStretch(1)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(24, 0, 24, 0)
        middle.addStretch(1)
        middle.addWidget(self._column)
        middle.addStretch(1)
        return scrolling(scrolled)

    def _open_review(self) -> None:
        self._open_page(self.review)
        self.review.begin()
        self.review_requested.emit()

    def _open_record(self) -> None:
        self._open_page(self.record)
        self.record.begin()

    def _open_page(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def _close_page(self) -> None:
        came_from = self._stack.currentWidget()
        self.review.clear()
        self._stack.setCurrentIndex(0)
        (self.review_button if came_from is self.review else self._happened.all_button).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back: out of a form, from a page behind to here, from here to the chat."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._stack.currentIndex():
            self._close_page()
        elif self.correct.is_open:
            self.correct.close_form()
        else:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two, in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        wide = max(300, min(self._theme.px(_WIDTH), room))
        self._column.setFixedWidth(wide)
        self._requests.stack(wide < self._theme.px(_ROOM_BESIDE))
        columns = 2 if wide >= self._theme.px(_TWO_COLUMNS) else 1
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        left: list[Card] = [self._kept, self._requests, self._happened]
        right: list[Card] = [self._protected, self.network, self.given, self._readers]
        if self._columns == 1:
            left, right = [*left[:1], *right[:2], *left[1:], *right[2:]], []
        for layout, cards in ((self._left, left), (self._right, right)):
            for place, card in enumerate(cards):
                layout.insertWidget(place, card)
        self._right_side.setVisible(bool(right))
