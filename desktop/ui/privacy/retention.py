# SPDX-License-Identifier: GPL-3.0-or-later
"""How long chats are kept: chosen in the Privacy Centre, agreed to before it acts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.conversation import DeletionReceipt
from desktop.i18n import _, ngettext
from desktop.services.retention import CHOICES, RetentionState
from desktop.services.session import Session
from desktop.ui.announce import announce
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import Button, Select, label, row
from desktop.ui.theme.theme import Theme

_SHOWN = 5  # titles


class RetentionForm(QWidget):
    """Attributes:
    chosen: with the number of days, 0 for good.
    agreed: erase what has had its time, and from now on without asking.
    select: the choice; it stands elsewhere.
    """

    chosen = Signal(int)
    agreed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.select = Select(theme, _("How long chats are kept"))
        self.select.addItem(_("For good"), 0)
        for days in CHOICES:
            words = ngettext("{count} day", "{count} days", days)
            self.select.addItem(words.format(count=days), days)
        self.said = label("", "small", wrap=True)
        self.agree_button = Button(theme, _("Erase these, and from now on unasked"), "danger")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.said)
        layout.addLayout(row(None, self.agree_button))
        self.said.hide()
        self.agree_button.hide()
        self.select.activated.connect(lambda _place: self.chosen.emit(int(self.select.currentData())))
        self.agree_button.clicked.connect(self._agree)

    def show_state(self, state: RetentionState) -> None:
        """Show the rule, and what it would do."""
        days = state.rule.days or 0
        if self.select.findData(days) < 0:  # chosen on the command line
            words = ngettext("{count} day", "{count} days", days)
            self.select.addItem(words.format(count=days), days)
        self.select.setCurrentIndex(self.select.findData(days))
        asks = bool(state.expired) and state.asks
        self.agree_button.setVisible(asks)
        self.agree_button.setEnabled(True)
        if asks:
            self._say(_question(state))

    def show_receipt(self, receipt: DeletionReceipt | None) -> None:
        """Tell what went."""
        count = receipt.deleted_chats if receipt is not None else 0
        words = ngettext("{count} chat was erased.", "{count} chats were erased.", count)
        self._say(words.format(count=count))
        announce(self, self.said.text())

    def _agree(self) -> None:
        self.agree_button.setEnabled(False)
        self._say(_("Erasing, and looking for what is left …"))
        self.agreed.emit()

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))


class RetentionPresenter(QObject):
    """Attributes:
    erased: chats went.
    failed: an error to be shown.
    """

    erased = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, form: RetentionForm) -> None:
        super().__init__(form)
        self._retention = session.retention
        self._tasks = tasks
        self._form = form
        form.chosen.connect(self._choose)
        form.agreed.connect(self._agree)

    def load(self) -> None:
        """Look what holds."""
        self._tasks.watch(self._retention.state(), self._form.show_state, self.failed.emit)

    def _choose(self, days: int) -> None:
        chosen = self._retention.set_days(days or None)
        self._tasks.watch(chosen, lambda _nothing: self.load(), self.failed.emit)

    def _agree(self) -> None:
        def done(receipt: DeletionReceipt | None) -> None:
            self._form.show_receipt(receipt)
            self.load()
            self.erased.emit()

        self._tasks.run(self._retention.agree, done, self.failed.emit)


def _question(state: RetentionState) -> str:
    count = len(state.expired)
    words = ngettext("{count} chat has had its time", "{count} chats have had their time", count)
    titles = ", ".join(f"“{chat.title or _('Untitled chat')}”" for chat in state.expired[:_SHOWN])
    more = " …" if count > _SHOWN else ""
    head = f"{words.format(count=count)}: {titles}{more}."
    if state.doubts_clock:
        return _("The clock of this computer jumped, so nothing was erased. {what}").format(what=head)
    return _("Nothing goes until you agree once. {what}").format(what=head)
