# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides which page stands at the door, and opens it. Key derivation runs off the UI thread."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.errors import (
    InglenookError,
    KeychainError,
    KeySlotsMissingError,
    UserActionError,
    VaultDamagedError,
    VaultErasingError,
    VaultExistsError,
    VaultHeldError,
    VaultMissingError,
    VaultNewerError,
    WrongPassphraseError,
)
from desktop.domain.vault import ErasureReceipt, VaultState
from desktop.i18n import _
from desktop.services.vault import PassphraseStrength, VaultService, judge_passphrase
from desktop.ui.files import choose_folder
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.rekey_page import RekeyPage
from desktop.ui.lock.restore_page import RestorePage
from desktop.ui.lock.start_over import StartOver
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.troubles import can_be_erased, can_be_restored, trouble_of
from desktop.ui.lock.unlock_page import ForgottenPage, UnlockPage
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.services.session import Session

_NOT_ABOUT_THE_PASSPHRASE = (VaultErasingError, VaultHeldError, VaultExistsError, VaultNewerError)


class Door(QObject):
    """The pages before a session.

    Attributes:
        opened: with the Session, once the vault is made or unlocked.
        brings_chats: whether whoever made the vault has chats from another computer; until it is looked at.
        moved: with a folder, when the person wants another profile.
        temporary_requested: a temporary chat, with the vault as it is.
        erased: the vault is gone with everything that was kept.
    """

    opened = Signal(object)
    moved = Signal(object)
    temporary_requested = Signal()
    erased = Signal()

    def __init__(self, service: VaultService, tasks: Tasks, theme: Theme, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._service = service
        self._tasks = tasks
        self._theme = theme
        self._stack = stack
        self._page: QWidget | None = None
        self._start_over = StartOver(service, tasks, theme, self)
        self._start_over.erased.connect(self._show_erased)
        self._start_over.left.connect(self.knock)
        self._start_over.elsewhere.connect(self._choose_folder)
        self.brings_chats = False

    @property
    def page(self) -> QWidget | None:
        """What stands at the door."""
        return self._page

    def knock(self) -> None:
        """Look what is there and show the page for it."""
        match self._service.state():
            case VaultState.ABSENT:
                self._show_first_start()
            case VaultState.PRESENT:
                self.show_unlock()
            case VaultState.KEYSLOTS_MISSING:
                self.show_trouble(KeySlotsMissingError())
            case VaultState.DATABASE_MISSING:
                self.show_trouble(VaultMissingError())
            case VaultState.ERASING:
                self._show_start_over(unfinished=True)

    def show_unlock(self) -> UnlockPage:
        """Ask for the passphrase."""
        page = UnlockPage(self._theme)
        page.entered.connect(self._unlock)
        page.forgotten.connect(self._show_forgotten)
        page.temporary_requested.connect(self.temporary_requested)
        page.keychain_requested.connect(self._unlock_with_keychain)
        page.offer_keychain(self._service.may_use_keychain())
        self._put(page)
        page.passphrase.edit.setFocus()
        return page

    def show_rekeying(self) -> RekeyPage:
        """Show how far encrypting anew is."""
        page = RekeyPage(self._theme)
        self._put(page)
        return page

    def request_temporary(self) -> None:
        """As its button does: not while the vault is being opened."""
        if isinstance(self._page, UnlockPage | FirstStartPage):
            self._page.temporary_button.click()

    def erase(self, close: Callable[[], None]) -> None:
        """Erase the vault, which was confirmed elsewhere, after ``close`` closed it."""
        page = self._start_over.page()
        self._put(page)
        self._start_over.erase(page, close)

    def show_trouble(self, error: Exception) -> None:
        """Say why the vault does not open."""
        if isinstance(error, VaultErasingError):
            self._show_start_over(unfinished=True)
            return
        page = TroublePage(self._theme, trouble_of(error), self._service.profile.folder)
        page.again.connect(self.knock)
        page.elsewhere.connect(self._choose_folder)
        page.restore.connect(lambda: self._show_restore(error))
        page.restore_button.setVisible(can_be_restored(error) and bool(self._service.backups()))
        page.erase_button.setVisible(can_be_erased(error))
        page.erase.connect(self._show_start_over)
        self._put(page)
        page.again_button.setFocus()

    def show_restore(self) -> None:
        """Put a backup in the place of a vault that was found damaged while it was open."""
        if self._service.backups():
            self._show_restore(VaultDamagedError())
        else:
            self.knock()

    def leave(self) -> None:
        """Take the page away, with whatever was typed into it."""
        if self._page is not None:
            self._stack.removeWidget(self._page)
            self._page.deleteLater()
            self._page = None

    def _show_start_over(self, *, unfinished: bool = False) -> None:
        page = self._start_over.page(unfinished=unfinished)
        self._put(page)
        page.setFocus()

    def _show_erased(self, receipt: ErasureReceipt | None) -> None:
        """Begin anew, with the receipt in sight."""
        self.erased.emit()
        self.knock()
        if isinstance(self._page, FirstStartPage) and receipt is not None:
            self._page.show_erased(receipt)

    def _show_first_start(self) -> None:
        page = FirstStartPage(self._theme)
        page.judged.connect(self._judge)
        page.chosen.connect(self._create)
        page.temporary_requested.connect(self.temporary_requested)
        self._put(page)
        page.passphrase.edit.setFocus()

    def _show_forgotten(self) -> None:
        page = ForgottenPage(self._theme, self._service.profile.folder)
        page.back.connect(self.knock)
        page.start_over.connect(self._choose_folder)
        page.erase.connect(self._show_start_over)
        self._put(page)
        page.back_button.setFocus()

    def _show_restore(self, error: Exception) -> None:
        """Put a backup in the place of a vault that ``error`` is about."""
        damaged = isinstance(error, VaultDamagedError)
        page = RestorePage(self._theme, self._service.backups(), damaged=damaged)
        page.back.connect(lambda: self.show_trouble(error))
        page.chosen.connect(self._restore)
        self._put(page)
        page.passphrase.edit.setFocus()

    def _restore(self, name: str, passphrase: str) -> None:
        page = self._page
        if isinstance(page, RestorePage):
            page.show_busy(True)
            work = functools.partial(self._service.restore, name, passphrase)
            self._tasks.run(work, lambda _nothing: self._unlock_with(passphrase), self._not_restored)

    def _unlock_with(self, passphrase: str) -> None:
        """As the person would: the passphrase was typed a moment ago."""
        self.show_unlock()
        self._unlock(passphrase)

    def _not_restored(self, error: Exception) -> None:
        page = self._page
        if isinstance(page, RestorePage):
            wrong = isinstance(error, WrongPassphraseError)
            if wrong or isinstance(error, InglenookError):
                page.show_problem(_("That passphrase does not open this backup.") if wrong else str(error))
            else:
                self.show_trouble(error)
        self._raise_bug(error)

    def _judge(self, passphrase: str) -> None:
        page = self._page

        def judged(strength: PassphraseStrength) -> None:
            if page is self._page and isinstance(page, FirstStartPage):
                page.show_strength(passphrase, strength)

        self._tasks.run(lambda: judge_passphrase(passphrase), judged)

    def _create(self, passphrase: str) -> None:
        page = self._page
        if isinstance(page, FirstStartPage):
            page.show_busy(True)
            self.brings_chats = page.has_chats.isChecked()
            self._tasks.run(lambda: self._service.create(passphrase), self._let_in, self._not_created)

    def _unlock(self, passphrase: str) -> None:
        page = self._page
        if isinstance(page, UnlockPage):
            page.show_busy(True)
            self._tasks.run(lambda: self._service.unlock(passphrase), self._let_in, self._not_unlocked)

    def _unlock_with_keychain(self) -> None:
        page = self._page
        if isinstance(page, UnlockPage):
            page.show_busy(True)
            self._tasks.run(self._service.unlock_with_keychain, self._let_in, self._keychain_refused)

    def _keychain_refused(self, error: Exception) -> None:
        """The passphrase is asked for as before."""
        page = self._page
        about_the_vault = isinstance(error, _NOT_ABOUT_THE_PASSPHRASE)
        if isinstance(error, KeychainError | UserActionError) and not about_the_vault:
            if isinstance(page, UnlockPage):
                page.show_busy(False)
                page.show_keychain_problem(str(error))
        else:
            self._not_unlocked(error)

    def _let_in(self, session: Session) -> None:
        self.opened.emit(session)

    def _not_created(self, error: Exception) -> None:
        page = self._page
        if isinstance(page, FirstStartPage):
            page.show_busy(False)
            if isinstance(error, UserActionError) and not isinstance(error, _NOT_ABOUT_THE_PASSPHRASE):
                page.show_problem(str(error))
            else:
                self.show_trouble(error)
        self._raise_bug(error)

    def _not_unlocked(self, error: Exception) -> None:
        page = self._page
        if isinstance(page, UnlockPage):
            page.show_busy(False)
            if isinstance(error, WrongPassphraseError):
                page.show_wrong(_("That is not the passphrase. Try again, there is no limit."))
            else:
                self.show_trouble(error)
        self._raise_bug(error)

    def _raise_bug(self, error: Exception) -> None:
        """What is not one of our messages is a bug: it is shown calmly, and reported as one."""
        if not isinstance(error, InglenookError):
            raise error

    def _choose_folder(self) -> None:
        folder = choose_folder(
            self._stack.window(),
            _("An empty folder for the new vault"),
            self._service.profile.folder.parent,
        )
        if folder is not None:
            self.moved.emit(folder)

    def _put(self, page: QWidget) -> None:
        self.leave()
        self._page = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
