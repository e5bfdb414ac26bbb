# SPDX-License-Identifier: GPL-3.0-or-later
"""Three families of errors: what a person can act on, what the environment did, and our bugs.

Bugs are every other exception. No message here may carry a person's text, title, path or key.
"""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """Exit statuses of the command line (a contract)."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    WRONG_PASSPHRASE = 3
    HELD_ELSEWHERE = 4


class InglenookError(Exception):
    """Base of errors that are shown to a person. ``str(error)`` is one translated, human sentence or two."""

    exit_code = ExitCode.FAILURE


class UserActionError(InglenookError):
    """Something the person can put right: a wrong passphrase, an unknown chat, a bad option."""


class EnvironmentFaultError(InglenookError):
    """Something the machine did: a full disk, a damaged file, a missing library."""


class UsageError(UserActionError):
    """The command line was called in a way it does not understand."""

    exit_code = ExitCode.USAGE


class WrongPassphraseError(UserActionError):
    """The passphrase opens no slot."""

    exit_code = ExitCode.WRONG_PASSPHRASE


class VaultHeldError(UserActionError):
    """Another Inglenook has this profile open."""

    exit_code = ExitCode.HELD_ELSEWHERE


class VaultAbsentError(UserActionError):
    """There is no vault in this profile yet."""


class VaultExistsError(UserActionError):
    """There is a vault in this profile already; nothing was changed."""


class VaultErasingError(UserActionError):
    """Erasing this vault was cut short; nothing opens it any more, it can only be finished."""


class KeySlotsMissingError(EnvironmentFaultError):
    """vault.db is there, keyslots.json is not: nothing can open it, and nothing is overwritten."""


class KeySlotsDamagedError(EnvironmentFaultError):
    """keyslots.json cannot be read as what it should be."""


class VaultMissingError(EnvironmentFaultError):
    """keyslots.json is there, vault.db is not; no new database is made in its place."""


class VaultForeignError(EnvironmentFaultError):
    """vault.db is not a vault of ours (a plain database, another program's, or another vault's)."""


class VaultDamagedError(EnvironmentFaultError):
    """vault.db is ours but damaged."""


class VaultNewerError(UserActionError):
    """vault.db was written by a newer Inglenook; it is left untouched."""


class CipherUnavailableError(EnvironmentFaultError):
    """The database library does not encrypt; nothing is opened."""


class KeychainError(EnvironmentFaultError):
    """The keychain of the system does not open the vault; the passphrase does."""


class StorageFullError(EnvironmentFaultError):
    """The disk is full or cannot be written; what was acknowledged before is safe."""


class UnknownChatError(UserActionError):
    """No chat has this id."""


class UnknownMessageError(UserActionError):
    """No message has this id in this chat."""
