# SPDX-License-Identifier: GPL-3.0-or-later
"""The Privacy Centre: what is kept, how it is protected, who could read it, and what can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _, ngettext
from desktop.services.activity import Activity, in_words
from desktop.services.privacy import network_in_words
from desktop.services.privacy_reports import PrivacyReport
from desktop.ui.announce import announce
from desktop.ui.privacy.erase import EraseForm
from desktop.ui.privacy.parts import Bar, Card, request, size_in_words
from desktop.ui.privacy.retention import RetentionForm
from desktop.ui.theme.controls import Button, label, row, rule, scale_layouts, scrolling
from desktop.ui.theme.theme import Theme
from desktop.ui.transfer.import_form import ImportForm

_WIDTH = 940  # px
_TWO_COLUMNS = 720  # px; below this the cards stand one under the other
_MARGIN = 32
_GAP = 16  # px between cards
_SHOWN = 6  # entries of the record on the page; the rest is in the review
_COLOURS = ("accent", "dusk", "ok", "ink3")


class PrivacyPage(QWidget):
    """Attributes:
    left: back to the chat.
    export_requested: take all chats along.
    erase: the form with which all chats are erased.
    bring: the form with which chats are brought in.
    retention: the form that says how long chats are kept.
    """

    left = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Privacy Centre"))
        self._theme = theme
        self._columns = 0
        self.back_button = Button(theme, _("Back to the chat"), "link")
        self.review_button = Button(theme, _("Review"))
        self.export_button = Button(theme, _("Take along…"))
        self.close_review_button = Button(theme, _("Back to the Privacy Centre"), "link")
        self.erase = EraseForm(theme)
        self.bring = ImportForm(theme)
        self.retention = RetentionForm(theme)
        self.review = QPlainTextEdit()
        self.review.setObjectName("record")
        self.review.setReadOnly(True)
        self.review.setTabChangesFocus(True)
        self.review.setAccessibleName(_("Everything that is kept"))
        self._line = label("", "secondary", wrap=True)
        self._kept = Card(theme, "box", _("What is kept"))
        self._protected = Card(theme, "lock", _("How it is protected"))
        self._readers = Card(theme, "eye", _("Who could read it"))
        self._happened = Card(theme, "refresh-cw", _("What happened"))
        self._requests = self._make_requests()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_overview())
        self._stack.addWidget(self._make_review())
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._stack)
        self.back_button.clicked.connect(self.left)
        self.review_button.clicked.connect(self._open_review)
        self.export_button.clicked.connect(self.export_requested)
        self.close_review_button.clicked.connect(self._close_review)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.review_button)

    def show_report(self, found: PrivacyReport, done: Sequence[Activity], everything: str) -> None:
        """Show what was found.

        Args:
            found: the report.
            done: what was done, newest first.
            everything: the review, as plain text.
        """
        self._line.setText(
            _("Everything Inglenook keeps is on this computer, in an encrypted vault.")
            if found.protection.encrypted
            else _("Everything here is in memory only, and gone when it is closed.")
        )
        self._fill_kept(found)
        self._fill_protected(found)
        self._readers.clear()
        for reader in found.readers:
            self._readers.body.addWidget(label(reader, "small", wrap=True))
        self._fill_happened(done)
        self.review.setPlainText(everything)
        scale_layouts(self, self._theme.scale)

    def show_receipt(self, receipt: DeletionReceipt | None) -> None:
        """Say what was erased, what was looked at and what was found."""
        words = self.erase.show_receipt(receipt)
        announce(self, words)

    def _fill_kept(self, found: PrivacyReport) -> None:
        stored = {kept.what: kept for kept in found.stored}
        messages = stored["messages"].count
        rows = [
            (
                _("Chats"),
                stored["chats"].bytes,
                ngettext("{count} message", "{count} messages", messages).format(
                    count=QLocale().toString(messages)
                ),
            ),
            (_("Search index"), stored["search-index"].bytes, ""),
        ]
        if "vault" in stored:
            copies = stored["backups"].count
            rows.append((_("Vault file"), stored["vault"].bytes, _("all of the above, encrypted")))
            rows.append(
                (
                    _("Backups"),
                    stored["backups"].bytes,
                    ngettext("{count} copy", "{count} copies", copies).format(count=copies),
                )
            )
        most = max(size for _words, size, _count in rows) or 1
        self._kept.clear()
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(12)
        for line, (words, size, count) in enumerate(rows):
            grid.addWidget(label(words, "secondary"), line, 0)
            grid.addWidget(Bar(self._theme, _COLOURS[line], size / most), line, 1)
            told = " · ".join(filter(None, (size_in_words(size), count)))
            grid.addWidget(label(told, "small", wrap=True), line, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 2)
        self._kept.body.addLayout(grid)
        allowed = ngettext(
            "{count} chat may be used for training",
            "{count} chats may be used for training",
            found.training_chats,
        )
        self._kept.body.addWidget(label(allowed.format(count=found.training_chats), "small", wrap=True))

    def _fill_protected(self, found: PrivacyReport) -> None:
        protection = found.protection
        good = all(check.ok is not False for check in protection.checks)
        self._protected.clear()
        body = self._protected.body
        words = (
            _("Encrypted with a key that only you can open")
            if protection.encrypted
            else _("Not encrypted: nothing lies on a disk")
        )
        state = label(_("Checked now") if good else _("Look below"), "verified" if good else "problem")
        head = QHBoxLayout()
        head.addWidget(label(words, wrap=True), 1)
        head.addWidget(state, 0, Qt.AlignmentFlag.AlignVCenter)
        body.addLayout(head)
        for way in protection.ways_in:
            parts = (_way_words(way.type), way.derivation)
            body.addWidget(label(" · ".join(filter(None, parts)), "small", wrap=True))
        for check in protection.checks:
            body.addWidget(label(check.detail, "problem" if check.ok is False else "small", wrap=True))
        body.addWidget(rule())
        body.addWidget(label(_("Network")))
        body.addWidget(label(network_in_words(found.network), "small", wrap=True))
        body.addWidget(rule())
        for model in found.models:
            told = _("{name}, {size}, on this computer").format(
                name=model.name, size=size_in_words(model.bytes)
            )
            body.addWidget(label(_("Model")))
            body.addWidget(label(told, "small", wrap=True))

    def _fill_happened(self, done: Sequence[Activity]) -> None:
        self._happened.clear()
        body = self._happened.body
        for place, entry in enumerate(done[:_SHOWN]):
            if place:
                body.addWidget(rule())
            when = _moment(entry.at)
            line = QHBoxLayout()
            line.addWidget(label(in_words(entry), wrap=True), 1)
            line.addWidget(label(when, "caption"))
            body.addLayout(line)
        if not done:
            body.addWidget(
                label(_("Nothing was exported, imported, erased or allowed yet."), "small", wrap=True)
            )

    def _make_requests(self) -> Card:
        card = Card(self._theme, "check", _("Your requests, done at once"))
        see = _("Your chats by title, what is kept beside them, and the whole record, as plain text")
        card.body.addLayout(request(self._theme, "eye", _("See everything"), see, self.review_button))
        card.body.addWidget(rule())
        along = _("Markdown, a web page, JSON or an archive for another computer; encrypted if you like")
        card.body.addLayout(request(self._theme, "laptop", _("Take it with me"), along, self.export_button))
        card.body.addWidget(rule())
        from_where = _("ChatGPT, Open WebUI, LM Studio, Jan, GPT4All, Alpaca, or an archive of yours")
        card.body.addLayout(
            request(self._theme, "download", _("Bring chats in"), from_where, self.bring.open_button)
        )
        card.body.addWidget(self.bring)
        card.body.addWidget(rule())
        kept = _("Counted from the last message. Pinned chats stay")
        card.body.addLayout(
            request(self._theme, "refresh-cw", _("Let old chats go"), kept, self.retention.select)
        )
        card.body.addWidget(self.retention)
        card.body.addWidget(rule())
        line = _("Every chat, its copies and its traces. You get a receipt")
        card.body.addLayout(request(self._theme, "trash-2", _("Erase"), line, self.erase.open_button))
        card.body.addWidget(self.erase)
        return card

    def _make_overview(self) -> QWidget:
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(row(label(_("Privacy Centre"), "title"), None, self.back_button))
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

    def _make_review(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(_MARGIN, 28, _MARGIN, 28)
        layout.setSpacing(14)
        layout.addLayout(row(label(_("Everything that is kept"), "title"), None, self.close_review_button))
        layout.addWidget(self.review)
        return made

    def _open_review(self) -> None:
        self._stack.setCurrentIndex(1)
        self.review.setFocus()

    def _close_review(self) -> None:
        self._stack.setCurrentIndex(0)
        self.review_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back: from the review here, from here to the chat."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._stack.currentIndex():
            self._close_review()
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
        columns = 2 if wide >= self._theme.px(_TWO_COLUMNS) else 1
        if columns != self._columns:
            self._columns = columns
            self._place()

    def _place(self) -> None:
        left = [self._kept, self._requests, self._happened]
        right = [self._protected, self._readers]
        if self._columns == 1:
            left, right = [self._kept, self._protected, self._requests, self._readers, self._happened], []
        for layout, cards in ((self._left, left), (self._right, right)):
            for place, card in enumerate(cards):
                layout.insertWidget(place, card)
        self._right_side.setVisible(bool(right))


def _moment(at: datetime) -> str:
    """In the person's own manner and time zone."""
    local = QDateTime.fromMSecsSinceEpoch(round(at.timestamp() * 1000))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def _way_words(kind: str) -> str:
    words = {
        "passphrase": _("Your passphrase"),
        "keychain": _("The keychain of this system"),
        "recovery": _("Your recovery code"),
    }
    return words.get(kind, kind)
