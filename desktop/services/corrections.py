# SPDX-License-Identifier: GPL-3.0-or-later
"""Correcting what is kept about a person, everywhere or where they choose, with proof."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future

from desktop.domain.correction import CorrectionReceipt, FoundPlaces, Place, TextKind, Wish
from desktop.domain.errors import UserActionError
from desktop.i18n import _, ngettext
from desktop.services.models import Models
from desktop.services.replies import Replies
from desktop.storage import correction
from desktop.storage.correction import MAX_SHOWN
from desktop.storage.database import Database
from desktop.storage.vault import OpenVault

__all__ = ["MAX_SHOWN", "MAX_WORDS", "Corrections", "kind_in_words"]

MAX_WORDS = 1000  # characters


class Corrections:
    """Corrects one open database: a vault's, or one in memory."""

    def __init__(self, database: Database, vault: OpenVault | None, replies: Replies, models: Models) -> None:
        self._database = database
        self._vault = vault
        self._replies = replies
        self._models = models

    def find(self, wish: Wish) -> Future[FoundPlaces]:
        """Where the old words stand.

        Raises (at once):
            UserActionError: there is nothing to look for.
        """
        _require_sense(wish)
        # Among the writes, so that what was given to be kept a moment ago is found, too.
        return self._database.write(lambda c: correction.find(c, wish))

    def correct(self, wish: Wish, chosen: Collection[Place] | None = None) -> CorrectionReceipt:
        """Put the new words in their place: all at once, dated, recorded, looked for afterwards. Blocks.

        Answers that are being written are stopped, and the model is let go: it has read the old words.

        Args:
            wish: what is to become what.
            chosen: where; None is everywhere.

        Raises:
            UserActionError: there is nothing to look for; nothing was changed.
            StorageFullError, VaultDamagedError: nothing was changed, or all was, unchecked.
        """
        _require_sense(wish)
        self._replies.stop_and_wait()
        try:
            return correction.correct(self._database, self._vault, wish, chosen)
        finally:  # it may have been put right and only the look have failed
            self._models.unload()


def kind_in_words(kind: TextKind) -> str:
    """What a text is, for a person."""
    words = {
        TextKind.TITLE: _("Title"),
        TextKind.FOLDER: _("Name of a folder"),
        TextKind.INSTRUCTIONS: _("Instructions"),
        TextKind.MESSAGE: _("Message"),
        TextKind.DRAFT: _("Begun, not sent"),
        TextKind.FEEDBACK: _("Your reason"),
        TextKind.BETTER_ANSWER: _("Your better answer"),
        TextKind.TERM: _("Always hidden"),
        TextKind.DECISION: _("Your word on the filter"),
        TextKind.SETTING: _("How chats are answered"),
    }
    return words[kind]


def _require_sense(wish: Wish) -> None:
    if not wish.old.strip():
        raise UserActionError(_("Say what is wrong: there is nothing to look for."))
    if max(len(wish.old), len(wish.new)) > MAX_WORDS:
        raise UserActionError(_("That is too long to look for. Take a few words of it."))
    if wish.old == wish.new:
        raise UserActionError(_("Both are the same, so there is nothing to correct."))


def receipt_in_words(receipt: CorrectionReceipt) -> str:
    """What was corrected, and whether anything is left of the old words."""
    found = receipt.residue_found
    words = ngettext(
        "Corrected {count} place. Traces of the old words found afterwards: {residue}.",
        "Corrected {count} places. Traces of the old words found afterwards: {residue}.",
        receipt.places,
    ).format(
        count=receipt.places, residue=_("not known, because the look failed") if found is None else found
    )
    if receipt.changed_meanwhile:
        left = ngettext(
            "{count} place had changed meanwhile and was left.",
            "{count} places had changed meanwhile and were left.",
            receipt.changed_meanwhile,
        )
        words = f"{words} {left.format(count=receipt.changed_meanwhile)}"
    return words
