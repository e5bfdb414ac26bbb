# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks once a day whether the vault's pages still hold what was written, and says what damage hit."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.domain.errors import EnvironmentFaultError
from desktop.i18n import _, ngettext
from desktop.paths import Profile
from desktop.services.care_reports import VaultCheckReport
from desktop.services.moments import utc
from desktop.services.privacy_reports import CheckReport
from desktop.storage import pagescan
from desktop.storage.backup import Backup, list_backups
from desktop.storage.integrity import Health, last_look, look
from desktop.storage.vault import OpenVault

__all__ = ["Health", "Integrity", "health_check", "vault_check_report", "what_happened", "what_is_safe"]

EVERY = timedelta(days=1)
_SHOWN = 6  # page numbers in a sentence


class Integrity:
    """Of one open vault. Calls block for seconds; reading and writing go on meanwhile."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault
        self._looking = threading.Lock()
        self._is_closed = False

    def keep_up(self, *, now: datetime | None = None) -> Health | None:
        """Look if the last look was more than a day ago, seems to be from the future, or found damage.

        Returns:
            What was found; None if no look was due.

        Raises:
            EnvironmentFaultError: nothing could be looked at.
        """
        last = last_look(self._vault.profile)
        if (
            last is not None
            and last.is_sound
            and timedelta(0) <= (now or datetime.now(UTC)) - last.checked_at < EVERY
        ):
            return None
        return self.look()

    def look(self) -> Health:
        """Look at every page now.

        Raises:
            EnvironmentFaultError: nothing could be looked at, or the vault is being closed.
        """
        with self._looking:
            if self._is_closed:
                raise EnvironmentFaultError(_("The vault is being closed."))
            return look(self._vault, self._scan)

    def newest_backup(self) -> Backup | None:
        """The copy to go back to: each was checked when it was made, so it is from before the damage."""
        return next(iter(list_backups(self._vault.profile.backups)), None)

    def close(self) -> None:
        """End a look that is under way: the child knows the key."""
        self._is_closed = True
        self._vault.scans.end_running()
        with self._looking:
            pass

    def _scan(self, path: Path, key: bytes, needles: list[bytes]) -> pagescan.ScanReport:
        if self._is_closed:
            raise OSError
        return self._vault.scans.scan(path, key, needles)


def what_happened(health: Health) -> str:
    """Which pages and what they hold, in words."""
    numbers = ", ".join(str(number) for number in health.damaged[:_SHOWN])
    if len(health.damaged) > _SHOWN:
        numbers = f"{numbers}, …"
    pages = ngettext(
        "{count} of {total} pages of vault.db does not hold what was written (page {numbers})",
        "{count} of {total} pages of vault.db do not hold what was written (pages {numbers})",
        len(health.damaged),
    ).format(count=len(health.damaged), total=health.pages, numbers=numbers)
    hit = list(dict.fromkeys(_in_words(name) for name in health.tables))
    if not hit:
        return _("{pages}: an index or an empty part of the file. A failing disk does this.").format(
            pages=pages
        )
    return _("{pages}: {parts}. A failing disk does this.").format(pages=pages, parts=", ".join(hit))


def what_is_safe(health: Health, backup: Backup | None) -> str:
    """Which chats can be read, and which copy is from before, in words."""
    if "sqlite_schema" in health.tables:
        chats = _("What can still be read is not known.")
    elif health.chats:
        chats = ngettext(
            "{count} chat cannot be read in full; all others can.",
            "{count} chats cannot be read in full; all others can.",
            health.chats,
        ).format(count=health.chats)
    else:
        chats = _("Every chat can still be read.")
    if backup is None:
        return _("{chats} There is no backup.").format(chats=chats)
    made = f"{backup.made_at.astimezone():%Y-%m-%d %H:%M}"
    return _("{chats} The backup of {when} was checked page by page when it was made.").format(
        chats=chats, when=made
    )


def health_check(profile: Profile) -> CheckReport:
    """What the last look found, for ``doctor``, which has no key."""
    last = last_look(profile)
    if last is None:
        return CheckReport("integrity", None, _("The vault's pages were not looked at yet."))
    when = f"{last.checked_at.astimezone():%Y-%m-%d %H:%M}"
    if last.is_sound:
        words = _("Every page of the vault held what was written on {when} ({count} pages).")
        return CheckReport("integrity", True, words.format(when=when, count=last.pages))
    words = ngettext(
        "On {when} {count} page of the vault was damaged. Put a backup back: inglenook vault restore",
        "On {when} {count} pages of the vault were damaged. Put a backup back: inglenook vault restore",
        len(last.damaged),
    )
    return CheckReport("integrity", False, words.format(when=when, count=len(last.damaged)))


def vault_check_report(health: Health, backup: Backup | None) -> VaultCheckReport:
    """As a document."""
    return VaultCheckReport(
        health.is_sound,
        utc(health.checked_at),
        health.pages,
        list(health.damaged),
        list(health.tables),
        health.chats,
        backup.name if backup else None,
    )


def _in_words(table: str) -> str:
    if table.startswith("message_index"):
        return _("the search index")
    return {
        "chat": _("the list of chats"),
        "message": _("messages"),
        "draft": _("drafts"),
        "sqlite_schema": _("the table of contents"),
    }.get(table, _("records about chats"))
