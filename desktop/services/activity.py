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
            return _deleted(done, chats)
        case "exported" if done.counts.get("encrypted"):
            words = ngettext("Exported {count} chat, encrypted", "Exported {count} chats, encrypted", chats)
        case "exported":
            words = ngettext("Exported {count} chat", "Exported {count} chats", chats)
            if done.counts.get("filtered"):
                words = ngettext(
                    "Exported {count} chat without the personal data found",
                    "Exported {count} chats without the personal data found",
                    chats,
                )
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
        case "training-stopped":
            words = ngettext(
                "Stopped all use for training; {count} chat withdrawn",
                "Stopped all use for training; {count} chats withdrawn",
                chats,
            )
        case "corrected":
            places = _count(done, "places")
            return ngettext("Corrected {count} place", "Corrected {count} places", places).format(
                count=places
            )
        case _:
            return _without_count().get(done.kind) or _as_recorded(done.kind)
    return words.format(count=chats)


def _deleted(done: Activity, chats: int) -> str:
    """With what the look afterwards found, where there was one."""
    head = ngettext("Erased {count} chat", "Erased {count} chats", chats).format(count=chats)
    if not chats and (messages := _count(done, "messages")):
        head = ngettext("Erased {count} message", "Erased {count} messages", messages).format(count=messages)
    if "pages" not in done.counts:
        return head
    if "residue" not in done.counts:
        return _("{what}; whether traces are left could not be looked at").format(what=head)
    pages, residue = _count(done, "pages"), _count(done, "residue")
    found = (
        ngettext("{count} trace was left", "{count} traces were left", residue).format(count=residue)
        if residue
        else _("nothing was left")
    )
    looked = ngettext("{count} page looked at", "{count} pages looked at", pages).format(count=pages)
    return _("{what}; {looked}, {found}").format(what=head, looked=looked, found=found)


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
        "model-added": _("Added a model"),
        "model-removed": _("Removed a model"),
        "retention-set": _("Changed how long chats are kept"),
        "chat-retention-set": _("Changed how long one chat is kept"),
        "retention-agreed": _("Agreed that old chats go by themselves"),
        "terms-changed": _("Changed what is always hidden"),
        "key-revealed": _("Showed the key of the vault"),
        "everything-shown": _("Showed everything that is kept"),
        "downloaded": _("Used the network for a download"),
        "downloads-allowed": _("Allowed downloads"),
        "downloads-forbidden": _("Allowed no downloads any more"),
        "instructions-changed": _("Changed what the model is told"),
        "training-default-on": _("Allowed new chats for training"),
        "training-default-off": _("Kept new chats out of training"),
    }


def _count(done: Activity, name: str) -> int:
    value = done.counts.get(name, 1)
    return value if isinstance(value, int) else 1


def kind_in_words(kind: str) -> str:
    """What entries of a kind are about, to choose by."""
    words = {
        "deleted": _("Erased"),
        "exported": _("Exported"),
        "imported": _("Imported"),
        "kept": _("Temporary chats kept"),
        "consented": _("Allowed for training"),
        "withdrawn": _("Withdrawn from training"),
        "training-exported": _("Training data exported"),
        "training-stopped": _("All training stopped"),
        "corrected": _("Corrected"),
    }
    return words.get(kind) or _without_count().get(kind) or _as_recorded(kind)


def _as_recorded(kind: str) -> str:
    return kind.replace("-", " ").capitalize()
