# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers in the file: kept, replaced without a trace, and gone with what they belong to."""

from __future__ import annotations

import pytest

from desktop.domain.conversation import ChatId, MessageId, Role
from desktop.domain.correction import Wish
from desktop.domain.errors import UnknownChatError
from desktop.domain.spec import AppLayer
from desktop.storage import conversations, correction, deletion, instructions, pagescan
from desktop.storage.connection import Connection
from desktop.storage.vault import OpenVault

CANARY = "zanzibarcanary quokkas whisper lanterns"


def test_layers_are_kept_and_taken_back(conn: Connection) -> None:
    assert instructions.kept(conn) == instructions.Kept(AppLayer.SHIPPED, "", "")
    instructions.set_app(conn, AppLayer.OWN, "own")
    instructions.set_person(conn, "mine")
    assert instructions.kept(conn) == instructions.Kept(AppLayer.OWN, "own", "mine")
    instructions.set_app(conn, AppLayer.OFF)
    instructions.set_person(conn, "")
    assert instructions.kept(conn) == instructions.Kept(AppLayer.OFF, "", "")
    instructions.set_app(conn, AppLayer.SHIPPED)
    assert conn.execute("SELECT count(*) FROM setting WHERE name LIKE 'spec.%'").fetchone() == (0,)


def test_a_chats_layer_moves_nothing_in_the_list(conn: Connection) -> None:
    chat = conversations.create_chat(conn, system_prompt="Be brief.")
    instructions.set_chat(conn, chat.id, "Rhyme.")
    after = conversations.get_chat(conn, chat.id)
    assert (after.system_prompt, after.updated_at) == ("Rhyme.", chat.updated_at)
    with pytest.raises(UnknownChatError):
        instructions.set_chat(conn, ChatId("nowhere"), "x")


def test_what_a_reply_was_given_goes_with_it(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    reply = conversations.add_message(conn, chat.id, parent_id=None, role=Role.ASSISTANT, content="x")
    assert instructions.last_given(conn, chat.id) is None
    instructions.note_given(conn, reply.id, "abc")
    instructions.note_given(conn, reply.id, "abd")
    instructions.note_given(conn, MessageId("nowhere"), "abc")
    assert instructions.given(conn, [reply.id]) == {reply.id: "abd"}
    assert instructions.last_given(conn, chat.id) == "abd"
    conn.execute("UPDATE chat SET head = NULL")
    conn.execute("DELETE FROM message")
    assert conn.execute("SELECT count(*) FROM reply_spec").fetchone() == (0,)


def test_deleting_a_chat_leaves_nothing_of_its_layer(vault: OpenVault) -> None:
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="T")).result()
    vault.database.write(lambda c: instructions.set_chat(c, chat.id, CANARY)).result()
    assert deletion.purge(vault.database, vault, [chat.id]).residue_found == 0


def test_a_layer_that_was_replaced_is_in_no_page(vault: OpenVault) -> None:
    def found() -> tuple[int, ...]:
        assert vault.database.truncate_log()
        needles = [CANARY.encode(), b"lanterns glow"]
        return tuple(pagescan.scan_in_child(vault.profile.vault, vault.key, needles).found)

    vault.database.write(lambda c: instructions.set_person(c, CANARY)).result()
    vault.database.write(lambda c: instructions.set_app(c, AppLayer.OWN, "lanterns glow")).result()
    assert sorted(found()) == [0, 1]
    vault.database.write(lambda c: instructions.set_person(c, "Other words.")).result()
    vault.database.write(lambda c: instructions.set_app(c, AppLayer.SHIPPED)).result()
    assert found() == ()


def test_a_correction_reaches_the_layers(vault: OpenVault) -> None:
    chat = vault.database.write(lambda c: conversations.create_chat(c, system_prompt="I am Ana.")).result()
    vault.database.write(lambda c: instructions.set_person(c, "Call me Ana.")).result()
    vault.database.write(lambda c: instructions.set_app(c, AppLayer.OWN, "Ana is here.")).result()
    receipt = correction.correct(vault.database, vault, Wish("Ana", "Anna"))
    assert receipt.places == 3
    kept = vault.database.read(instructions.kept).result()
    assert (kept.person, kept.own) == ("Call me Anna.", "Anna is here.")
    assert vault.database.read(lambda c: instructions.chat_layer(c, chat.id)).result() == "I am Anna."
