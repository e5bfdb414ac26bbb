# SPDX-License-Identifier: GPL-3.0-or-later
"""The two halves of a move: out on the old computer, in on the new one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from desktop.i18n import _, ngettext
from desktop.services.moving import MovedIn, MovedOut, Volume
from desktop.ui.announce import announce
from desktop.ui.lock.new_passphrase import NewPassphrase
from desktop.ui.lock.passphrase_field import PassphraseField
from desktop.ui.privacy.parts import size_in_words
from desktop.ui.theme.controls import Button, IconLabel, label, restyle, row
from desktop.ui.theme.theme import Theme

_LINES = 5  # of differences, before they scroll


class _Card(QFrame):
    """What both halves share: a heading, progress with a way to stop, and what came of it.

    Attributes:
        stop_requested: give up what is under way.
        result: what came of it, and the fingerprint under it.
    """

    stop_requested = Signal()

    def __init__(self, theme: Theme, icon: str, title: str, line: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.is_busy = False
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(20, 18, 20, 18)
        self._inside.setSpacing(12)
        head = row(IconLabel(theme, icon, "ink", 16), label(title, "heading"), None, spacing=6)
        self._inside.addLayout(head)
        self._inside.addWidget(label(line, "secondary", wrap=True))
        self.progress = QProgressBar()
        self.progress.setAccessibleName(title)
        self.progress.setTextVisible(False)
        self.stop_button = Button(theme, _("Stop"))
        self.stop_button.clicked.connect(self.stop_requested)
        self.said = label("", "small", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.result, self.verified, self.fingerprint = _make_result()

    def _finish(self, *above: QWidget) -> None:
        """Everything is made; ``above`` is what a person fills in."""
        for widget in (*above, self.said, self.progress, self.result):
            self._inside.addWidget(widget)

    def show_busy(self, words: str) -> None:
        """It is under way."""
        self._set_busy(True)
        self.progress.setRange(0, 0)
        self._say(words)
        self.result.hide()
        self.stop_button.setFocus()

    def show_progress(self, words: str, done: int, total: int) -> None:
        """So many chats of so many; 0 of 0 where that is not known yet."""
        if self.is_busy:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self._say(words)

    def show_problem(self, words: str) -> None:
        """Nothing came of it."""
        self._set_busy(False)
        self._say(words, failed=True)
        self.result.hide()
        announce(self, words)

    def show_idle(self) -> None:
        """Nothing was asked for yet."""
        self._set_busy(False)
        self._say("")
        self.result.hide()

    def _show_result(self, verified: str, words: str, fingerprint: str) -> None:
        self._set_busy(False)
        self._say(words)
        self.verified.setText(verified)
        self.verified.setVisible(bool(verified))
        self.fingerprint.setText(fingerprint)
        self.result.show()
        announce(self, " ".join(filter(None, (verified, words))))

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")
        self.said.setVisible(bool(words))

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.progress.setVisible(busy)
        self.stop_button.setVisible(busy)


class OutCard(_Card):
    """Attributes:
    requested: write everything, under this passphrase.
    """

    requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            "arrow-up",
            _("From this computer"),
            _("Everything goes into one file, encrypted under a passphrase of its own."),
        )
        self.volume = label("", "small", wrap=True)
        self.passphrase = NewPassphrase(theme, _("Passphrase of the file"))
        self.open_button = Button(theme, _("Write a file…"))
        self.save_button = Button(theme, _("Save as…"), "primary")
        self._is_open = True
        self._finish(self.volume, self.passphrase)
        self._inside.addLayout(row(None, self.stop_button, self.open_button, self.save_button))
        self.open_button.clicked.connect(self._ask)
        self.save_button.clicked.connect(self._submit)
        self.passphrase.submitted.connect(self._submit)
        self.passphrase.accepted.connect(self.requested)
        self.show_idle()

    def begin(self, *, asks: bool) -> None:
        """Ask anew; or only offer it, where something else is wanted first."""
        self._is_open = asks
        self.show_idle()

    def show_volume(self, there: Volume) -> None:
        """Tell how much it will be, before it begins."""
        if not there.chats:
            self.volume.setText(_("There is nothing here to move yet."))
            return
        counted = counted_in_words(there.chats, there.messages)
        words = _("{counted}, about {size} in the file.")
        self.volume.setText(words.format(counted=counted, size=size_in_words(there.bytes)))

    def show_written(self, done: MovedOut, place: str) -> None:
        """It is written, and was read back."""
        self.passphrase.forget()
        self._is_open = False
        counted = counted_in_words(done.chats, done.messages)
        words = _("{place} ({size}) was read back, and all of it is there: {counted}.")
        self._show_result(
            _("Written and checked"),
            words.format(place=place, size=size_in_words(done.bytes), counted=counted),
            done.fingerprint,
        )
        self.open_button.setFocus()

    def _ask(self) -> None:
        self.begin(asks=True)
        self.passphrase.setFocus()

    def _submit(self) -> None:
        if not self.is_busy:
            self.passphrase.submit()

    def _set_busy(self, busy: bool) -> None:
        super()._set_busy(busy)
        self.passphrase.setEnabled(not busy)
        self.passphrase.setVisible(self._is_open)
        self.save_button.setVisible(self._is_open and not busy)
        self.open_button.setVisible(not self._is_open and not busy)


class InCard(_Card):
    """Attributes:
    file_requested: choose the file.
    unlocked: with what opens it.
    """

    file_requested = Signal()
    unlocked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            "arrow-down",
            _("Onto this computer"),
            _("Bring the file here on a stick or a cable, and have what comes in compared with it."),
        )
        self.passphrase = PassphraseField(theme, _("Passphrase it was written with"))
        self.unlock_button = Button(theme, _("Open it"), "primary")
        self.file_button = Button(theme, _("Choose the file…"))
        self.differences = QPlainTextEdit()
        self.differences.setReadOnly(True)
        self.differences.setTabChangesFocus(True)
        self.differences.setProperty("kind", "field")
        self.differences.setAccessibleName(_("What is not the same, and why"))
        self.differences.setFixedHeight(self.differences.fontMetrics().lineSpacing() * _LINES + theme.px(20))
        self._finish(self.passphrase)
        self._inside.insertWidget(self._inside.indexOf(self.result), self.differences)
        self._inside.addLayout(row(None, self.stop_button, self.file_button, self.unlock_button))
        self.file_button.clicked.connect(self.file_requested)
        self.unlock_button.clicked.connect(self._unlock)
        self.passphrase.confirmed.connect(self._unlock)
        self.show_idle()

    def ask_passphrase(self, *, wrong: bool) -> None:
        """The file is encrypted."""
        self._set_busy(False)
        self._say("" if wrong else _("The file is encrypted."))
        self.passphrase.show()
        self.unlock_button.show()
        if wrong:
            self.passphrase.complain(_("That passphrase does not open it."))
        self.passphrase.edit.setFocus()

    def show_compared(self, done: MovedIn) -> None:
        """It is in, and was compared."""
        self.passphrase.clear()
        counted = counted_in_words(done.chats, done.messages)
        if done.is_equal:
            verified = _("Equal: {counted}").format(counted=counted)
            words = _("Every chat of the file is here as it is there. None may be used for training yet.")
        else:
            verified = ""
            words = ngettext(
                "{count} chat is not the same here. The file has {counted}; all others are equal.",
                "{count} chats are not the same here. The file has {counted}; all others are equal.",
                len(done.differences),
            ).format(count=len(done.differences), counted=counted)
        self._show_result(verified, words, done.fingerprint)
        if not done.is_equal:
            restyle(self.said, "kind", "problem")
            self.differences.setPlainText("\n".join(f"{what}: {why}" for what, why in done.differences))
            self.differences.show()
        self.file_button.setFocus()

    def _unlock(self) -> None:
        if self.passphrase.text and not self.is_busy:
            self.unlocked.emit(self.passphrase.text)
        else:
            self.passphrase.edit.setFocus()

    def _set_busy(self, busy: bool) -> None:
        super()._set_busy(busy)
        self.file_button.setVisible(not busy)
        for widget in (self.passphrase, self.unlock_button, self.differences):
            widget.hide()


def counted_in_words(chats: int, messages: int) -> str:
    """12 chats, 340 messages."""
    return _("{chats}, {messages}").format(
        chats=ngettext("{count} chat", "{count} chats", chats).format(count=chats),
        messages=ngettext("{count} message", "{count} messages", messages).format(count=messages),
    )


def _make_result() -> tuple[QWidget, QLabel, QLabel]:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    verified = label("", "verified")
    fingerprint = label("", "address", wrap=True)
    fingerprint.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    fingerprint.setAccessibleName(_("Fingerprint"))
    layout.addLayout(row(verified, None))
    layout.addWidget(
        label(_("Fingerprint: the same on both computers if every chat is"), "caption", wrap=True)
    )
    layout.addWidget(fingerprint)
    made.hide()
    return made, verified, fingerprint
