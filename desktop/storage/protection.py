# SPDX-License-Identifier: GPL-3.0-or-later
"""What the database library does for this very connection, asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.storage.connection import Connection


@dataclass(frozen=True, slots=True)
class CipherFacts:
    """Attributes:
    cipher: such as AES-256-CBC; "" where nothing is encrypted.
    provider: whose code encrypts, with its version.
    page_bytes: size of a page, each encrypted by itself.
    integrity: what tells that a page was changed, such as HMAC_SHA512; "" if nothing does.
    overwrites: whether what is deleted is overwritten.
    """

    cipher: str
    provider: str
    page_bytes: int
    integrity: str
    overwrites: bool


def cipher_facts(conn: Connection) -> CipherFacts:
    """Ask the library."""

    def said(pragma: str) -> str:
        row = conn.execute(f"PRAGMA {pragma}").fetchone()
        return str(row[0]) if row and row[0] is not None else ""

    encrypted = said("cipher_status") == "1"
    return CipherFacts(
        cipher=said("cipher") if encrypted else "",
        provider=said("cipher_provider_version"),
        page_bytes=int(said("page_size") or 0),
        integrity=said("cipher_hmac_algorithm") if encrypted and said("cipher_use_hmac") == "1" else "",
        overwrites=said("secure_delete") == "1",
    )
