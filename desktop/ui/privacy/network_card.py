# SPDX-License-Identifier: GPL-3.0-or-later
"""The network: whether it was ever used, what refuses it, and whether a download may begin."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QLocale, QSignalBlocker, QTime, Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop.i18n import _, ngettext
from desktop.services.privacy_reports import NetworkReport, NetworkUseReport
from desktop.ui.announce import announce
from desktop.ui.privacy.parts import Card, lines, moment, pair, size_in_words
from desktop.ui.theme.controls import Button, label, rule
from desktop.ui.theme.switch import Switch
from desktop.ui.theme.theme import Theme


class NetworkCard(Card):
    """Attributes:
    check_requested: look again what the system refuses.
    allowed_changed: with whether downloads may begin.
    switch: the person's word on downloads.
    """

    check_requested = Signal()
    allowed_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "wifi-off", _("Network"))
        self._state = label("", wrap=True)
        self.enforced = label("", "small", wrap=True)
        self.check_button = Button(theme, _("Check now"))
        self.switch = Switch(theme, _("Ask before each download"))
        self._allowed = label("", "small", wrap=True)
        self._uses = QVBoxLayout()
        self._uses.setSpacing(6)
        told, asked = lines(self._state, self.enforced), lines(label(_("Downloads")), self._allowed)
        self.body.addLayout(pair(told, self.check_button))
        self.body.addLayout(self._uses)
        self.body.addWidget(rule())
        self.body.addLayout(pair(asked, self.switch))
        self.check_button.clicked.connect(self.check_requested)
        self.switch.toggled.connect(self.allowed_changed)  # a screen reader toggles, and does not click

    def show_network(self, used: NetworkReport) -> None:
        """Show what the record and the setting say."""
        words = ngettext("Used {count} time", "Used {count} times", used.uses)
        self._state.setText(words.format(count=used.uses) if used.uses else _("Never used"))
        with QSignalBlocker(self.switch):
            self.switch.setChecked(used.downloads_allowed)
        self._allowed.setText(
            _("You are asked before each one. Models are downloaded with “inglenook models get”.")
            if used.downloads_allowed
            else _(
                "Not allowed. None can begin until you switch this on. Models are downloaded with "
                "“inglenook models get”."
            )
        )
        while (item := self._uses.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for use in used.used:
            self._uses.addWidget(label(_use_in_words(use), "small", wrap=True))

    def show_check(self, words: str, *, asked: bool) -> None:
        """Show what was found of what the system refuses."""
        if asked:
            now = QLocale().toString(QTime.currentTime(), "HH:mm:ss")
            words = _("{what} Checked at {time}.").format(what=words, time=now)
            announce(self, words)
        self.enforced.setText(words)


def _use_in_words(use: NetworkUseReport) -> str:
    return _("{time}: {purpose} from {host}, {received} received, {sent} sent").format(
        time=moment(datetime.fromisoformat(use.at)),
        purpose=use.purpose,
        host=use.host,
        received=size_in_words(use.bytes_in),
        sent=size_in_words(use.bytes_out),
    )
