# SPDX-License-Identifier: GPL-3.0-or-later
"""The report says what is so, of a real vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import ChatId, ReplyStats, Role, Status
from desktop.paths import Profile
from desktop.sandbox.confine import report as confinement
from desktop.services.doctor import examine
from desktop.services.models import BUNDLED_NAME, ModelChoice, Models
from desktop.services.network import DownloadsForbiddenError
from desktop.services.privacy import everything_in_words
from desktop.services.privacy_reports import PrivacyReport, StoredReport
from desktop.services.readers import _swap
from desktop.services.session import Session
from desktop.storage import conversations
from desktop.storage.backup import back_up
from desktop.storage.connection import Connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import OpenVault, create_vault
from tests.memory_keychain import MemoryKeychain

QUICK = KdfCost(64 * 1024, 3, 4)
WORDS = "tea 茶"


@pytest.fixture
def open_vault(profile: Profile) -> OpenVault:
    return create_vault(profile, "four unrelated garden words", cost=QUICK)


@pytest.fixture
def kept(open_vault: OpenVault, tmp_path: Path) -> Iterator[Session]:
    (tmp_path / "model.gguf").write_bytes(b"x" * 321)
    models = Models(ScriptedEngine(say("Hello.")), ModelChoice(tmp_path / "model.gguf", "Bundled"))
    session = Session(open_vault, models)
    yield session
    session.close()


def stored(report: PrivacyReport, what: str) -> StoredReport:
    return next(kept for kept in report.stored if kept.what == what)


def tell(vault: OpenVault) -> ChatId:
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="Tea")).result()
    vault.database.write(
        lambda c: conversations.add_message(c, chat.id, parent_id=None, role=Role.USER, content=WORDS)
    ).result()
    return chat.id


def test_counts_and_bytes_are_those_of_the_vault(kept: Session, open_vault: OpenVault) -> None:
    before = kept.privacy.report()
    chat_id = tell(open_vault)
    after = kept.privacy.report()
    assert (stored(before, "chats").count, stored(before, "chats").bytes) == (0, 0)
    assert stored(after, "chats").count == stored(after, "messages").count == 1
    assert stored(after, "chats").bytes == len("Tea") + len(WORDS.encode())
    assert stored(after, "search-index").bytes > stored(before, "search-index").bytes
    profile = open_vault.profile
    assert stored(after, "key-slots").bytes == profile.keyslots.stat().st_size
    assert stored(after, "vault").bytes >= profile.vault.stat().st_size
    kept.history.delete_now([chat_id])
    assert stored(kept.privacy.report(), "chats").count == 0


def test_backups_are_counted(kept: Session, open_vault: OpenVault) -> None:
    profile = open_vault.profile
    open_vault.database.write(
        lambda c: c.execute("CREATE TABLE never_mind (x)")  # so that the log is not empty
    ).result()
    open_vault.database.read(lambda c: back_up(c, open_vault.key, profile.keyslots, profile.backups)).result()
    found = stored(kept.privacy.report(), "backups")
    files = [file for file in profile.backups.rglob("*") if file.is_file()]
    assert (found.count, found.bytes) == (1, sum(file.stat().st_size for file in files))


def test_the_actual_protection_is_told(kept: Session, open_vault: OpenVault) -> None:
    report = kept.privacy.report()
    assert report.protection.encrypted
    assert [(way.type, way.derivation) for way in report.protection.ways_in] == [
        ("passphrase", "Argon2id, 64 MiB, t=3, p=4")
    ]
    checks = {check.name: check for check in report.protection.checks}
    assert checks["encryption"].ok
    assert checks["permissions"].ok
    assert report.models[0].bytes == 321
    assert not any("keychain" in reader for reader in report.readers)
    open_vault.profile.keyslots.chmod(0o644)
    loose = {check.name: check for check in kept.privacy.report().protection.checks}
    assert loose["permissions"].ok is False


def test_the_keychain_is_told_while_it_opens_the_vault_and_only_then(
    open_vault: OpenVault, tmp_path: Path
) -> None:
    models = Models(ScriptedEngine(say("Hello.")), ModelChoice(tmp_path / "model.gguf", "Bundled"))
    session = Session(open_vault, models, keychain=MemoryKeychain())
    try:
        session.ways_in.use_keychain()
        report = session.privacy.report()
        assert ("keychain", None) in [(way.type, way.derivation) for way in report.protection.ways_in]
        assert any("Other programs" in reader and "keychain" in reader for reader in report.readers)
        [check] = [
            c for c in examine(open_vault.profile, models, confinement()).checks if c.name == "keychain"
        ]
        assert check.ok is None
        assert "Other programs".casefold() in check.detail.casefold()
        session.ways_in.leave_keychain()
        report = session.privacy.report()
        assert [way.type for way in report.protection.ways_in] == ["passphrase"]
        assert not any("keychain" in reader for reader in report.readers)
        [check] = [
            c for c in examine(open_vault.profile, models, confinement()).checks if c.name == "keychain"
        ]
        assert check.detail.startswith("Off")
    finally:
        session.close()


def test_a_database_in_memory_is_not_called_encrypted(session: Session) -> None:
    report = session.privacy.report()
    assert not report.protection.encrypted
    assert {kept.where for kept in report.stored} == {"memory"}


def test_each_use_of_the_network_is_told(kept: Session) -> None:
    assert kept.privacy.report().network.uses == 0
    kept.network.record_network_use("model", "models.example", bytes_in=7000, bytes_out=70).result()
    told = kept.privacy.report().network
    assert told.uses == 1
    (use,) = told.used
    assert (use.purpose, use.host, use.bytes_in, use.bytes_out) == ("model", "models.example", 7000, 70)
    assert kept.privacy.activity().result()[0].kind == "downloaded"
    for host in ("https://models.example", "models.example/a-model", "user:word@models.example"):
        with pytest.raises(ValueError, match="bare host"):
            kept.network.record_network_use("model", host, bytes_in=0, bytes_out=0)


def test_no_download_may_begin_before_the_person_said_so(kept: Session) -> None:
    with pytest.raises(DownloadsForbiddenError):
        kept.network.require_allowed()
    kept.network.allow_downloads(True).result()
    kept.network.require_allowed()
    kept.network.allow_downloads(False).result()
    with pytest.raises(DownloadsForbiddenError):
        kept.network.require_allowed()
    kinds = [entry.kind for entry in kept.privacy.activity().result()]
    assert kinds == ["downloads-forbidden", "downloads-allowed"]


def test_the_cipher_is_asked_what_it_does(kept: Session, session: Session) -> None:
    checks = {check.name: check for check in kept.privacy.report().protection.checks}
    assert checks["cipher"].detail.startswith("AES-256-CBC on every page of 4096 bytes, by OpenSSL")
    assert (checks["page-integrity"].ok, checks["overwriting"].ok) == (True, True)
    assert "HMAC-SHA512" in checks["page-integrity"].detail
    assert checks["model-process"].ok is None  # none runs
    in_memory = {check.name: check for check in session.privacy.report().protection.checks}
    assert in_memory["cipher"].ok is None
    assert "page-integrity" not in in_memory


def test_what_the_model_was_given_is_counted(kept: Session, open_vault: OpenVault) -> None:
    chat_id = tell(open_vault)
    stats = ReplyStats(900, 0, 50, 0.1, 10.0, dropped_messages=4, context_size=1024, system_tokens=30)

    def answer(conn: Connection) -> None:
        for each in (stats, None):
            reply = conversations.add_message(
                conn,
                chat_id,
                parent_id=None,
                role=Role.ASSISTANT,
                content="",
                status=Status.STREAMING,
                model=BUNDLED_NAME,
            )
            conversations.update_reply(conn, reply.id, content="Yes.", status=Status.COMPLETE, stats=each)

    open_vault.database.write(answer).result()
    given = kept.privacy.given_report()
    assert (given.replies, given.prompt_tokens, given.completion_tokens) == (1, 900, 50)
    assert (given.shortened, given.uncounted) == (1, 1)
    (reply,) = given.latest
    assert (reply.chat_id, reply.model, reply.system_tokens) == (chat_id, BUNDLED_NAME, 30)
    assert (reply.left_out_messages, reply.window_tokens) == (4, 1024)
    assert reply.sha256 is not None
    assert len(reply.sha256) == 64


def test_swap_is_told_where_there_is_some(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n", encoding="ascii")
    assert _swap(swaps) is None
    swaps.write_text("Filename Type Size Used Priority\n/dev/x partition 1 0 -2\n", encoding="ascii")
    assert "has swap" in (_swap(swaps) or "")
    assert "if the system" in (_swap(tmp_path / "nowhere") or "")


def test_everything_in_words_holds_no_content(kept: Session, open_vault: OpenVault) -> None:
    kept.history.delete_now([tell(open_vault)])
    tell(open_vault)
    words = everything_in_words(kept.privacy.report(), kept.privacy.activity().result())
    assert "Erased 1 chat" in words
    assert WORDS not in words
    assert str(open_vault.profile.folder) not in words
