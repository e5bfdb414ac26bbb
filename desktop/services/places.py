# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a person's own files may be written, and what they are told where they cannot be."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.i18n import _

_OURS = ("vault.db", "vault.db-wal", "keyslots.json")  # without one of these, everything is lost


def require_file_name(path: Path) -> None:
    """Refuse a vault's own file, and what is none: a device or a pipe would be taken from everyone.

    Raises:
        UserActionError.
    """
    try:
        is_other = not path.name or (path.exists() and not path.is_file())
    except OSError:  # a name no system takes
        return
    if is_other:
        raise UserActionError(
            _("This is a folder or a device, not a file. Nothing was written; choose another name.")
        )
    if path.name in _OURS and any((path.parent / name).exists() for name in _OURS):
        raise UserActionError(
            _("A vault lies here, and this would take the place of a part of it. Choose another name.")
        )


def not_written() -> EnvironmentFaultError:
    """The disk did not take a file."""
    return EnvironmentFaultError(
        _(
            "The file cannot be written there: the disk is full, or the folder does not allow it. "
            "Nothing was changed; choose another place."
        )
    )
