# SPDX-License-Identifier: GPL-3.0-or-later
"""See everything shows every row of every table, whatever is added to the schema later."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.chat_settings import ChatSettings, Preset
from desktop.domain.conversation import ChatId, Role
from desktop.domain.errors import UserActionError
from desktop.domain.model_card import ModelCard
from desktop.domain.training import Rating
from desktop.paths import Profile
from desktop.services.export.exporter import ExportWish, Format
from desktop.services.models import ModelChoice, Models
from desktop.services.privacy_reports import EverythingReport
from desktop.services.session import Session
from desktop.services.ways_in import write_recovery_page
from desktop.storage import (
    chat_settings,
    conversations,
    drafts,
    everything,
    feedback,
    folders,
    instructions,
    records,
    training,
)
from desktop.storage import models as stored
from desktop.storage.connection import Connection
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import OpenVault, create_vault


@pytest.fixture
def vault(profile: Profile) -> OpenVault:
    return create_vault(profile, "four unrelated garden words", cost=KdfCost(64, 1, 1))


@pytest.fixture
def kept(vault: OpenVault, tmp_path: Path) -> Iterator[Session]:
    models = Models(ScriptedEngine(say("Hello.")), ModelChoice(tmp_path / "model.gguf", "Scripted"))
    session = Session(vault, models)
    yield session
    session.close()


def fill(conn: Connection) -> ChatId:
    """A mark of its own in every table."""
    chat = conversations.create_chat(
        conn, title="mark-title", system_prompt="mark-instructions", training_consent=True
    )
    question = conversations.add_message(
        conn, chat.id, parent_id=None, role=Role.USER, content="mark-question"
    )
    for text in ("mark-first", "mark-second"):  # two branches
        answer = conversations.add_message(
            conn, chat.id, parent_id=question.id, role=Role.ASSISTANT, content=text
        )
    feedback.set_feedback(conn, answer.id, Rating.DOWN, reason="mark-reason", correction="mark-better")
    training.choose_filter(conn, chat.id, {"mark-decision": True})
    drafts.keep_drafts(conn, {chat.id: "mark-draft", None: "mark-new-draft"})
    records.set_setting(conn, training.TERMS_SETTING, ["mark-term"])
    records.set_setting(conn, "model.path", "/mark-path")
    stored.add(
        conn,
        "mark-id",
        name="mark-model",
        path=Path("/mark-model"),
        size=1,
        card=ModelCard(name="mark-card"),
        downloaded=False,
    )
    stored.note_measure(conn, "mark-id", stored.Measure(55.5, 777))
    stored.choose_for_chat(conn, chat.id, "mark-id")
    training.record_export(conn, [chat.id], "mark-sha", examples=1, pairs=0)
    conn.execute("INSERT INTO correction (message, at) SELECT key, 1000 FROM message LIMIT 1")
    instructions.note_given(conn, answer.id, "mark-spec")
    instructions.set_person(conn, "mark-person")
    conn.execute("INSERT INTO edited_answer SELECT max(key) FROM message")
    conn.execute("INSERT INTO removed_branch SELECT key, key, NULL, NULL FROM chat LIMIT 1")
    said = ChatSettings(stop=("mark-stop",), json_schema="mark-schema")
    chat_settings.set_chat(conn, chat.id, said)
    chat_settings.save_preset(conn, Preset("mark-set", "mark-told", said))
    folders.create(conn, "mark-folder")
    conn.execute("INSERT INTO chat_view (chat, unread) SELECT key, 1 FROM chat LIMIT 1")
    conn.execute("INSERT INTO network_use VALUES (1, 0, 'mark-purpose', 'mark-host', 12345, 54321)")
    conn.execute("CREATE TABLE later (message INTEGER REFERENCES message (key), words TEXT)")  # by whoever
    conn.execute("CREATE TABLE much_later (words TEXT)")
    conn.execute("INSERT INTO later SELECT max(key), 'mark-later' FROM message")
    conn.execute("INSERT INTO much_later VALUES ('mark-much-later')")
    return chat.id


def every_mark(conn: Connection) -> set[str]:
    marks = set()
    for table in everything.table_names(conn):
        for row in everything.rows_of(conn, table):
            marks |= {value for value in row.values() if isinstance(value, str) and value.startswith("mark-")}
    return marks


def test_every_table_is_shown(kept: Session, vault: OpenVault) -> None:
    vault.database.write(fill).result()
    vault.profile.preferences.write_text('{"theme": "dark"}', encoding="utf-8")
    text = "".join(kept.everything.text())
    tables = vault.database.read(everything.table_names).result()
    filled = {
        table
        for table in tables
        if vault.database.read(lambda c, t=table: any(everything.rows_of(c, t))).result()
    }
    assert filled == set(tables)  # or this test would not see what is missing
    marks = vault.database.read(every_mark).result()
    assert len(marks) >= 15
    assert {mark for mark in marks if mark not in text} == set()
    for words in ("mark-new-draft", "mark-term", "mark-path", "mark-person", "12345", "54321", "theme: dark"):
        assert words in text
    assert "Allowed 1 chat for training" in text


def test_the_document_has_every_row(kept: Session, vault: OpenVault) -> None:
    vault.database.write(fill).result()
    document = kept.everything.document()
    assert {row["content"] for row in document.tables["message"]} == {
        "mark-question",
        "mark-first",
        "mark-second",
    }
    assert document.tables["later"][0]["words"] == "mark-later"
    assert msgspec.json.decode(msgspec.json.encode(document), type=EverythingReport) == document


def test_chats_come_in_pieces(kept: Session, vault: OpenVault) -> None:
    for number in range(5):
        vault.database.write(lambda c, n=number: conversations.create_chat(c, title=f"chat-{n}")).result()
    seen, at = [], 0
    while at is not None:
        text, at = kept.everything.chats(at, limit=2)
        seen.append([number for number in range(5) if f"chat-{number}" in text])
    assert seen == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize("as_json", [False, True])
def test_one_private_file(kept: Session, vault: OpenVault, tmp_path: Path, as_json: bool) -> None:
    vault.database.write(fill).result()
    kept.everything.to_file(tmp_path / "all", as_json=as_json)
    assert stat.S_IMODE((tmp_path / "all").stat().st_mode) == 0o600
    assert "mark-second" in (tmp_path / "all").read_text(encoding="utf-8")
    assert kept.privacy.activity(limit=1).result()[0].kind == "everything-shown"


def test_a_pipe_stays_a_pipe(kept: Session, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserActionError, match="not a file"):
        kept.everything.to_file(pipe, as_json=False)
    assert pipe.is_fifo()


def test_a_vault_is_not_written_over(kept: Session, vault: OpenVault, profile: Profile) -> None:
    before = profile.keyslots.read_bytes()
    for path in (profile.vault, profile.keyslots):
        with pytest.raises(UserActionError, match="A vault lies here"):
            kept.everything.to_file(path, as_json=True)
        with pytest.raises(UserActionError, match="A vault lies here"):
            kept.exporter.to_file(path, ExportWish(Format.JSON))
        with pytest.raises(UserActionError, match="A vault lies here"):
            write_recovery_page(path, b"%PDF")
    assert profile.keyslots.read_bytes() == before


def test_the_note_on_damage_is_among_what_is_kept(kept: Session, profile: Profile) -> None:
    profile.health.write_bytes(b"{}")
    stored = {one.what: one for one in kept.privacy.report().stored}
    assert (stored["health"].where, stored["health"].bytes) == ("health.json", 2)
