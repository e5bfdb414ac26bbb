# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept, how it is protected and who could read it: looked at on this machine, not assumed."""

from __future__ import annotations

from concurrent.futures import Future

from desktop.i18n import _
from desktop.sandbox.confine import ConfinementReport, report
from desktop.services.activity import Activity, in_words, list_activity
from desktop.services.doctor import protection_checks
from desktop.services.models import Models
from desktop.services.reports import (
    ActivityReport,
    ModelReport,
    NetworkReport,
    PrivacyReport,
    ProtectionReport,
    StoredReport,
    WayInReport,
    utc,
)
from desktop.storage.connection import KEY_BYTES
from desktop.storage.database import Database
from desktop.storage.holdings import Holdings, holdings, size_of
from desktop.storage.keyslots import Argon2id, KeySlots, SlotType
from desktop.storage.vault import OpenVault

NETWORK_KIND = "downloaded"  # the one thing for which a connection may be made


def activity_report(done: Activity) -> ActivityReport:
    """One entry."""
    return ActivityReport(utc(done.at), done.kind, dict(done.counts))


class Privacy:
    """Answers about one open database: a vault's, or one in memory.

    Args:
        database: what is asked about.
        vault: where it lies; None for one in memory.
        models: what answers.
    """

    def __init__(self, database: Database, vault: OpenVault | None, models: Models) -> None:
        self._database = database
        self._vault = vault
        self._models = models

    def activity(self, *, limit: int = 1000) -> Future[list[Activity]]:
        """What was done, newest first."""
        return self._database.read(lambda c: list_activity(c, limit=limit))

    def report(self) -> PrivacyReport:
        """Look at everything. Blocks shortly.

        Raises:
            KeySlotsDamagedError: the file with the wrapped keys is not what was written.
        """
        held, done = self._database.read(lambda c: (holdings(c), list_activity(c, limit=-1))).result()
        confinement = report()
        ways = self._ways_in()
        model = self._models.current()
        return PrivacyReport(
            stored=self._stored(held),
            training_chats=held.training_chats,
            protection=ProtectionReport(
                encrypted=self._vault is not None and held.encrypted,
                key_bits=KEY_BYTES * 8,
                ways_in=ways,
                checks=protection_checks(self._vault.profile if self._vault else None, confinement),
            ),
            models=[ModelReport(model.name, size_of(model.path.resolve()))],
            network=NetworkReport(
                confinement.app_sockets_filtered, sum(entry.kind == NETWORK_KIND for entry in done)
            ),
            readers=_readers(self._vault is not None, ways, confinement),
        )

    def _stored(self, held: Holdings) -> list[StoredReport]:
        place = self._vault.profile.vault.name if self._vault else "memory"
        stored = [
            StoredReport("chats", place, held.chats, held.text_bytes),
            StoredReport("messages", place, held.messages, held.text_bytes),
            StoredReport("drafts", place, held.drafts, held.draft_bytes),
            StoredReport("search-index", place, 1, held.index_bytes),
        ]
        if self._vault is None:
            return stored
        profile = self._vault.profile
        log = profile.vault.with_name(f"{profile.vault.name}-wal")
        backups = [entry for entry in profile.backups.glob("*") if entry.is_dir()]
        return [
            *stored,
            StoredReport("vault", place, 1, size_of(profile.vault, log)),
            StoredReport("backups", profile.backups.name, len(backups), size_of(profile.backups)),
            StoredReport("key-slots", profile.keyslots.name, 1, size_of(profile.keyslots)),
            StoredReport(
                "preferences",
                profile.preferences.name,
                int(profile.preferences.exists()),
                size_of(profile.preferences),
            ),
        ]

    def _ways_in(self) -> list[WayInReport]:
        if self._vault is None:
            return []
        slots = KeySlots.read(self._vault.profile.keyslots).slots
        return [WayInReport(str(slot.type), _derivation(slot.kdf) if slot.kdf else None) for slot in slots]


def everything_in_words(found: PrivacyReport, done: list[Activity]) -> str:
    """The whole report and record as plain lines, for a person and for paper."""
    lines = [_("What is kept")]
    lines += [
        _("{what}: {count}, {bytes} bytes, in {where}").format(
            what=kept.what, count=kept.count, bytes=kept.bytes, where=kept.where
        )
        for kept in found.stored
    ]
    lines += ["", _("How it is protected")]
    lines += [" · ".join(filter(None, (way.type, way.derivation))) for way in found.protection.ways_in]
    lines += [f"{check.name}: {check.detail}" for check in found.protection.checks]
    lines += ["", _("Who could read it"), *found.readers]
    lines += ["", _("The model")]
    lines += [_("{name}: {bytes} bytes").format(name=model.name, bytes=model.bytes) for model in found.models]
    lines += ["", _("Network"), network_in_words(found.network), "", _("What happened")]
    lines += [f"{entry.at.astimezone():%Y-%m-%d %H:%M}  {in_words(entry)}" for entry in done]
    return "\n".join(lines if done else [*lines, _("Nothing yet.")]) + "\n"


def network_in_words(network: NetworkReport) -> str:
    """Whether the network was used, and whether it could be."""
    if network.uses:
        return _("Used for downloads: {count}.").format(count=network.uses)
    if network.impossible:
        return _("Never used. The system refuses this program any connection.")
    return _("Never used. This system does not enforce it.")


def _derivation(kdf: Argon2id) -> str:
    return f"Argon2id, {kdf.memory_kib // 1024} MiB, t={kdf.time_cost}, p={kdf.parallelism}"


def _readers(stored: bool, ways: list[WayInReport], confinement: ConfinementReport) -> list[str]:
    if not stored:
        return [_("Nobody once it is closed: it is in memory only.")]
    readers = [
        _("Whoever has your passphrase and a copy of the vault."),
        _("While it is unlocked: whoever sits at this screen, and programs that run under your name."),
        _("The model: only the chat it answers, in a process without network or other files.")
        if confinement.child_syscalls_filtered and confinement.landlock_abi
        else _("The model: only the chat it is given, but this system does not confine its process."),
    ]
    if any(way.type == SlotType.KEYCHAIN for way in ways):
        readers.insert(1, _("Other programs of yours, through the keychain of this system."))
    if any(way.type == SlotType.RECOVERY for way in ways):
        readers.insert(1, _("Whoever has your recovery code and a copy of the vault."))
    return [*readers, _("The makers of Inglenook: never; nothing is sent to them.")]
