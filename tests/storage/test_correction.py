# SPDX-License-Identifier: GPL-3.0-or-later
"""A wrong word is found wherever it is kept, replaced, and nowhere left, not even in the decrypted pages."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import Chat, ChatId, MessageId, Role, Status
from desktop.domain.correction import Occurrence, TextKind, Wish
from desktop.domain.training import Rating
from desktop.storage import (
    chat_settings,
    conversations,
    correction,
    drafts,
    feedback,
    folders,
    pagescan,
    records,
    residue,
    training,
)
from desktop.storage.backup import back_up
from desktop.storage.connection import Connection
from desktop.storage.search import search
from desktop.storage.vault import OpenVault

OLD, NEW = "Zanzibarsmith", "Zanzibarsmyth"
Talk = Callable[..., tuple[ChatId, list[MessageId]]]


def everywhere(conn: Connection) -> Chat:
    """A chat in which the old word stands in every kind of text."""
    chat = conversations.create_chat(conn, title=f"About {OLD}", system_prompt=f"You talk to {OLD}.")
    question = conversations.add_message(
        conn, chat.id, parent_id=None, role=Role.USER, content=f"I am {OLD}, not {OLD}son."
    )
    answer = conversations.add_message(
        conn, chat.id, parent_id=question.id, role=Role.ASSISTANT, content=f"Hello {OLD}."
    )
    feedback.set_feedback(
        conn, answer.id, Rating.DOWN, reason=f"{OLD} is no name", correction=f"Good day, {OLD}."
    )
    training.choose_filter(conn, chat.id, {OLD: True})
    drafts.keep_drafts(conn, {chat.id: f"Dear {OLD}", None: f"Yours, {OLD}"})
    records.set_setting(conn, training.TERMS_SETTING, ["Ann", OLD])
    folders.create(conn, f"Letters to {OLD}")
    chat_settings.set_chat(conn, chat.id, ChatSettings(stop=(f"{OLD}:",)))
    return chat


def shown(conn: Connection, old: str = OLD, **more: bool) -> tuple[Occurrence, ...]:
    return correction.find(conn, Wish(old, NEW, **more)).shown


def all_text(conn: Connection) -> str:
    return "\n".join(residue._living_texts(conn))


def test_it_is_found_in_every_kind_of_text(conn: Connection) -> None:
    chat = everywhere(conn)
    found = shown(conn)
    assert {one.place.kind for one in found} == set(TextKind)
    assert len(found) == 13
    message = next(one for one in found if one.place.kind is TextKind.MESSAGE and one.before == "I am ")
    assert (message.found, message.after, message.chat_id) == (OLD, f", not {OLD}son.", chat.id)
    assert shown(conn, OLD.lower()) == ()
    assert len(shown(conn, OLD.lower(), ignore_case=True)) == 13


def test_a_name_is_found_composed_and_decomposed(conn: Connection, tell: Callable[..., object]) -> None:
    tell("Café Zoé " + unicodedata.normalize("NFD", "Zoé"))
    assert len(shown(conn, "Zoé")) == 2


def test_all_is_replaced_in_one_go_dated_and_recorded(vault: OpenVault) -> None:
    database = vault.database
    chat_id = database.write(everywhere).result().id
    chat = database.read(lambda c: conversations.get_chat(c, chat_id)).result()
    before = datetime.now(UTC)
    receipt = correction.correct(database, vault, Wish(OLD, NEW))
    assert (receipt.places, receipt.messages, receipt.chats, receipt.changed_meanwhile) == (13, 2, 1, 0)
    assert receipt.residue_found == 0
    text = database.read(all_text).result()
    assert OLD not in text
    assert OLD.lower() not in text  # in the words of the index
    assert database.read(lambda c: len(search(c, NEW))).result() == 2
    assert database.read(lambda c: search(c, OLD)).result() == []
    assert database.read(drafts.drafts).result() == {chat.id: f"Dear {NEW}", None: f"Yours, {NEW}"}
    assert database.read(lambda c: records.get_setting(c, training.TERMS_SETTING)).result() == ["Ann", NEW]
    rows = database.read(lambda c: c.execute("SELECT at FROM correction").fetchall()).result()
    assert len(rows) == 2
    assert all(at >= before.timestamp() * 1000 - 1 for (at,) in rows)
    done = database.read(lambda c: c.execute("SELECT kind, details FROM activity").fetchall()).result()
    assert done == [("corrected", '{"places":13,"messages":2,"chats":1}')]
    # The place of the message in the tree, and the chat's in the list, stay.
    assert len(database.read(lambda c: conversations.path(c, chat.id)).result()) == 2
    assert database.read(lambda c: conversations.get_chat(c, chat.id)).result().updated_at == chat.updated_at


def test_only_what_was_chosen_changes(vault: OpenVault) -> None:
    database = vault.database
    database.write(everywhere).result()
    found = database.read(shown).result()
    chosen = [one.place for one in found if one.place.kind is TextKind.MESSAGE and one.after.startswith(",")]
    receipt = correction.correct(database, vault, Wish(OLD, NEW), chosen)
    assert (receipt.places, receipt.messages) == (1, 1)
    assert receipt.residue_found == 0  # what stands elsewhere was chosen to stay
    assert len(database.read(shown).result()) == 12
    again = correction.correct(database, vault, Wish(OLD, NEW), chosen)
    assert (again.places, again.changed_meanwhile) == (0, 1)


def test_backups_with_the_old_words_go(vault: OpenVault) -> None:
    database, profile = vault.database, vault.profile
    database.write(everywhere).result()
    database.read(lambda c: back_up(c, vault.key, profile.keyslots, profile.backups)).result()
    receipt = correction.correct(database, vault, Wish(OLD, NEW))
    assert "1 backup removed" in receipt.checked
    assert [entry for entry in profile.backups.iterdir() if entry.is_dir()] == []


def test_an_answer_that_is_being_written_is_left_alone(conn: Connection, chat: Chat) -> None:
    conversations.add_message(
        conn, chat.id, parent_id=None, role=Role.ASSISTANT, content=OLD, status=Status.STREAMING
    )
    assert shown(conn) == ()


# Without the savepoint the last five damage it.
@pytest.mark.parametrize("seed", [*range(5), 17, 33, 43, 53, 54])
def test_the_search_index_stays_sound(conn: Connection, chat: Chat, seed: int) -> None:
    """Taken out and put in at once, long texts would damage it (see correction._write_messages)."""
    chance = random.Random(seed)
    words = ["kettle", "garden", "window", "letter", "river", "bread"]

    def prose() -> str:
        return " ".join(chance.choice(words) for _word in range(chance.choice([3, 50, 700, 4000])))

    for _number in range(chance.randrange(1, 14)):
        conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content=prose())
    for _round in range(6):
        rows = conn.execute("SELECT key, content FROM message ORDER BY key").fetchall()
        chosen = chance.sample(rows, chance.randrange(1, len(rows) + 1))
        changes = [
            (key, old, prose() if chance.random() < 0.5 else old.replace("kettle", "pot"))
            for key, old in sorted(chosen)
        ]
        done = correction._Done()
        conn.execute("BEGIN IMMEDIATE")
        correction._write_messages(conn, changes, 0, done)
        conn.execute("COMMIT")
        conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
        assert not done.rebuilt


@pytest.mark.parametrize("seed", range(6))
def test_nothing_of_the_old_words_is_left_in_the_pages(vault: OpenVault, talk: Talk, seed: int) -> None:
    """Over layouts with long texts, many messages and replacements of another length."""
    chance = random.Random(seed)
    words = [f"word{number}" for number in range(40)]

    def prose(length: int) -> str:
        parts = [chance.choice(words) for _word in range(length)]
        parts.insert(chance.randrange(length + 1), OLD)
        return " ".join(parts)

    for _chat in range(chance.randrange(1, 6)):
        talk(vault.database, [prose(chance.choice([2, 60, 900, 5000])) for _number in range(6)], title=OLD)
    new = chance.choice(["", "Z", NEW, "a much longer name than it had before"])
    receipt = correction.correct(vault.database, vault, Wish(OLD, new))
    assert receipt.residue_found == 0, receipt.checked
    vault.database.truncate_log()
    needles = [OLD.encode(), OLD.lower().encode()]
    assert pagescan.scan_in_child(vault.profile.vault, vault.key, needles).found == []


def test_the_look_finds_what_was_left(vault: OpenVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The receipt is no formality: where pages keep the old words, it says so."""
    database = vault.database
    database.write(everywhere).result()
    database._writing.submit(database._writer.execute, "PRAGMA secure_delete = OFF").result()
    scanned: list[int] = []

    def scan(path: object, key: bytes, needles: list[bytes]) -> pagescan.ScanReport:
        scanned.extend(needle == OLD.encode() for needle in needles)
        return pagescan.ScanReport(1, 0, 0, [needles.index(OLD.encode())])

    receipt = correction.correct(database, vault, Wish(OLD, NEW), scan=scan)  # type: ignore[arg-type]
    assert sum(scanned) == 1
    assert receipt.residue_found == 1
