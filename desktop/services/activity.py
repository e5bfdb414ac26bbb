# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of what was done with a person's data, and each entry in words."""

from __future__ import annotations

from desktop.i18n import _, ngettext
from desktop.storage.activity import Activity, Count, list_activity, record

__all__ = ["Activity", "Count", "in_words", "list_activity", "record"]


def in_words(done: Activity) -> str:
    """One line about ``done``; a kind this version does not know is named as it was recorded."""
    chats = _count(done, "chats")
    match done.kind:
        case "deleted":
            words = ngettext("Erased {count} chat", "Erased {count} chats", chats)
        case "exported":
            words = ngettext("Exported {count} chat", "Exported {count} chats", chats)
        case "imported":
            words = ngettext("Imported {count} chat", "Imported {count} chats", chats)
        case "kept":
            words = ngettext("Kept {count} temporary chat", "Kept {count} temporary chats", chats)
        case "consented":
            words = ngettext("Allowed {count} chat for training", "Allowed {count} chats for training", chats)
        case "withdrawn":
            words = ngettext(
                "Withdrew {count} chat from training", "Withdrew {count} chats from training", chats
            )
        case "training-exported":
            words = ngettext(
                "Exported training data of {count} chat", "Exported training data of {count} chats", chats
            )
        case _:
            return _without_count().get(done.kind) or done.kind.replace("-", " ").capitalize()
    return words.format(count=chats)


def _without_count() -> dict[str, str]:
    return {
        "passphrase-changed": _("Changed the passphrase"),
        "backed-up": _("Made a backup"),
        "restored": _("Put a backup in the place of the vault"),
        "rekeyed": _("Encrypted the vault anew"),
        "recovery-code-made": _("Made a recovery code"),
        "recovery-code-removed": _("Removed the recovery code"),
        "keychain-turned-on": _("Let the keychain of this system open the vault"),
        "keychain-turned-off": _("Stopped the keychain from opening the vault"),
        "retention-set": _("Changed how long chats are kept"),
        "training-default-on": _("Allowed new chats for training"),
        "training-default-off": _("Kept new chats out of training"),
    }


def _count(done: Activity, name: str) -> int:
    value = done.counts.get(name, 1)
    return value if isinstance(value, int) else 1
