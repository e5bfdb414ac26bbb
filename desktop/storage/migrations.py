# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbered steps from an empty file to today's shape. ``PRAGMA user_version`` says which were made."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

from desktop.domain.errors import VaultNewerError
from desktop.i18n import _
from desktop.storage.connection import Connection


def steps() -> list[str]:
    """The SQL of every step, in order; the first leads from version 0 to 1."""
    folder = resources.files("desktop.storage").joinpath("migrations")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    return [file.read_text(encoding="utf-8") for file in files]


def version(connection: Connection) -> int:
    """Which step the file is at."""
    row = connection.execute("PRAGMA user_version").fetchone()
    return int(row[0]) if row else 0


def require_known(found: int, newest: int | None = None) -> None:
    """Refuse a file from the future.

    Args:
        found: the file's version.
        newest: the last step known; None: ours.

    Raises:
        VaultNewerError: it has more steps than we know.
    """
    if found > (len(steps()) if newest is None else newest):
        raise newer_error()


def newer_error() -> VaultNewerError:
    """A file has a shape that only a later version knows."""
    return VaultNewerError(
        _("This vault was written by a newer Inglenook. It was left untouched; update Inglenook to open it.")
    )


def migrate(
    connection: Connection,
    *,
    back_up: Callable[[], None] | None = None,
    known: list[str] | None = None,
) -> None:
    """Bring the file to today's shape; each step and its number are one transaction.

    Args:
        connection: with no transaction open.
        back_up: called once before an existing file is changed; if it raises, nothing is.
        known: the steps, if not ours (for tests).

    Raises:
        VaultNewerError: nothing was changed.
    """
    sql = known if known is not None else steps()
    found = version(connection)
    require_known(found, len(sql))
    if 0 < found < len(sql) and back_up is not None:
        back_up()
    for number, step in enumerate(sql[found:], start=found + 1):
        try:
            # executescript adds no transaction: a failing statement leaves ours open to be rolled back.
            connection.executescript(f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {number};\nCOMMIT;")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
