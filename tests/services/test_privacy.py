# SPDX-License-Identifier: GPL-3.0-or-later
"""The report says what is so, of a real vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import ChatId, Role
from desktop.paths import Profile
from desktop.sandbox.confine import report as confinement
from desktop.services.activity import record
from desktop.services.doctor import examine
from desktop.services.models import ModelChoice, Models
from desktop.services.privacy import everything_in_words
from desktop.services.reports import PrivacyReport, StoredReport
from desktop.services.session import Session
from desktop.storage import conversations
from desktop.storage.backup import back_up
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


def test_the_network_was_used_when_the_record_says_so(kept: Session, open_vault: OpenVault) -> None:
    assert kept.privacy.report().network.uses == 0
    open_vault.database.write(lambda c: record(c, "downloaded", bytes=7)).result()
    assert kept.privacy.report().network.uses == 1


def test_everything_in_words_holds_no_content(kept: Session, open_vault: OpenVault) -> None:
    kept.history.delete_now([tell(open_vault)])
    tell(open_vault)
    words = everything_in_words(kept.privacy.report(), kept.privacy.activity().result())
    assert "Erased 1 chat" in words
    assert WORDS not in words
    assert str(open_vault.profile.folder) not in words
