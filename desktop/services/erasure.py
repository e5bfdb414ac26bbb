# SPDX-License-Identifier: GPL-3.0-or-later
"""What erasing a whole vault came to, in words and as a document."""

from __future__ import annotations

from desktop.domain.vault import ErasureReceipt
from desktop.i18n import _, ngettext
from desktop.services.vault_reports import VaultEraseReport


def erase_report(receipt: ErasureReceipt) -> VaultEraseReport:
    """The receipt as a document."""
    return VaultEraseReport(
        receipt.key_files,
        receipt.files,
        receipt.bytes,
        list(receipt.left),
        looked_at(receipt),
        out_of_reach(receipt),
    )


def headline(receipt: ErasureReceipt) -> str:
    """One sentence."""
    if receipt.left:
        return _("Not everything could be removed. Erase again once the reason below is gone.")
    return _("Everything was erased: the keys first, then every file.")


def looked_at(receipt: ErasureReceipt) -> list[str]:
    """What was destroyed, and what was found when it was looked for afterwards; one line each."""
    count = receipt.key_files - receipt.not_overwritten
    keys = ngettext(
        "Keys: {count} file overwritten and removed", "Keys: {count} files overwritten and removed", count
    )
    gone = ngettext("Files: {count} removed", "Files: {count} removed", receipt.files)
    lines = [
        keys.format(count=count) if count else _("Keys: there were none any more"),
        gone.format(count=receipt.files),
    ]
    if receipt.not_overwritten:
        lines.append(
            ngettext(
                "{count} file with keys could be removed, but not overwritten first",
                "{count} files with keys could be removed, but not overwritten first",
                receipt.not_overwritten,
            ).format(count=receipt.not_overwritten)
        )
    if receipt.left:
        lines.append(
            _("Still there, because the system refused: {names}").format(names=", ".join(receipt.left))
        )
    else:
        lines.append(_("Looked again afterwards: no key and no file of Inglenook is left in the folder"))
    if receipt.foreign:
        lines.append(
            ngettext(
                "{count} other thing in the folder is not Inglenook's and was left alone",
                "{count} other things in the folder are not Inglenook's and were left alone",
                receipt.foreign,
            ).format(count=receipt.foreign)
        )
    return lines


def out_of_reach(receipt: ErasureReceipt) -> list[str]:
    """What no program can reach from here; one line each."""
    lines = []
    if receipt.keychain_forgotten is False:
        lines.append(_("The system's keychain could not be asked to forget its part. It opens nothing now."))
    if receipt.links:
        lines.append(
            _("Only a link was here, and what it led to was not touched: {names}").format(
                names=", ".join(receipt.links)
            )
        )
    lines.append(_("Exports you made, and copies of the folder made by backup or synchronising programs"))
    lines.append(
        _(
            "Snapshots of the disk, and old blocks of a solid-state one: "
            "what they hold is still locked with your passphrase"
        )
    )
    return lines
