# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing chats in: which file, its passphrase if it is encrypted, progress, and what was left out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.reports import ImportReport
from desktop.ui.announce import announce
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.theme.controls import Button, label, restyle, row
from desktop.ui.theme.theme import Theme

_LINES = 8
_FEWEST = 3


class ImportForm(QWidget):
    """Attributes:
    file_requested, folder_requested: choose what to read.
    unlocked: with the passphrase of an encrypted file.
    stop_requested: read no further; what came in stays.
    open_button: offers the choice; it stands elsewhere.
    """

    file_requested = Signal()
    folder_requested = Signal()
    unlocked = Signal(str)
    stop_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.open_button = Button(theme, _("Bring in…"))
        self.menu = QMenu(self)
        self.menu.setAccessibleName(_("What to bring in"))
        self.menu.addAction(_("A file or a ZIP…")).triggered.connect(self.file_requested)
        self.menu.addAction(_("A folder…")).triggered.connect(self.folder_requested)
        self.said = label("", "small", wrap=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("Progress of the import"))
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.stop_button = Button(theme, _("Stop"))
        self.passphrase = PassphraseField(theme, _("Passphrase of the file"))
        self.unlock_button = Button(theme, _("Open it"), "primary")
        self.left_out = QPlainTextEdit()
        self.left_out.setReadOnly(True)
        self.left_out.setTabChangesFocus(True)
        self.left_out.setProperty("kind", "field")
        self.left_out.setAccessibleName(_("What was left out, and why"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for widget in (self.said, self.progress, self.passphrase):
            layout.addWidget(widget)
        layout.addLayout(row(None, self.stop_button, self.unlock_button))
        layout.addWidget(self.left_out)
        self.open_button.clicked.connect(self._offer)
        self.stop_button.clicked.connect(self.stop_requested)
        self.unlock_button.clicked.connect(self._unlock)
        self.passphrase.confirmed.connect(self._unlock)
        theme.changed.connect(self._fit)
        self._show()

    def show_busy(self) -> None:
        """It is being read."""
        self._show(self.said, self.progress, self.stop_button)
        self._say(_("Reading…"))
        self.stop_button.setFocus()  # or a disabled button would hand it on to whatever comes next

    def show_progress(self, chats: int) -> None:
        """So many chats came in."""
        words = ngettext("{count} chat came in", "{count} chats came in", chats)
        self._say(words.format(count=chats))

    def ask_passphrase(self, *, wrong: bool) -> None:
        """The file is encrypted."""
        self._show(self.said, self.passphrase, self.unlock_button)
        self._say(_("This file is encrypted."))
        if wrong:
            self.passphrase.complain(_("That passphrase does not open it."))
        self.passphrase.edit.setFocus()

    def show_report(self, report: ImportReport, *, stopped: bool) -> None:
        """It is done, or was stopped; what came in stays."""
        self.passphrase.clear()
        self._give_focus_back()
        shown = [self.said, *([self.left_out] if report.skipped else [])]
        self._show(*shown)
        words = ngettext("{count} chat came in.", "{count} chats came in.", report.chats)
        told = words.format(count=report.chats)
        if stopped:
            told = f"{told} {_('You stopped it; what comes after is not here.')}"
        if report.skipped:
            told = f"{told} {_('What was left out:')}"
        self._say(told)
        told_of = (f"{one.what}: {one.why}" if one.what else one.why for one in report.skipped)
        self.left_out.setPlainText("\n".join(told_of))
        self._fit()
        announce(self, told)

    def show_problem(self, words: str) -> None:
        """Nothing came in."""
        self._give_focus_back()
        self._show(self.said)
        self._say(words, failed=True)
        announce(self, words)

    def _give_focus_back(self) -> None:
        """To the button it began with, before what has it is hidden."""
        self.open_button.setEnabled(True)
        if any(one.hasFocus() for one in (self.stop_button, self.unlock_button, self.passphrase.edit)):
            self.open_button.setFocus()

    def _fit(self) -> None:
        """As high as a few of its lines, at any size of text."""
        lines = max(_FEWEST, min(_LINES, self.left_out.blockCount()))
        spacing = self.left_out.fontMetrics().lineSpacing()
        self.left_out.setFixedHeight(lines * spacing + self._theme.px(26))

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")

    def _show(self, *shown: QWidget) -> None:
        everything = (
            self.said,
            self.progress,
            self.passphrase,
            self.stop_button,
            self.unlock_button,
            self.left_out,
        )
        for widget in everything:
            widget.setVisible(widget in shown)
        self.open_button.setEnabled(self.progress not in shown)

    def _offer(self) -> None:
        self.menu.popup(self.open_button.mapToGlobal(self.open_button.rect().bottomLeft()))

    def _unlock(self) -> None:
        if self.passphrase.text:
            self.unlocked.emit(self.passphrase.text)
        else:
            self.passphrase.edit.setFocus()
