# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept, how it is protected and who could read it: looked at on this machine, not assumed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop.i18n import _, ngettext
from desktop.paths import BUNDLED_MODEL
from desktop.sandbox.confine import is_confined, report
from desktop.services.activity import Activity, in_words, list_activity
from desktop.services.doctor import catalogue_hashes, protection_checks
from desktop.services.models import BUNDLED_NAME, Models
from desktop.services.moments import utc
from desktop.services.privacy_reports import (
    ActivityReport,
    CheckReport,
    GivenReplyReport,
    GivenReport,
    ModelReport,
    NetworkReport,
    NetworkUseReport,
    PrivacyReport,
    ProtectionReport,
    StoredReport,
    WayInReport,
)
from desktop.services.readers import readers
from desktop.storage import activity, given, network
from desktop.storage.connection import KEY_BYTES, Connection
from desktop.storage.database import Database
from desktop.storage.given import GivenReply, GivenTotals
from desktop.storage.holdings import Holdings, holdings, size_of
from desktop.storage.keyslots import Argon2id, KeySlots
from desktop.storage.protection import CipherFacts, cipher_facts
from desktop.storage.vault import OpenVault

__all__ = [
    "GivenReply",
    "GivenTotals",
    "Privacy",
    "activity_report",
    "everything_in_words",
    "network_in_words",
]

GIVEN_SHOWN = 50  # replies in a report


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

    @property
    def folder(self) -> Path | None:
        """Where all of it lies; None in memory."""
        return self._vault.profile.folder if self._vault else None

    def activity(
        self, *, limit: int = 1000, kind: str | None = None, offset: int = 0
    ) -> Future[list[Activity]]:
        """What was done, newest first; see ``list_activity``."""
        return self._database.read(lambda c: list_activity(c, limit=limit, kind=kind, offset=offset))

    def activity_kinds(self) -> Future[dict[str, int]]:
        """How many entries of each kind the record has."""
        return self._database.read(activity.kinds)

    def given(self, *, limit: int = GIVEN_SHOWN) -> Future[tuple[GivenTotals, list[GivenReply]]]:
        """What the model was given: over all replies, and for the latest ones."""
        return self._database.read(lambda c: (given.totals(c), given.latest(c, limit=limit)))

    def given_report(self, *, limit: int = GIVEN_SHOWN) -> GivenReport:
        """The same as a document. Blocks shortly."""
        totals, latest = self.given(limit=limit).result()
        return _given_report(totals, latest)

    def network_report(self) -> NetworkReport:
        """Whether the network was used, could be and may be. Blocks shortly."""
        return self._database.read(_network_report).result()

    def report(self) -> PrivacyReport:
        """Look at everything. Blocks shortly.

        Raises:
            KeySlotsDamagedError: the file with the wrapped keys is not what was written.
        """

        def look(conn: Connection) -> tuple[Holdings, CipherFacts, NetworkReport]:
            return holdings(conn), cipher_facts(conn), _network_report(conn)

        held, facts, used = self._database.read(look).result()
        confinement = report()
        ways = self._ways_in()
        model = self._models.current()
        checks = [
            *_cipher_checks(facts if self._vault else None),
            *protection_checks(self._vault.profile if self._vault else None, confinement),
            *self._model_checks(),
        ]
        return PrivacyReport(
            stored=self._stored(held),
            training_chats=held.training_chats,
            protection=ProtectionReport(
                encrypted=self._vault is not None and held.encrypted,
                key_bits=KEY_BYTES * 8,
                ways_in=ways,
                checks=checks,
            ),
            models=[ModelReport(model.name, size_of(model.path.resolve()))],
            given=self.given_report(),
            network=used,
            readers=readers(self._vault is not None, ways, confinement),
        )

    def _model_checks(self) -> list[CheckReport]:
        """What holds for the process that has the model in it now."""
        pid = self._models.child_pid
        if pid is None:
            return [CheckReport("model-process", None, _("The model is not in memory now."))]
        confined = is_confined(pid)
        if confined is None:
            return [CheckReport("model-process", None, _("The model's process cannot be looked at here."))]
        words = (
            _("The model's process runs now, under the system's filter (seccomp mode 2, no new privileges).")
            if confined
            else _("The model's process runs now without the system's filter.")
        )
        return [CheckReport("model-process", confined, words)]

    def _stored(self, held: Holdings) -> list[StoredReport]:
        place = self._vault.profile.vault.name if self._vault else "memory"
        stored = [
            StoredReport("chats", place, held.chats, held.text_bytes),
            StoredReport("messages", place, held.messages, held.text_bytes),
            StoredReport("drafts", place, held.drafts, held.draft_bytes),
            StoredReport("feedback", place, held.feedback, held.feedback_bytes),
            StoredReport("settings", place, held.settings, held.setting_bytes),
            StoredReport("activity", place, held.activities, held.activity_bytes),
            StoredReport("instructions", place, held.layers, held.layer_bytes),
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
            StoredReport(
                "health", profile.health.name, int(profile.health.exists()), size_of(profile.health)
            ),
        ]

    def _ways_in(self) -> list[WayInReport]:
        if self._vault is None:
            return []
        slots = KeySlots.read(self._vault.profile.keyslots).slots
        return [WayInReport(str(slot.type), _derivation(slot.kdf) if slot.kdf else None) for slot in slots]


def everything_in_words(found: PrivacyReport, done: Sequence[Activity]) -> str:
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
    lines += ["", _("What the model was given"), given_in_words(found.given)]
    lines += ["", _("Network"), network_in_words(found.network), *uses_in_words(found.network)]
    lines += ["", _("What happened")]
    lines += [f"{entry.at.astimezone():%Y-%m-%d %H:%M}  {in_words(entry)}" for entry in done]
    return "\n".join(lines if done else [*lines, _("Nothing yet.")]) + "\n"


def given_in_words(found: GivenReport) -> str:
    """What the model was given over all, in a sentence or two."""
    words = ngettext(
        "{replies} answer was counted: {prompt} tokens read, {made} written.",
        "{replies} answers were counted: {prompt} tokens read, {made} written.",
        found.replies,
    ).format(replies=found.replies, prompt=found.prompt_tokens, made=found.completion_tokens)
    if found.shortened:
        shortened = ngettext(
            "For {count} of them older messages did not fit and were left out.",
            "For {count} of them older messages did not fit and were left out.",
            found.shortened,
        )
        words = f"{words} {shortened.format(count=found.shortened)}"
    return words


def network_in_words(used: NetworkReport) -> str:
    """Whether the network was used, and whether it could be."""
    if used.uses:
        return _("Used for downloads: {count}.").format(count=used.uses)
    if used.impossible:
        return _("Never used. The system refuses this program any connection.")
    return _("Never used. This system does not enforce it.")


def uses_in_words(used: NetworkReport) -> list[str]:
    """Each use on a line."""
    return [
        _("{at}: {purpose}, {host}, {received} bytes received, {sent} sent").format(
            at=one.at, purpose=one.purpose, host=one.host, received=one.bytes_in, sent=one.bytes_out
        )
        for one in used.used
    ]


def model_hash(name: str | None) -> str | None:
    """SHA-256 of the file a model of this name is, where our own catalogue knows it."""
    return catalogue_hashes().get(BUNDLED_MODEL) if name == BUNDLED_NAME else None


def _network_report(conn: Connection) -> NetworkReport:
    return NetworkReport(
        impossible=report().app_sockets_filtered,
        uses=network.count_uses(conn),
        downloads_allowed=network.downloads_allowed(conn),
        used=[
            NetworkUseReport(utc(one.at), one.purpose, one.host, one.bytes_in, one.bytes_out)
            for one in network.list_uses(conn)
        ],
    )


def _given_report(totals: GivenTotals, latest: Sequence[GivenReply]) -> GivenReport:
    return GivenReport(
        replies=totals.replies,
        prompt_tokens=totals.prompt_tokens,
        completion_tokens=totals.completion_tokens,
        shortened=totals.shortened,
        uncounted=totals.uncounted,
        latest=[
            GivenReplyReport(
                at=utc(one.at),
                chat_id=one.chat_id,
                message_id=one.message_id,
                model=one.model,
                sha256=model_hash(one.model),
                prompt_tokens=one.stats.prompt_tokens,
                system_tokens=one.stats.system_tokens,
                completion_tokens=one.stats.completion_tokens,
                left_out_messages=one.stats.dropped_messages,
                window_tokens=one.stats.context_size,
            )
            for one in latest
        ],
    )


def _cipher_checks(facts: CipherFacts | None) -> list[CheckReport]:
    if facts is None or not facts.cipher:
        return [
            CheckReport("cipher", None, _("In memory only: nothing is written, so nothing is encrypted."))
        ]
    integrity = facts.integrity.replace("_", "-")
    return [
        CheckReport(
            "cipher",
            True,
            _("{cipher} on every page of {size} bytes, by {provider}").format(
                cipher=facts.cipher, size=facts.page_bytes, provider=facts.provider
            ),
        ),
        CheckReport(
            "page-integrity",
            bool(integrity),
            _("{hash} on every page: one that was changed is refused").format(hash=integrity)
            if integrity
            else _("Nothing tells whether a page was changed."),
        ),
        CheckReport(
            "overwriting",
            facts.overwrites,
            _("What is deleted is overwritten at once.")
            if facts.overwrites
            else _("What is deleted is not overwritten."),
        ),
    ]


def _derivation(kdf: Argon2id) -> str:
    return f"Argon2id, {kdf.memory_kib // 1024} MiB, t={kdf.time_cost}, p={kdf.parallelism}"
