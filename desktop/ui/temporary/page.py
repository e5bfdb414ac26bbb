# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a temporary chat: dusk instead of day, so that nobody takes it for one that is kept."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from desktop.i18n import _
from desktop.ui.chat.empty_state import Beginning
from desktop.ui.chat.header import Header
from desktop.ui.chat.page import ChatPage
from desktop.ui.chat.privacy_line import PrivacyFacts, cannot_promise
from desktop.ui.shell.tabbing import step_past
from desktop.ui.temporary.leave_bar import LeaveBar
from desktop.ui.theme.controls import Button, IconButton, IconLabel, label, restyle, row
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens
from desktop.ui.transcript.model import Loader


class TemporaryHeader(Header):
    """Says what this is, instead of a title.

    Attributes:
        keep_requested: put the chat into the vault.
        end_requested: the person is done with it.
    """

    keep_requested = Signal()
    end_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setProperty("temporary", True)
        pill = QFrame()
        pill.setProperty("kind", "pill")
        inside = row(IconLabel(theme, "moon-star", "dusk", 14), label(_("Temporary chat"), "dusk"), spacing=6)
        inside.setContentsMargins(10, 4, 12, 4)
        pill.setLayout(inside)
        self.keep_button = Button(theme, _("Keep this chat"), "chip", icon="archive", icon_size=14)
        self.keep_button.setToolTip(_("Put it into your vault, with everything said in it"))
        self.keep_button.setProperty("ringRadius", 13)
        self.end_button = IconButton(theme, "x", _("End this temporary chat"), size=16)
        pill.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # The room a title is edited in would keep the window wide.
        self._place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.put_beside(before=[pill], after=[self.keep_button, self.end_button])
        self.keep_button.clicked.connect(self.keep_requested)
        self.end_button.clicked.connect(self.end_requested)

    def show_title(self, _title: str) -> None:
        """It has none, and cannot be renamed, exported or allowed for training."""
        super().show_title("")


class TemporaryBeginning(Beginning):
    """What a temporary chat is, and what we cannot promise of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            "moon-star",
            "dusk",
            _("Nothing here is written down"),
            _(
                "This chat lives in memory only. It is not saved, not searchable, and can never be used for "
                "training. Close it and it is gone."
            ),
        )
        self.note = label("", "small", wrap=True)
        self.promise = label(cannot_promise(), "small", wrap=True)
        for words in (self.note, self.promise):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.below.addWidget(words)
        self.lasting_button = Button(theme, _("Begin a chat that is kept instead"), "link")
        self.lasting_button.clicked.connect(self.lasting_requested)
        self.below.addLayout(row(None, self.lasting_button, None))

    def show_vault(self, is_open: bool) -> None:
        """Say what locking does to it.

        Args:
            is_open: whether a vault is, which it can wait for and be kept in.
        """
        if is_open:
            self.note.setText(_("While Inglenook is locked it waits in memory, encrypted."))
        else:
            self.note.setText(
                _("No vault is open, so it cannot be kept, and it ends when Inglenook would lock.")
            )
        self.lasting_button.setVisible(is_open)


class TemporaryPage(ChatPage):
    """One temporary chat."""

    header: TemporaryHeader
    empty: TemporaryBeginning

    def __init__(self, theme: Theme, facts: PrivacyFacts, load: Loader, *, vault_is_open: bool) -> None:
        super().__init__(theme, facts, load)
        self.setAccessibleName(_("Temporary chat"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("temporary", True)
        restyle(self.composer, "temporary", True)
        self._vault_is_open = vault_is_open
        self.leave_bar = LeaveBar(theme)
        self.above_composer.addWidget(self.leave_bar)
        self.empty.show_vault(vault_is_open)
        self.header.keep_button.setVisible(vault_is_open)
        self.show_begun(False)

    def make_header(self, theme: Theme) -> Header:
        """Another one than a chat's that is kept."""
        return TemporaryHeader(theme)

    def make_empty(self, theme: Theme) -> Beginning:
        """What this is."""
        return TemporaryBeginning(theme)

    def tokens(self) -> Tokens:
        """Dusk, behind the transcript too."""
        tokens = super().tokens()
        return replace(tokens, bg=tokens.dusk_ground)

    def show_begun(self, begun: bool) -> None:
        """Whether there is something to keep."""
        self.header.keep_button.setEnabled(begun)

    def ask_to_leave(self) -> None:
        """Ask once before it goes."""
        self.leave_bar.ask(self._vault_is_open, self.header.keep_button.isEnabled())

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, past the transcript's inside, which it walks through itself."""
        return step_past(self, [self.transcript.viewport()], forward=forward)
