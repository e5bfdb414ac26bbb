# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is usable while the vault is open, and its orderly end."""

from __future__ import annotations

from pathlib import Path

from desktop.documents.formulas import FormulaRenderer
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.services.backups import Backups
from desktop.services.branches import Branches
from desktop.services.chat_settings import ChatSettingsService
from desktop.services.corrections import Corrections
from desktop.services.everything import Everything
from desktop.services.export.exporter import Exporter
from desktop.services.finder import Finder
from desktop.services.folders import Folders
from desktop.services.history import History
from desktop.services.imports import Importer
from desktop.services.integrity import Integrity
from desktop.services.library import ModelLibrary
from desktop.services.models import Models
from desktop.services.moving import Moving
from desktop.services.naming import Naming
from desktop.services.network import Network
from desktop.services.privacy import Privacy
from desktop.services.replies import Replies
from desktop.services.retention import Retention
from desktop.services.spec import Spec
from desktop.services.training import Training
from desktop.services.under_way import UnderWay
from desktop.services.ways_in import WaysIn
from desktop.services.whereabouts import Places
from desktop.services.window import Window
from desktop.storage.database import Database
from desktop.storage.keychain import Keychain, SystemKeychain
from desktop.storage.sealing import Sealer
from desktop.storage.vault import OpenVault


class Session:
    """An open database with its services: a vault's, or one in memory for temporary chats.

    Attributes:
        history: chats and messages.
        folders: folders of chats.
        places: where one was.
        branches: versions, forks and the map of a chat.
        finder: looking for them.
        replies: asking the model.
        naming: titles by the model; None in memory, where a chat gets none.
        backups: copies of the vault; None in memory.
        privacy: what is kept, and how it is protected.
        everything: all of it, to be seen.
        corrections: putting right what is kept.
        network: whether it was used, and may be.
        formulas: draws them; nothing is started before the first.
        exporter: chats as files.
        importer: other programs' chats.
        moving: everything to another computer, and in from one.
        integrity: looks whether the vault's pages hold; None in memory.
        retention: letting old chats go.
        training: what may be used for training; None in memory, of which nothing ever may.
        spec: what the model is told before every answer.
        models: what answers.
        library: the models there are, and which one answers which chat.
        chat_settings: how answers are drawn, chat by chat.
        window: what the model's window would hold.
        temporary: whether everything here is gone when it closes.
    """

    def __init__(
        self,
        vault: OpenVault | None,
        models: Models,
        *,
        keychain: Keychain | None = None,
        begun_from: Session | None = None,
    ) -> None:
        """Make the services over ``vault``, or over a database in memory.

        Args:
            vault: what is open; None for memory.
            models: which model answers.
            keychain: where a secret that opens the vault may be kept; None for the system's.
            begun_from: the session of the vault whose instructions for every chat hold here too.
        """
        self._vault = vault
        self._closed = False
        self._database = vault.database if vault else Database.in_memory()
        self.temporary = vault is None
        self.models = models
        self.folders = Folders(self._database)
        self.places = Places(self._database)
        self.finder = Finder(self._database)
        self._ways_in = WaysIn(vault, keychain or SystemKeychain()) if vault else None
        self._sealer = Sealer(vault) if vault else None
        self.backups = Backups(vault) if vault else None
        self.spec: Spec = Spec(self._database, begun_from.spec if begun_from else None)
        self.chat_settings: ChatSettingsService = ChatSettingsService(
            self._database, begun_from.chat_settings if begun_from else None
        )
        folder = vault.profile.models if vault else None
        self.library = ModelLibrary(self._database, models, folder=folder)
        self.naming = Naming(self._database, models, self.spec) if vault else None
        self.replies = Replies(
            self._database, models, self.library, self.spec, self.chat_settings, naming=self.naming
        )
        self.history = History(self._database, vault, forget=self._let_the_model_forget)
        self.branches = Branches(self._database, vault, forget=self._let_the_model_forget)
        self.window = Window(self._database, models, self.library, self.spec, self.chat_settings)
        self.privacy = Privacy(self._database, vault, models)
        self.everything = Everything(self._database, vault, self.privacy)
        self.corrections = Corrections(self._database, vault, self.replies, models)
        self.network = Network(self._database)
        self.formulas = FormulaRenderer()
        self._under_way = UnderWay()
        self.exporter = Exporter(self._database, self._under_way)
        self.importer = Importer(self._database, self._under_way)
        self.moving = Moving(self._database, self.exporter, self._under_way)
        self.integrity = Integrity(vault) if vault else None
        self.training = Training(self._database) if vault else None
        self.retention = Retention(self._database, self.history)

    def _let_the_model_forget(self) -> None:
        """It may have read what was erased, and keeps what it read to answer sooner."""
        if not self._closed:  # or it is let go anyway
            self.replies.when_quiet(self.models.unload)

    @property
    def ways_in(self) -> WaysIn:
        """What opens the vault.

        Raises:
            UserActionError: this session is in memory, and nothing of it can be opened later.
        """
        if self._ways_in is None:
            raise UserActionError(_("A temporary chat has no vault."))
        return self._ways_in

    def require_sealer(self) -> Sealer:
        """What makes things unreadable until the vault opens again.

        Raises:
            UserActionError: this session is in memory.
        """
        if self._sealer is None:
            raise UserActionError(_("A temporary chat has no vault."))
        return self._sealer

    def choose_model(self, path: Path) -> None:
        """Answer with this model file from now on, also after the next unlocking. Blocks shortly.

        The path is kept in the vault, because the names of files tell about a person too.
        """
        self.library.use_file(path)

    def close(self) -> None:
        """Stop what streams (its text is kept), finish pending deletions and close the database. Blocks.

        Twice does no harm.
        """
        if self._closed:
            return
        self._closed = True
        self.formulas.close()
        self.replies.close()
        self._under_way.close()
        if self._vault is None or self.backups is None:
            self._database.close()
            return
        self._vault.scans.end_running()  # of a deletion, say: the child knows the key
        self.backups.close()
        if self.integrity is not None:
            self.integrity.close()
        try:
            self.history.complete_deletions()
        finally:
            self._vault.close()
