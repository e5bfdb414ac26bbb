# SPDX-License-Identifier: GPL-3.0-or-later
"""A temporary chat leaves nothing behind, can be kept whole, and waits sealed while the vault is locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say, say_then_wait

from desktop.domain.conversation import Chat, Message, Role, Status
from desktop.domain.errors import StorageFullError, UserActionError
from desktop.domain.question import Question
from desktop.paths import Profile
from desktop.services.activity import in_words
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Accepted, Ended, ReplyEvent
from desktop.services.session import Session
from desktop.services.temporary import TemporaryChat, models_like
from desktop.storage import conversations
from desktop.storage.activity import list_activity
from desktop.storage.database import Database
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault

CHEAP = KdfCost(memory_kib=64, time_cost=1, parallelism=1)
PASSPHRASE = "four unrelated garden words"
QUESTION = "What is a hollyhock?"


class ClosableEngine(ScriptedEngine):
    closed = False

    def close(self) -> None:
        super().close()
        self.closed = True


def make_models(folder: Path, *pieces: str) -> Models:
    file = folder / "model.gguf"
    file.touch()
    return Models(ClosableEngine(say(*pieces)), ModelChoice(file, "Scripted"))


@pytest.fixture
def vault_session(profile: Profile, tmp_path: Path) -> Iterator[Session]:
    session = Session(create_vault(profile, PASSPHRASE, cost=CHEAP), make_models(tmp_path))
    yield session
    session.close()


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[TemporaryChat]:
    chat = TemporaryChat(make_models(tmp_path, "A tall ", "flower."))
    yield chat
    chat.close()


def ask(session: Session, text: str, chat: Chat | None = None) -> tuple[Chat, Message]:
    events: list[ReplyEvent] = []
    session.replies.send(text, events.append, chat_id=chat.id if chat else None).wait(20)
    [begun] = [event.chat for event in events if isinstance(event, Accepted)]
    [reply] = [event.reply for event in events if isinstance(event, Ended)]
    return begun, reply


def told(session: Session, chat: Chat) -> list[tuple[object, ...]]:
    """All that a chat is made of."""
    return [
        (m.id, m.parent_id, m.role, m.content, m.status, m.created_at, m.model, m.stats)
        for m in session.history.all_messages(chat.id).result()
    ]


def branched(session: Session) -> Chat:
    """A chat with two answers to its first question and one question more, the first answer shown."""
    chat, first = ask(session, QUESTION)
    session.replies.regenerate(chat.id, first.id, lambda _event: None).wait(20)
    ask(session, "And a foxglove?", chat)
    session.history.show_message(chat.id, first.id).result()
    return session.history.chat(chat.id).result()


def test_nothing_of_it_is_written(tmp_path: Path, profile: Profile) -> None:
    chat = TemporaryChat(make_models(tmp_path, "A tall flower."))
    engine = chat.session.models.engine
    assert isinstance(engine, ClosableEngine)
    ask(chat.session, QUESTION)
    chat.close()
    chat.close()
    assert engine.closed
    assert [path.name for path in tmp_path.iterdir()] == ["model.gguf"]


def test_kept_it_has_all_branches_and_times(vault_session: Session, temporary: TemporaryChat) -> None:
    before = branched(temporary.session)
    said = told(temporary.session, before)
    assert len(said) == 5
    kept = temporary.keep(vault_session)
    assert told(vault_session, kept) == said
    assert kept.head_id == before.head_id
    assert (kept.title, kept.created_at, kept.updated_at) == (
        before.title,
        before.created_at,
        before.updated_at,
    )
    assert [chat.id for chat in vault_session.history.chats().result()] == [kept.id]
    assert vault_session.finder.search(Question("hollyhock"))
    assert temporary.seal(vault_session, "") is None, "it would be there twice"


def test_kept_it_is_recorded_and_not_for_training(vault_session: Session, temporary: TemporaryChat) -> None:
    ask(temporary.session, QUESTION)
    kept = temporary.keep(vault_session)
    assert not kept.training_consent
    done = vault_session._database.read(list_activity).result()
    assert in_words(done[0]) == "Kept 1 temporary chat"
    assert QUESTION not in str(done)


def test_it_can_never_be_allowed_for_training(temporary: TemporaryChat) -> None:
    chat, _reply = ask(temporary.session, QUESTION)
    with pytest.raises(UserActionError):
        temporary.session.history.set_training_consent([chat.id], True)


def test_what_is_being_answered_is_kept_as_far_as_it_came(
    vault_session: Session, temporary: TemporaryChat
) -> None:
    engine = temporary.session.models.engine
    assert isinstance(engine, ScriptedEngine)
    engine.script = say_then_wait("A tall ")
    events: list[ReplyEvent] = []
    temporary.session.replies.send(QUESTION, events.append)
    kept = temporary.keep(vault_session)
    last = vault_session.history.all_messages(kept.id).result()[-1]
    assert last.role is Role.ASSISTANT
    assert last.status is Status.STOPPED


def test_when_it_cannot_be_kept_it_is_still_here(
    vault_session: Session, temporary: TemporaryChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, _reply = ask(temporary.session, QUESTION)

    def full(*_arguments: object, **_more: object) -> None:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr("desktop.services.history.activity.record", full)
    with pytest.raises(StorageFullError):
        temporary.keep(vault_session)
    assert vault_session.history.chats().result() == []
    assert len(told(temporary.session, chat)) == 2


def test_there_is_nothing_to_keep_before_anything_was_sent(
    vault_session: Session, temporary: TemporaryChat
) -> None:
    with pytest.raises(UserActionError):
        temporary.keep(vault_session)


def test_it_waits_sealed_while_the_vault_is_locked(
    vault_session: Session, temporary: TemporaryChat, profile: Profile, tmp_path: Path
) -> None:
    before = branched(temporary.session)
    said = told(temporary.session, before)
    sealed = temporary.seal(vault_session, "and a thist")
    assert sealed is not None
    assert b"hollyhock" not in sealed.content
    vault_session.close()
    assert all(b"hollyhock" not in path.read_bytes() for path in profile.folder.rglob("*") if path.is_file())

    again = Session(open_vault(profile, PASSPHRASE), make_models(tmp_path))
    assert again.history.chats().result() == []
    restored = TemporaryChat.unseal(sealed, again, make_models(tmp_path))
    assert restored.draft == "and a thist"
    chat = restored.chat()
    assert chat is not None
    assert chat.head_id == before.head_id
    assert told(restored.session, chat) == said
    assert restored.session.temporary
    restored.close()
    again.close()


def test_an_empty_one_is_not_sealed(vault_session: Session, temporary: TemporaryChat) -> None:
    assert temporary.seal(vault_session, " \n") is None
    assert isinstance(temporary.session.models.engine, ClosableEngine)
    assert temporary.session.models.engine.closed


def test_a_draft_alone_is_sealed(vault_session: Session, temporary: TemporaryChat, tmp_path: Path) -> None:
    sealed = temporary.seal(vault_session, "To be")
    assert sealed is not None
    restored = TemporaryChat.unseal(sealed, vault_session, make_models(tmp_path))
    assert (restored.chat(), restored.draft) == (None, "To be")
    restored.close()


def test_without_a_vault_nothing_is_sealed_but_it_ends(session: Session, temporary: TemporaryChat) -> None:
    ask(temporary.session, QUESTION)
    with pytest.raises(UserActionError):
        temporary.seal(session, "")
    assert isinstance(temporary.session.models.engine, ClosableEngine)
    assert temporary.session.models.engine.closed


def test_its_model_is_the_chosen_one_in_a_process_of_its_own(tmp_path: Path) -> None:
    elsewhere = make_models(tmp_path)
    elsewhere.use(tmp_path / "chosen.gguf")
    made = models_like(elsewhere, lambda: make_models(tmp_path))
    assert made.engine is not elsewhere.engine
    assert made.current() == elsewhere.current()
    assert models_like(None, lambda: make_models(tmp_path)).current().name == "Scripted"


def test_its_database_has_no_file() -> None:
    database = Database.in_memory()
    files = database.read(lambda c: c.execute("PRAGMA database_list").fetchall()).result()
    assert [file for _number, _name, file in files] == [""]
    assert database.read(conversations.list_chats).result() == []
    database.close()
