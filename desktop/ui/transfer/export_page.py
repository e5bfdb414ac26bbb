# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking chats with one: which, as what, encrypted or not; then progress, then what was written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.export.exporter import Format
from desktop.ui.announce import announce
from desktop.ui.lock.new_passphrase import NewPassphrase
from desktop.ui.theme.controls import (
    Button,
    Select,
    Tick,
    label,
    page_head,
    restyle,
    row,
    scroll_in_the_middle,
)
from desktop.ui.theme.theme import Theme

_WIDTH = 640  # px
_MARGIN = 32


class ExportPage(QWidget):
    """Attributes:
    left: back to where it was opened.
    requested: with the format, the passphrase (None: plain) and whether to hide, to be written somewhere.
    look_requested: with the format: find out what would be hidden.
    see_requested: show what would be hidden, in its place.
    stop_requested: give up what is being looked at or written.
    """

    left = Signal()
    requested = Signal(object, object, bool)
    look_requested = Signal(object)
    see_requested = Signal()
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
        self.hide_data = Tick(theme, _("Hide personal data"))
        self._hidden = label("", "small", wrap=True)
        self.see_button = Button(theme, _("See what is hidden…"))
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
        self.format.currentIndexChanged.connect(self._change_format)
        self.hide_data.toggled.connect(self._toggle_hiding)
        self.see_button.clicked.connect(self.see_requested)
        self.encrypt.toggled.connect(self._show_passphrase)
        self.encrypt.confirmed.connect(self.passphrase.setFocus)
        self.passphrase.submitted.connect(self._submit)
        self.passphrase.accepted.connect(self._request)
        self.save_button.clicked.connect(self._submit)
        self.stop_button.clicked.connect(self.stop_requested)
        self.back_button.clicked.connect(self._leave)
        theme.changed.connect(self._resize)
        self.setFocusProxy(self.format)
        self._change_format()
        self._show_passphrase(False)
        self.show_idle("")

    def begin(self, titles: Sequence[str] | None) -> None:
        """Ask anew.

        Args:
            titles: of the chats that are meant; None for all chats.
        """
        self._what.setText(_what_is_meant(titles))
        self.encrypt.setChecked(False)
        self.hide_data.setChecked(False)
        self.show_idle("")

    def chosen_format(self) -> Format:
        """What is chosen."""
        return Format(self.format.currentData())

    def show_busy(self, *, looking: bool = False) -> None:
        """It is being written, or looked at."""
        self._set_busy(True)
        self.progress.setRange(0, 0)
        self.said.setText(_("Looking for personal data…") if looking else _("Writing…"))
        restyle(self.said, "kind", "small")
        self.stop_button.setFocus()

    def show_looked(self, found: str) -> None:
        """What would be hidden, in words; "" for nothing."""
        self._set_busy(False)
        words = _("Nothing was found. Read it before you give it away: the filter does not find everything.")
        if found:
            words = _("Hidden with stand-ins such as [NAME_1]: {found}.").format(found=found)
        self._hidden.setText(words)
        self.see_button.show()
        self.save_button.setFocus()
        announce(self, words)

    def show_not_looked(self, words: str) -> None:
        """The look came to nothing, so nothing can be hidden."""
        self.hide_data.setChecked(False)
        self.show_idle(words, failed=True)
        self.hide_data.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """So many chats are done."""
        if self._busy:
            self.progress.setRange(0, total)
            self.progress.setValue(done)

    def show_idle(self, words: str, *, failed: bool = False) -> None:
        """Nothing is being written; ``words`` say what came of it."""
        was_busy = self._busy
        self._set_busy(False)
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))
        if was_busy:
            self.save_button.setFocus()
            announce(self, words)

    def show_written(self, chats: int, place: str, size: str, hidden: str | None) -> None:
        """It is done; ``hidden`` says what was hidden, None where nothing was to be."""
        self.passphrase.forget()
        words = ngettext(
            "{count} chat was written to {place} ({size}). Only you can open the file.",
            "{count} chats were written to {place} ({size}). Only you can open the file.",
            chats,
        )
        words = words.format(count=chats, place=place, size=size)
        if hidden:
            words += " " + _("Hidden: {what}.").format(what=hidden)
        if hidden is not None:
            words += " " + _("Read it before you give it away: a filter finds much, not everything.")
        self.show_idle(words)

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
        inside.addWidget(self._told)
        inside.addWidget(self.hide_data)
        inside.addWidget(self._hidden)
        inside.addLayout(row(self.see_button, None))
        for widget in (self.encrypt, self.passphrase, self._plain):
            inside.addWidget(widget)
        inside.addWidget(self.progress)
        inside.addWidget(self.said)
        inside.addLayout(row(None, self.stop_button, self.save_button))
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 28, 0, 28)
        column.setSpacing(14)
        column.addLayout(page_head(_("Take your chats with you"), self.back_button))
        column.addWidget(card)
        column.addStretch(1)
        scroll_in_the_middle(self, self._column)

    def _submit(self) -> None:
        if self._busy:
            return
        if self.encrypt.isChecked():
            self.passphrase.submit()
        else:
            self._request(None)

    def _request(self, passphrase: str | None) -> None:
        self.requested.emit(self.chosen_format(), passphrase, self.hide_data.isChecked())

    def _leave(self) -> None:
        if not self._busy:
            self.passphrase.forget()
            self.left.emit()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self.format, self.see_button, self.encrypt, self.passphrase, self.back_button):
            widget.setEnabled(not busy)
        self.hide_data.setEnabled(not busy and self.chosen_format() is not Format.ARCHIVE)
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

    def _change_format(self) -> None:
        """Say what the format is for; what it would hide is found out anew."""
        format_ = self.chosen_format()
        self._told.setText(_format_words()[format_][1])
        self.hide_data.setEnabled(format_ is not Format.ARCHIVE)
        if format_ is Format.ARCHIVE:
            self.hide_data.setChecked(False)
        self._toggle_hiding(self.hide_data.isChecked())

    def _toggle_hiding(self, hiding: bool) -> None:
        is_archive = self.chosen_format() is Format.ARCHIVE
        self._hidden.setText(
            _("An archive holds everything, so that it comes back without loss: nothing is hidden in it.")
            if is_archive
            else _("Names, addresses, numbers and keys the filter finds, in titles and instructions too.")
        )
        self.see_button.hide()
        if hiding:
            self.look_requested.emit(self.chosen_format())

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
