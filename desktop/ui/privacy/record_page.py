# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole record of what was done: newest first, by kind, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from desktop.i18n import _
from desktop.services.activity import Activity, in_words, kind_in_words
from desktop.ui.privacy.parts import moment
from desktop.ui.theme.controls import Button, Select, label, page_head, row
from desktop.ui.theme.theme import Theme

PAGE = 100  # entries
_MARGIN = 32


class RecordPage(QWidget):
    """Attributes:
    wanted: with the kind ("" for all) and how many entries are shown already.
    left: back.
    """

    wanted = Signal(str, int)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.back_button = Button(theme, _("Back"), "link")
        self.back_button.setAccessibleName(_("Back to the Privacy Centre"))
        self.kind = Select(theme, _("Show what happened of this kind"))
        self.entries = QListWidget()
        self.entries.setAccessibleName(_("What happened, newest first"))
        self.entries.setProperty("kind", "field")
        self.entries.setWordWrap(True)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.more_button = Button(theme, _("Show more"))
        self._none = label(_("Nothing of this kind happened."), "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 28, _MARGIN, 28)
        layout.setSpacing(14)
        layout.addLayout(page_head(_("What happened"), self.back_button))
        layout.addWidget(
            label(
                _("What was done with your data, in counts and kinds; never what stands in it."),
                "secondary",
                wrap=True,
            )
        )
        layout.addLayout(row(self.kind, None))
        layout.addWidget(self._none)
        layout.addWidget(self.entries, 1)
        layout.addLayout(row(None, self.more_button))
        self.back_button.clicked.connect(self.left)
        self.kind.activated.connect(lambda _place: self.begin())
        self.more_button.clicked.connect(lambda: self.wanted.emit(self._chosen(), self.entries.count()))
        self.setFocusProxy(self.kind)

    def show_kinds(self, kinds: Mapping[str, int]) -> None:
        """Offer these kinds; the one that was chosen stays."""
        chosen = self._chosen()
        self.kind.clear()
        self.kind.addItem(_("Everything"), "")
        for kind in sorted(kinds, key=kind_in_words):
            words = _("{kind} ({count})").format(kind=kind_in_words(kind), count=kinds[kind])
            self.kind.addItem(words, kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))

    def begin(self) -> None:
        """Show the newest entries."""
        self.entries.clear()
        self.wanted.emit(self._chosen(), 0)

    def show_entries(self, done: Sequence[Activity]) -> None:
        """Add a page."""
        self.entries.addItems(
            [_("{time}   {what}").format(time=moment(entry.at), what=in_words(entry)) for entry in done]
        )
        self.more_button.setVisible(len(done) == PAGE)
        self._none.setVisible(not self.entries.count())

    def _chosen(self) -> str:
        return str(self.kind.currentData() or "")
