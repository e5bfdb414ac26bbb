# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings in the file: kept, copied, replaced, and gone with their chat."""

from __future__ import annotations

import pytest

from desktop.domain.chat_settings import ChatSettings, Preset
from desktop.domain.conversation import ChatId, Role
from desktop.domain.correction import Wish
from desktop.domain.errors import UnknownChatError
from desktop.storage import archive, branches, chat_settings, conversations, correction, deletion, everything
from desktop.storage.connection import Connection
from desktop.storage.vault import OpenVault

CANARY = "zanzibarcanary quokkas whisper lanterns"
FULL = ChatSettings(
    temperature=0.0,
    top_p=0.5,
    top_k=0,
    min_p=0.1,
    repeat_penalty=1.2,
    presence_penalty=-1.0,
    frequency_penalty=0.5,
    seed=0,
    max_tokens=77,
    stop=("END", "\n\n", "ünïcode 🌊"),
    context_size=4096,
    json_schema='{"type": "object"}',
)


def rows(conn: Connection) -> tuple[int, int]:
    counts = [
        conn.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("chat_settings", "stop_word")
    ]
    return counts[0][0], counts[1][0]


def test_each_setting_is_kept_as_it_was_said(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    assert chat_settings.of_chat(conn, chat.id) == ChatSettings()
    chat_settings.set_chat(conn, chat.id, FULL)
    assert chat_settings.of_chat(conn, chat.id) == FULL
    assert conversations.get_chat(conn, chat.id).updated_at == chat.updated_at
    chat_settings.set_chat(conn, chat.id, ChatSettings())
    assert rows(conn) == (0, 0)
    with pytest.raises(UnknownChatError):
        chat_settings.set_chat(conn, ChatId("nowhere"), FULL)


def test_the_beginning_of_new_chats_and_named_sets_are_apart(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    chat_settings.set_default(conn, ChatSettings(seed=1))
    chat_settings.set_default(conn, ChatSettings(seed=2))
    chat_settings.save_preset(conn, Preset("Mine", "Be kind.", FULL))
    chat_settings.save_preset(conn, Preset("Mine", "Be kinder.", FULL))
    chat_settings.set_chat(conn, chat.id, ChatSettings(seed=3))
    assert chat_settings.default(conn).seed == 2
    assert chat_settings.presets(conn) == [Preset("Mine", "Be kinder.", FULL)]
    assert chat_settings.of_chat(conn, chat.id).seed == 3
    assert chat_settings.remove_preset(conn, "Mine")
    assert not chat_settings.remove_preset(conn, "Mine")
    assert rows(conn) == (2, 0)


def test_a_fork_is_answered_as_its_origin(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    question = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content="Why?")
    chat_settings.set_chat(conn, chat.id, FULL)
    made = branches.fork(conn, chat.id, question.id, "Copy")
    assert chat_settings.of_chat(conn, made.id) == FULL


def test_they_travel_in_the_archive(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    assert archive.read_chat(conn, chat.id).settings is None
    chat_settings.set_chat(conn, chat.id, FULL)
    whole = archive.read_chat(conn, chat.id)
    conn.execute("DELETE FROM chat")
    assert rows(conn) == (0, 0)
    archive.insert_chat(conn, whole)
    assert archive.read_chat(conn, chat.id) == whole
    assert whole.settings == FULL


def test_deleting_a_chat_leaves_nothing_of_its_words(vault: OpenVault) -> None:
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="T")).result()
    said = ChatSettings(stop=(CANARY,), json_schema=f'{{"description": "{CANARY} aloud"}}')
    vault.database.write(lambda c: chat_settings.set_chat(c, chat.id, said)).result()
    receipt = deletion.purge(vault.database, vault, [chat.id])
    assert receipt.residue_found == 0
    assert receipt.looked_for > 2
    assert vault.database.read(rows).result() == (0, 0)


def test_a_correction_reaches_their_words(vault: OpenVault) -> None:
    chat = vault.database.write(conversations.create_chat).result()
    said = ChatSettings(stop=("x", "Ana:"), json_schema='{"const": "Ana"}')

    def fill(conn: Connection) -> None:
        chat_settings.set_chat(conn, chat.id, said)
        chat_settings.save_preset(conn, Preset("For Ana", "You are Ana.", ChatSettings()))

    vault.database.write(fill).result()
    assert correction.correct(vault.database, vault, Wish("Ana", "Anna")).places == 4
    now = vault.database.read(lambda c: chat_settings.of_chat(c, chat.id)).result()
    assert (now.stop, now.json_schema) == (("x", "Anna:"), '{"const": "Anna"}')
    assert vault.database.read(chat_settings.presets).result() == [
        Preset("For Anna", "You are Anna.", ChatSettings())
    ]


def test_everything_shows_them(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    chat_settings.set_chat(conn, chat.id, FULL)
    chat_settings.save_preset(conn, Preset("Mine", "Be kind.", ChatSettings()))
    [dump] = everything.chats_from(conn, 0, 9)
    assert dump.beside["chat_settings"][0]["json_schema"] == FULL.json_schema
    loose = everything.loose_rows(conn)
    assert [row["instructions"] for row in loose["chat_settings"]] == ["Be kind."]
    assert len(loose["stop_word"]) == len(FULL.stop)
