# SPDX-License-Identifier: GPL-3.0-or-later
"""What must wait in memory while the vault is locked, unreadable without the vault's key."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage.connection import KEY_BYTES
from desktop.storage.vault import OpenVault

_NONCE_BYTES = 12  # NIST SP 800-38D §8.2
_PURPOSE = b"inglenook: what is sealed while the vault is locked"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Bytes under a key of their own, and that key under one that only the open vault has.

    Attributes:
        wrapped_key: nonce, AES-256-GCM of the 32 byte key, tag.
        content: nonce, AES-256-GCM of what was sealed, tag.
    """

    wrapped_key: bytes
    content: bytes


class Sealer:
    """Seals and opens for one open vault; after the vault was closed it does neither."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def seal(self, content: bytes) -> Sealed:
        """Make ``content`` unreadable until this vault is open again."""
        key = os.urandom(KEY_BYTES)
        return Sealed(self._encrypt(self._wrapping_key(), key), self._encrypt(key, content))

    def open(self, sealed: Sealed) -> bytes:
        """What was sealed.

        Raises:
            UserActionError: it was sealed by another vault, or before the vault was encrypted anew.
        """
        try:
            key = self._decrypt(self._wrapping_key(), sealed.wrapped_key)
            return self._decrypt(key, sealed.content)
        except InvalidTag:
            raise UserActionError(
                _("The temporary chat that was open is gone: the vault got another key meanwhile.")
            ) from None

    def _wrapping_key(self) -> bytes:
        """Derived, so that nothing about it has to be written down."""
        if not self._vault.key:
            raise RuntimeError("the vault is closed")
        return HKDF(SHA256(), KEY_BYTES, None, _PURPOSE).derive(self._vault.key)

    def _encrypt(self, key: bytes, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plain, self._vault.database_id.encode())

    def _decrypt(self, key: bytes, box: bytes) -> bytes:
        nonce, content = box[:_NONCE_BYTES], box[_NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, content, self._vault.database_id.encode())
