# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking chats with one: which, as what, encrypted or not; then progress, then what was written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.export.exporter import Format
from desktop.ui.announce import announce
from desktop.ui.lock.new_passphrase import NewPassphrase
from desktop.ui.theme.controls import Button, Select, Tick, label, row, scrolling
from desktop.ui.theme.theme import Theme

_WIDTH = 640  # px
_MARGIN = 32


class ExportPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    requested: with the format and the passphrase (None: plain), to be written somewhere.
    stop_requested: give up what is being written.
    """

    left = Signal()
    requested = Signal(object, object)
    stop_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(_("Take your chats with you"))
        self._theme = theme
        self._busy = False
        self.back_button = Button(theme, _("Back"), "link")
        self.format = Select(theme, _("Format"))
        for choice, words in _format_words().items():
            self.format.addItem(words[0], choice)
        self._what = label("", "heading", wrap=True)
        self._told = label("", "small", wrap=True)
        self.encrypt = Tick(theme, _("Encrypt the file with a passphrase"))
        self.passphrase = NewPassphrase(theme, _("Passphrase of this file"))
        self._plain = label(
            _("Not encrypted: whoever gets hold of the file can read it, and no lock of Inglenook helps."),
            "small",
            wrap=True,
        )
        self.save_button = Button(theme, _("Save as…"), "primary")
        self.stop_button = Button(theme, _("Stop"))
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("Progress of the export"))
        self.progress.setTextVisible(False)
        self.said = label("", "small", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._tell_format)
        self.encrypt.toggled.connect(self._show_passphrase)
        self.encrypt.confirmed.connect(self.passphrase.setFocus)
        self.passphrase.submitted.connect(self._submit)
        self.passphrase.accepted.connect(lambda words: self.requested.emit(self.chosen_format(), words))
        self.save_button.clicked.connect(self._submit)
        self.stop_button.clicked.connect(self.stop_requested)
        self.back_button.clicked.connect(self._leave)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.format)
        self._tell_format()
        self._show_passphrase(False)
        self.show_idle("")

    def begin(self, titles: Sequence[str] | None) -> None:
        """Ask anew.

        Args:
            titles: of the chats that are meant; None for all chats.
        """
        self._what.setText(_what_is_meant(titles))
        self.encrypt.setChecked(False)
        self.show_idle("")

    def chosen_format(self) -> Format:
        """What is chosen."""
        return Format(self.format.currentData())

    def show_busy(self) -> None:
        """It is being written."""
        self._set_busy(True)
        self.progress.setRange(0, 0)
        self.said.setText(_("Writing…"))
        self.stop_button.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """So many chats are written."""
        if self._busy:
            self.progress.setRange(0, total)
            self.progress.setValue(done)

    def show_idle(self, words: str, *, failed: bool = False) -> None:
        """Nothing is being written; ``words`` say what came of it."""
        was_busy = self._busy
        self._set_busy(False)
        self.said.setText(words)
        self.said.setProperty("kind", "problem" if failed else "small")
        self.said.style().polish(self.said)
        self.said.setVisible(bool(words))
        if was_busy:
            self.save_button.setFocus()
            announce(self, words)

    def show_written(self, chats: int, place: str, size: str) -> None:
        """It is done."""
        self.passphrase.forget()
        words = ngettext(
            "{count} chat was written to {place} ({size}). Only you can open the file.",
            "{count} chats were written to {place} ({size}). Only you can open the file.",
            chats,
        )
        self.show_idle(words.format(count=chats, place=place, size=size))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back; while something is being written it does nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A column in the middle."""
        super().resizeEvent(event)
        self._resize()

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("kind", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(12)
        inside.addWidget(self._what)
        inside.addLayout(row(label(_("As"), "field"), self.format, None))
        for widget in (self._told, self.encrypt, self.passphrase, self._plain):
            inside.addWidget(widget)
        inside.addWidget(self.progress)
        inside.addWidget(self.said)
        inside.addLayout(row(None, self.stop_button, self.save_button))
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(row(label(_("Take your chats with you"), "title"), None, self.back_button))
        column.addWidget(card)
        column.addStretch(1)
        scrolled = QWidget()
        scrolled.setObjectName("scrolled")
        middle = QHBoxLayout(scrolled)
        middle.setContentsMargins(24, 0, 24, 0)
        middle.addStretch(1)
        middle.addWidget(self._column)
        middle.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(scrolled))

    def _submit(self) -> None:
        if self._busy:
            return
        if self.encrypt.isChecked():
            self.passphrase.submit()
        else:
            self.requested.emit(self.chosen_format(), None)

    def _leave(self) -> None:
        if not self._busy:
            self.passphrase.forget()
            self.left.emit()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self.format, self.encrypt, self.passphrase, self.back_button):
            widget.setEnabled(not busy)
        self.save_button.setVisible(not busy)
        self.stop_button.setVisible(busy)
        self.progress.setVisible(busy)
        self.said.setVisible(busy)

    def _show_passphrase(self, shown: bool) -> None:
        self.passphrase.setVisible(shown)
        self._plain.setVisible(not shown)
        if shown:
            self.passphrase.setFocus()
        else:
            self.passphrase.forget()

    def _tell_format(self) -> None:
        self._told.setText(_format_words()[self.chosen_format()][1])

    def _resize(self) -> None:
        room = self.width() - 2 * self._theme.px(_MARGIN)
        self._column.setFixedWidth(max(300, min(self._theme.px(_WIDTH), room)))


def _what_is_meant(titles: Sequence[str] | None) -> str:
    if titles is None:
        return _("All chats, archived ones too")
    if len(titles) == 1:
        return _("The chat “{title}”").format(title=titles[0])
    words = ngettext("The {count} chat you selected", "The {count} chats you selected", len(titles))
    return words.format(count=len(titles))


def _format_words() -> dict[Format, tuple[str, str]]:
    return {
        Format.MARKDOWN: (
            _("Markdown"),
            _("Text for reading and editing, with the versions of the chat you see."),
        ),
        Format.HTML: (
            _("Web page (HTML)"),
            _("For reading and printing in any browser. It loads nothing from anywhere."),
        ),
        Format.JSON: (_("JSON"), _("Every message of every version, documented, for other programs.")),
        Format.ARCHIVE: (
            _("Inglenook archive"),
            _("Everything, to bring into Inglenook on another computer."),
        ),
    }
