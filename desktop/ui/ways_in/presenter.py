# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the cards of the ways in ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import WrongPassphraseError
from desktop.i18n import _
from desktop.services.session import Session
from desktop.services.ways_in import WaysInState, write_recovery_page
from desktop.ui.announce import announce
from desktop.ui.shell.passphrase_card import PassphrasePresenter
from desktop.ui.tasks import Tasks
from desktop.ui.ways_in.card import something_went_wrong
from desktop.ui.ways_in.group import WaysInGroup
from desktop.ui.ways_in.paper import recovery_page

ChoosePlace = Callable[[str], Path | None]


class WaysInPresenter(QObject):
    """All of it but the encrypting anew, for which the vault has to be closed.

    Args:
        session: whose ways in; one in memory has none, and nothing is shown.
        tasks: for what blocks.
        group: the cards.
        choose_place: asks where a file of this name is to be written.

    Attributes:
        rekey_requested: with the passphrase, which is right: close the vault, encrypt it anew, open it.
    """

    rekey_requested = Signal(str)

    def __init__(self, session: Session, tasks: Tasks, group: WaysInGroup, choose_place: ChoosePlace) -> None:
        super().__init__(group)
        self._session = session
        self._tasks = tasks
        self._group = group
        self._choose_place = choose_place
        self._passphrase = PassphrasePresenter(session, tasks, group.passphrase)
        recovery, keychain = group.recovery, group.keychain
        recovery.wanted.connect(lambda: recovery.show_code(session.ways_in.make_recovery_code()))
        recovery.page_wanted.connect(self._write_page)
        recovery.typed_back.connect(self._keep_code)
        recovery.removal_confirmed.connect(self._remove_code)
        keychain.on_wanted.connect(self._use_keychain)
        keychain.off_wanted.connect(self._leave_keychain)
        group.rekey.wanted.connect(self._rekey)
        group.key.wanted.connect(self._reveal)
        group.setVisible(not session.temporary)

    def load(self, then: Callable[[], object] = lambda: None) -> None:
        """Look how things stand, show it, and do ``then``."""

        def show(state: WaysInState) -> None:
            self._group.recovery.show_state(state)
            self._group.keychain.show_state(state)
            then()

        if not self._session.temporary:
            self._tasks.run(self._session.ways_in.state, show, self._not_known)

    def _not_known(self, error: Exception) -> None:
        self._group.recovery.fail(error, something_went_wrong())

    def _keep_code(self, code: str) -> None:
        card = self._group.recovery

        def kept(_backups: int) -> None:
            card.set_busy(False)
            card.close_form()
            announce(card, _("The code opens your chats from now on. It is not shown again."))
            self.load()

        card.set_busy(True)
        self._tasks.run(
            lambda: self._session.ways_in.keep_recovery_code(code),
            kept,
            lambda error: card.fail(error, something_went_wrong()),
        )

    def _remove_code(self) -> None:
        card = self._group.recovery

        def removed(_nothing: None) -> None:
            card.set_busy(False)
            card.close_form()
            announce(card, _("Removed. No recovery code opens your chats any more."))
            self.load()

        card.set_busy(True)
        self._tasks.run(
            self._session.ways_in.remove_recovery_code,
            removed,
            lambda error: card.fail(error, something_went_wrong()),
        )

    def _write_page(self, code: str) -> None:
        card = self._group.recovery
        place = self._choose_place(_("inglenook-recovery-code.pdf"))
        if place is not None:
            page = recovery_page(code)  # some milliseconds, and Qt's fonts belong to this thread
            self._tasks.run(
                lambda: write_recovery_page(place, page),
                lambda _nothing: card.show_saved(str(place)),
                lambda error: card.fail(error, something_went_wrong()),
            )

    def _use_keychain(self) -> None:
        card = self._group.keychain

        def used(_name: str) -> None:
            card.set_busy(False)
            card.close_form()
            self.load()

        card.set_busy(True)
        self._tasks.run(
            self._session.ways_in.use_keychain, used, lambda error: card.fail(error, something_went_wrong())
        )

    def _leave_keychain(self) -> None:
        card = self._group.keychain

        def left(is_gone: bool) -> None:
            card.set_busy(False)
            words = _("Off. The keychain did not let go of its entry “inglenook”, which opens nothing now.")
            self.load(lambda: None if is_gone else card.tell(words))

        card.set_busy(True)
        self._tasks.run(
            self._session.ways_in.leave_keychain, left, lambda error: card.fail(error, something_went_wrong())
        )

    def _rekey(self, passphrase: str) -> None:
        card = self._group.rekey

        def tried(is_right: bool) -> None:
            if is_right:
                self.rekey_requested.emit(passphrase)
            else:
                card.show_wrong()

        card.set_busy(True)
        self._tasks.run(
            lambda: self._session.ways_in.is_passphrase(passphrase),
            tried,
            lambda error: card.fail(error, something_went_wrong()),
        )

    def _reveal(self, secret: str) -> None:
        card = self._group.key

        def refused(error: Exception) -> None:
            if isinstance(error, WrongPassphraseError):
                card.show_wrong(str(error))
            else:
                card.fail(error, something_went_wrong())

        card.set_busy(True)
        self._tasks.run(lambda: self._session.ways_in.reveal_key_to(secret), card.show_key, refused)
