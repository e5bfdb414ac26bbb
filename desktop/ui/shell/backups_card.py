# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of the settings that tells of the backups and makes one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.domain.errors import InglenookError
from desktop.i18n import _, ngettext
from desktop.services.backups import Backup
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import Button, label, restyle, row
from desktop.ui.theme.theme import Theme


class BackupsCard(QFrame):
    """Attributes:
    requested: make a copy now.
    """

    requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.button = Button(theme, _("Make one now"))
        self.button.setAccessibleName(_("Make a backup now"))
        self.said = label("", "small", wrap=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(20, 18, 20, 18)
        inside.setSpacing(10)
        inside.addWidget(label(_("Backups"), "heading"))
        line = row(
            label(
                _(
                    "An encrypted copy is made and checked every day, beside the vault; the newest five are "
                    "kept. Copy the whole folder to another disk to be safe from losing this one."
                ),
                "secondary",
                wrap=True,
            ),
            self.button,
        )
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self.said)
        self.button.clicked.connect(self.requested)

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """Tell how many there are, and of the newest."""
        self._say(_in_words(backups))

    def show_busy(self) -> None:
        """One is being made."""
        self.button.setEnabled(False)
        self._say(_("Copying, and checking every page…"))

    def show_problem(self, words: str) -> None:
        """None was made."""
        self._say(words, failed=True)

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.said.setText(words)
        restyle(self.said, "kind", "problem" if failed else "small")


class BackupsPresenter:
    """Does what the card asks for.

    Args:
        session: whose backups.
        tasks: for what takes seconds.
        card: where they are told of.
    """

    def __init__(self, session: Session, tasks: Tasks, card: BackupsCard) -> None:
        self._backups = session.backups
        self._tasks = tasks
        self._card = card
        card.requested.connect(self._make)
        card.setVisible(self._backups is not None)

    def load(self) -> None:
        """Look which there are."""
        if self._backups is not None:
            self._tasks.run(self._backups.listed, self._card.show_backups, self._failed)

    def _make(self) -> None:
        if self._backups is not None:
            self._card.show_busy()
            self._tasks.run(self._backups.make, self._made, self._failed)

    def _made(self, _backup: Backup) -> None:
        self._card.button.setEnabled(True)
        self.load()
        announce(self._card, _("The backup is made."))

    def _failed(self, error: Exception) -> None:
        self._card.button.setEnabled(True)
        self._card.show_problem(
            str(error)
            if isinstance(error, InglenookError)
            else _("Something went wrong. No backup was made.")
        )
        if not isinstance(error, InglenookError):
            raise error


def _in_words(backups: Sequence[Backup]) -> str:
    if not backups:
        return _("There is none yet.")
    made = QDateTime.fromMSecsSinceEpoch(round(backups[0].made_at.timestamp() * 1000))
    size = sum(backup.bytes for backup in backups)
    words = ngettext(
        "{count} copy, {size}. The newest is of {when}.",
        "{count} copies, {size} together. The newest is of {when}.",
        len(backups),
    )
    return words.format(
        count=len(backups),
        size=QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat),
        when=QLocale().toString(made, QLocale.FormatType.ShortFormat),
    )
