# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary chats: in memory, with a model process of their own, gone when they end unless they are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from desktop.domain.archive import ArchivedChat
from desktop.domain.conversation import Chat
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.services.models import Models, local_models
from desktop.services.session import Session
from desktop.storage.sealing import Sealed

__all__ = ["Sealed", "TemporaryChat", "models_like"]


class _Contents(msgspec.Struct, frozen=True):
    """What a temporary chat holds; ``chat`` is None while nothing was sent."""

    chat: ArchivedChat | None
    draft: str


class TemporaryChat:
    """One chat that no disk sees. It may never be used for training.

    Attributes:
        session: its database in memory, and the model that answers it.
        draft: what was begun and not sent when it was sealed.
    """

    def __init__(self, models: Models, vault: Session | None = None) -> None:
        """Begin one.

        Args:
            models: its own; ended with it, because they have read it.
            vault: the session it is begun from, whose instructions for every chat hold in it too; None where
                no vault is open.
        """
        self.session = Session(None, models, begun_from=vault)
        self.draft = ""
        self._lock = threading.Lock()  # it is kept or sealed, not both
        self._kept = False

    @classmethod
    def unseal(cls, sealed: Sealed, vault: Session, models: Models) -> TemporaryChat:
        """The chat that was sealed, as it was. Blocks shortly.

        Raises:
            UserActionError: the vault got another key meanwhile; the chat is gone.
        """
        contents = msgspec.msgpack.decode(vault.require_sealer().open(sealed), type=_Contents)
        made = cls(models, vault)
        made.draft = contents.draft
        if contents.chat is not None:
            made.session.history.take_in(contents.chat).result()
        return made

    def chat(self) -> Chat | None:
        """The chat, once something was sent. Blocks shortly."""
        return next(iter(self.session.history.chats().result()), None)

    def seal(self, vault: Session, draft: str) -> Sealed | None:
        """End it, and give all of it back unreadable until the vault opens again. Blocks.

        Args:
            vault: the session of the vault that is about to be locked.
            draft: what is begun and not sent.

        Returns:
            None if there was nothing in it, or it was kept.
        """
        try:
            with self._lock:
                if self._kept:
                    return None
                whole = self._whole()
            contents = _Contents(whole, draft)
            if contents.chat is None and not draft.strip():
                return None
            return vault.require_sealer().seal(msgspec.msgpack.encode(contents))
        finally:
            self.close()

    def keep(self, vault: Session) -> Chat:
        """Put it into the vault, with all branches and times; then it may be closed. Blocks.

        Consent to training stays off there.

        Raises:
            UserActionError: nothing was sent yet.
            StorageFullError: it does not fit.
        """
        with self._lock:
            whole = self._whole()
            if whole is None:
                raise UserActionError(_("There is nothing to keep yet."))
            kept = vault.history.keep_temporary(whole).result()
            self._kept = True
        return kept

    def close(self) -> None:
        """End it and its model process. Blocks; twice does no harm."""
        try:
            self.session.close()
        finally:
            self.session.models.close()

    def _whole(self) -> ArchivedChat | None:
        """Everything that was said; what is being answered is stopped, and its text kept."""
        self.session.replies.stop_and_wait()
        chat = self.chat()
        return None if chat is None else self.session.history.whole(chat.id).result()


def models_like(models: Models | None, make: Callable[[], Models] = local_models) -> Models:
    """Models of a process of their own, with the same file chosen.

    Args:
        models: what answers elsewhere; None takes the model Inglenook came with.
        make: makes them.
    """
    made = make()
    if models is not None and models.current() != made.current():
        made.choose(models.current())
    return made
