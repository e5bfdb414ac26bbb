# SPDX-License-Identifier: GPL-3.0-or-later
"""The keychain of the system, which keeps a random secret that opens the vault without a passphrase.

Reached through the keyring library, of which only the backends named here are used: left to itself it takes
what an environment variable or a settings file names, a plain file included. Imported when it is wanted.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib import import_module
from typing import Any, Protocol, TypeVar

from desktop.domain.errors import KeychainError
from desktop.i18n import _

T = TypeVar("T")

SERVICE = "inglenook"  # what the item is filed under, beside the vault's id
SECRET_BYTES = 32
PATIENCE_S = 60.0  # the system may ask the person for the keychain's own password meanwhile

_LINUX = (
    "keyring.backends.SecretService.Keyring",  # GNOME Keyring, KWallet and KeePassXC all answer to it
    "keyring.backends.kwallet.DBusKeyring",  # where python-dbus is installed
)
_BACKENDS = {
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}


class Keychain(Protocol):
    """Keeps secrets by the name of the vault they open."""

    def name(self) -> str | None:
        """What it is called, for a person; None where there is none to trust a key to."""

    def keep(self, account: str, secret: bytes) -> None:
        """Keep ``secret``, in place of what was kept for ``account``.

        Raises:
            KeychainError: it is not kept.
        """

    def find(self, account: str) -> bytes | None:
        """What is kept for ``account``; None if nothing is, or no secret of ours.

        Raises:
            KeychainError: it does not tell.
        """

    def forget(self, account: str) -> None:
        """Keep nothing for ``account`` any more.

        Raises:
            KeychainError: what was there may be there still.
        """


class SystemKeychain:
    """That of the system this runs on. Calls block, for as long as the system asks the person something.

    Args:
        backends: the classes of keyring to try, in order; what is not named here is never used.
    """

    def __init__(self, backends: tuple[str, ...] | None = None) -> None:
        self._names = _BACKENDS.get(sys.platform, _LINUX) if backends is None else backends

    def name(self) -> str | None:
        """What it is called; None where there is none."""
        with contextlib.suppress(KeychainError):
            return _in_words(_answer(lambda: _backend_name(self._backend())))
        return None

    def keep(self, account: str, secret: bytes) -> None:
        """Keep it, and see that it is kept."""

        def work() -> bool:
            backend = self._backend()
            backend.set_password(SERVICE, account, secret.hex())
            return bool(backend.get_password(SERVICE, account) == secret.hex())

        if not _answer(work):
            raise _silent()

    def find(self, account: str) -> bytes | None:
        """What is kept, if it has the form of a secret of ours."""
        found = _answer(lambda: self._backend().get_password(SERVICE, account))
        with contextlib.suppress(ValueError, TypeError):
            secret = bytes.fromhex(found)
            return secret if len(secret) == SECRET_BYTES else None
        return None

    def forget(self, account: str) -> None:
        """Remove it; that nothing was there is as well."""

        def work() -> None:
            backend = self._backend()
            if backend.get_password(SERVICE, account) is not None:
                backend.delete_password(SERVICE, account)

        _answer(work)

    def _backend(self) -> Any:
        for name in self._names:
            module, _dot, kind = name.rpartition(".")
            with contextlib.suppress(Exception):  # of a stranger's library over a stranger's service
                found = getattr(import_module(module), kind)
                if found.priority > 0:  # raises where it would not work
                    return found()
        raise KeychainError(_("This system has no keychain that Inglenook would trust with the key."))


def make_secret() -> bytes:
    """A new one, 256 bits."""
    return os.urandom(SECRET_BYTES)


def _answer(ask: Callable[[], T]) -> T:
    """What the keychain says, on a thread that may be left behind: a question nobody answers never ends.

    Raises:
        KeychainError: it says nothing in time, or what it says is no answer.
    """
    answer: Future[T] = Future()

    def work() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=work, name="keychain", daemon=True).start()
    try:
        return answer.result(PATIENCE_S)
    except KeychainError:
        raise
    except Exception:  # its words may quote what they are about
        raise _silent() from None


def _silent() -> KeychainError:
    return KeychainError(
        _(
            "The keychain of this system did not answer; it may be locked. "
            "Your passphrase still opens the vault."
        )
    )


def _backend_name(backend: Any) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


def _in_words(backend: str) -> str:
    words = {
        "keyring.backends.SecretService.Keyring": _("Secret Service (GNOME Keyring, KWallet or KeePassXC)"),
        "keyring.backends.kwallet.DBusKeyring": _("KWallet"),
        "keyring.backends.macOS.Keyring": _("macOS Keychain"),
        "keyring.backends.Windows.WinVaultKeyring": _("Windows Credential Locker"),
    }
    return words.get(backend, backend)
