# SPDX-License-Identifier: GPL-3.0-or-later
"""Who could read what is kept, as far as this machine can tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.i18n import _
from desktop.sandbox.confine import ConfinementReport
from desktop.services.privacy_reports import WayInReport
from desktop.storage.keyslots import SlotType

_SWAPS = Path("/proc/swaps")


def readers(stored: bool, ways: Sequence[WayInReport], confinement: ConfinementReport) -> list[str]:
    """Everybody and everything, one sentence each.

    Args:
        stored: whether it lies on a disk at all.
        ways: what opens it.
        confinement: what holds for the model's process.
    """
    swap = _swap()
    if not stored:
        return [_("Nobody once it is closed: it is in memory only."), *([swap] if swap else [])]
    kinds = {way.type for way in ways}
    told = [_("Whoever has your passphrase and a copy of the vault or of a backup.")]
    if SlotType.RECOVERY in kinds:
        told.append(_("Whoever has your recovery code and a copy of the vault or of a backup."))
    if SlotType.KEYCHAIN in kinds:
        told.append(_("Other programs of yours, through the keychain of this system."))
    told.append(
        _("While it is unlocked: whoever sits at this screen, and programs that run under your name.")
    )
    told.append(
        _("The model: only the chat it answers, in a process without network or other files.")
        if confinement.child_syscalls_filtered and confinement.landlock_abi
        else _("The model: only the chat it is given, but this system does not confine its process.")
    )
    if swap:
        told.append(swap)
    told.append(
        _(
            "Copies outside: what you exported without a passphrase is plain, and a copy of the vault made "
            "before a change opens with the passphrase of that day."
        )
    )
    return [*told, _("The makers of Inglenook: never; nothing is sent to them.")]


def _swap(swaps: Path = _SWAPS) -> str | None:
    """What can be said of memory that the system writes to a disk; None if it has no place for that."""
    try:
        areas = len(swaps.read_text(encoding="utf-8", errors="replace").splitlines()) - 1
    except OSError:
        return _("What is in memory while it is open, if the system writes memory to the disk (swap).")
    if areas < 1:
        return None
    return _(
        "What is in memory while it is open may be written to the disk: this system has swap. "
        "Encrypt the disk."
    )
