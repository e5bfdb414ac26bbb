# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings and the Privacy Centre of an open vault, with what keeps them true."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.services.session import Session
from desktop.ui.preferences import Preferences
from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.privacy.presenter import PrivacyPresenter
from desktop.ui.shell.backups_card import BackupsPresenter
from desktop.ui.shell.data_pages import DataPages
from desktop.ui.shell.settings_page import SettingsPage
from desktop.ui.tasks import Tasks
from desktop.ui.theme.controls import scale_layouts
from desktop.ui.theme.theme import Theme
from desktop.ui.training.training_card import TrainingCardPresenter
from desktop.ui.ways_in.presenter import WaysInPresenter


class OwnPages(QObject):
    """Each made when it is first looked at.

    Args:
        session: whose vault.
        tasks: for what takes a moment.
        theme: the look.
        preferences: of this profile.
        folder: the profile's.
        stack: where the pages lie.
        data: the pages behind these.

    Attributes:
        left: back to the chat.
        settings_made: the page, once it is there.
        spec_wanted: with "settings" or "privacy", from where it is wanted to see what the model is told.
        rekey_requested: with the passphrase.
        start_over_requested: erase everything.
        failed: an error to be shown.
        erased: every chat is gone.
        chats_changed: some chats came in, went, or are called or allowed otherwise.
        looking: words are about to be looked for wherever they are kept.
        corrected: what is kept says other things than before.
        consent_changed: no chat may be used for training any more.
        opened: with a chat and the message to show of it.
    """

    left = Signal()
    settings_made = Signal(object)
    spec_wanted = Signal(str)
    rekey_requested = Signal(str)
    start_over_requested = Signal()
    failed = Signal(object)
    erased = Signal()
    chats_changed = Signal()
    looking = Signal()
    corrected = Signal()
    consent_changed = Signal()
    opened = Signal(object, object)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        theme: Theme,
        preferences: Preferences,
        *,
        folder: Path,
        stack: QStackedWidget,
        data: DataPages,
    ) -> None:
        super().__init__(stack)
        self._session = session
        self._tasks = tasks
        self._theme = theme
        self._preferences = preferences
        self._folder = folder
        self._stack = stack
        self._data = data

    @functools.cached_property
    def settings(self) -> SettingsPage:
        """How the app looks and locks, ways in, backups, training."""
        made = SettingsPage(self._theme, self._preferences, self._folder)
        made.left.connect(self.left)
        self._ways_in = WaysInPresenter(self._session, self._tasks, made.ways_in, self._data.choose_page)
        self._ways_in.rekey_requested.connect(self.rekey_requested)
        self._backups = BackupsPresenter(self._session, self._tasks, made.backups)
        self._training = TrainingCardPresenter(self._session, self._tasks, made.training)
        made.training.review_requested.connect(self._data.begin_review)
        made.spec.requested.connect(lambda: self.spec_wanted.emit("settings"))
        self.settings_made.emit(made)
        self._stack.addWidget(made)
        scale_layouts(made, self._theme.scale)
        return made

    @functools.cached_property
    def privacy(self) -> PrivacyPage:
        """The Privacy Centre."""
        made = PrivacyPage(self._theme)
        made.left.connect(self.left)
        made.export_requested.connect(lambda: self._data.begin_export(None))
        made.spec_requested.connect(lambda: self.spec_wanted.emit("privacy"))
        made.start_over.confirmed.connect(self.start_over_requested)
        made.move_requested.connect(self._data.begin_move)
        self._privacy_presenter = told = PrivacyPresenter(self._session, self._tasks, made)
        told.failed.connect(self.failed)
        told.erased.connect(self.erased)
        told.chats_changed.connect(self.chats_changed)
        told.looking.connect(self.looking)
        told.corrected.connect(self.corrected)
        told.consent_changed.connect(self.consent_changed)
        told.opened.connect(self.opened)
        self._stack.addWidget(made)
        return made

    def load_settings(self) -> None:
        """Look again at what the settings show."""
        for shown in (self._backups, self._training, self._ways_in):
            shown.load()

    def load_privacy(self) -> None:
        """Look again at everything the Privacy Centre tells."""
        self._privacy_presenter.load()

    def is_made(self, name: str) -> bool:
        """Whether the page of this name was looked at before."""
        return name in self.__dict__
