# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command needs, made when it is needed and put away in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.cli import terminal
from desktop.domain.generation import EngineFault
from desktop.paths import Profile
from desktop.sandbox.launcher import Launcher
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService


@dataclass(frozen=True, slots=True)
class Context:
    """Where the command works and with what.

    Attributes:
        profile: whose vault.
        passphrase_file: holds its passphrase; None to ask for it.
        make_models: makes what answers.
        keychain: open the vault with the keychain of the system, whatever else there is.
        launcher: starts a downloader; None for every command but the one that downloads.
    """

    profile: Profile
    passphrase_file: Path | None
    make_models: Callable[[], Models]
    keychain: bool = False
    launcher: Launcher | None = None

    def vault_service(self, models: Models) -> VaultService:
        """The profile's door."""
        return VaultService(self.profile, lambda vault: Session(vault, models))

    @contextmanager
    def session(
        self, *, temporary: bool = False, asking: bool = False, passphrase: str | None = None
    ) -> Iterator[Session]:
        """An open session, closed afterwards together with the engine.

        Args:
            temporary: in memory; no passphrase is asked for.
            asking: the model will be needed, so it loads while the key is derived.
            passphrase: if it was read before.
        """
        models = self.make_models()
        loader = threading.Thread(target=_preload, args=(models,), name="preload", daemon=True)
        try:
            service = self.vault_service(models)
            by_keychain = not temporary and passphrase is None and self._by_keychain(service)
            if not temporary and passphrase is None and not by_keychain:
                passphrase = terminal.read_passphrase(self.passphrase_file)
            if asking:
                loader.start()
            if by_keychain:
                session = service.unlock_with_keychain()
            else:
                session = Session(None, models) if passphrase is None else service.unlock(passphrase)
            try:
                session.retention.run()
                yield session
            finally:
                session.close()
        finally:
            models.close()

    def _by_keychain(self, service: VaultService) -> bool:
        """Whether the keychain opens the vault: if told so, or nobody can be asked and it is a way in."""
        if self.keychain or self.passphrase_file is not None:
            return self.keychain
        return not terminal.interactive() and service.may_use_keychain()


def _preload(models: Models) -> None:
    try:
        models.ensure_loaded()
    except EngineFault:
        return  # said when the question is asked
