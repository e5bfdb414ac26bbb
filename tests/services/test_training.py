# SPDX-License-Identifier: GPL-3.0-or-later
"""Training: only consented chats, only filtered, only what was found good; and it is said what left."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role, Status
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.training import Rating
from desktop.services import training as service
from desktop.services.chat_settings import ChatSettingsService
from desktop.services.library import ModelLibrary
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Replies
from desktop.services.spec import Spec
from desktop.services.training import Training
from desktop.storage import consent, conversations, deletion, training
from desktop.storage.activity import list_activity
from desktop.storage.database import Database
from desktop.storage.training import ConsentChangedError


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database.in_memory()
    yield made
    made.close()


@pytest.fixture
def used(database: Database) -> Training:
    return Training(database)


def begin(
    database: Database, title: str = "A chat", *, given: bool = True, system: str | None = None
) -> Chat:
    return database.write(
        lambda c: conversations.create_chat(c, title=title, training_consent=given, system_prompt=system)
    ).result()


def tell(
    database: Database,
    chat: Chat,
    *texts: str,
    below: MessageId | None = None,
    status: Status = Status.COMPLETE,
    first: Role = Role.USER,
) -> list[Message]:
    """Messages by turns, each below the one before."""
    told = []
    role = first
    for text in texts:
        message = database.write(
            lambda c, p=below, r=role, t=text: conversations.add_message(
                c, chat.id, parent_id=p, role=r, content=t, status=status
            )
        ).result()
        told.append(message)
        below, role = message.id, Role.ASSISTANT if role is Role.USER else Role.USER
    return told


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_only_consented_chats_leave_and_only_filtered(
    database: Database, used: Training, tmp_path: Path
) -> None:
    inside = begin(database, "Rent", system="Answer Anna Schmidt kindly.")
    tell(
        database,
        inside,
        "My IBAN is DE89 3704 0044 0532 0130 00.",
        "Write to anna@example.com, Anna Schmidt.",
    )
    tell(database, begin(database, "Secret", given=False), "zanzibarcanary", "I see.")
    used.set_terms(["  Rosenweg   Haus "]).result()
    done = used.export(tmp_path / "set")
    assert (done.chats, done.examples, done.pairs) == (1, 1, 0)
    (example,) = lines(tmp_path / "set" / "chats.jsonl")
    assert example == {
        "messages": [
            {"role": "system", "content": "Answer [NAME_1] kindly."},
            {"role": "user", "content": "My IBAN is [IBAN_1]."},
            {"role": "assistant", "content": "Write to [EMAIL_1], [NAME_1]."},
        ]
    }
    everything = b"".join(file.read_bytes() for file in (tmp_path / "set").iterdir())
    assert b"zanzibar" not in everything
    assert b"Rent" not in everything
    assert used.terms().result() == ["Rosenweg Haus"]


def test_the_manifest_says_what_it_is(database: Database, used: Training, tmp_path: Path) -> None:
    chat = begin(database)
    tell(database, chat, "Call +49 30 1234567", "I cannot call.")
    used.export(tmp_path / "set")
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert manifest["chats"][0]["id"] == chat.id
    assert manifest["chats"][0]["consented_at"].endswith("Z")
    assert manifest["removed"] == {"phone": 1}
    for file in manifest["files"]:
        data = (tmp_path / "set" / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    assert stat.S_IMODE((tmp_path / "set").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "set").iterdir()} == {0o600}
    (entry,) = [one for one in database.read(list_activity).result() if one.kind == "training-exported"]
    assert entry.counts == {"chats": 1, "examples": 1, "pairs": 0}


def test_what_was_found_bad_or_broke_off_is_no_example(
    database: Database, used: Training, tmp_path: Path
) -> None:
    """The path ends before it; a correction stands in its place."""
    chat = begin(database)
    told = tell(database, chat, "One?", "Good one.", "Two?", "Bad two.", "Three?", "Three.")
    used.rate(told[3].id, Rating.DOWN, reason="wrong").result()
    used.export(tmp_path / "a")
    (example,) = lines(tmp_path / "a" / "chats.jsonl")
    assert [turn["content"] for turn in example["messages"]] == ["One?", "Good one."]

    used.rate(told[3].id, Rating.DOWN, correction="Better two.").result()
    used.export(tmp_path / "b")
    (example,) = lines(tmp_path / "b" / "chats.jsonl")
    assert [turn["content"] for turn in example["messages"]] == [
        *("One?", "Good one.", "Two?", "Better two.", "Three?", "Three.")
    ]
    (pair,) = lines(tmp_path / "b" / "preferences.jsonl")
    assert [turn["content"] for turn in pair["prompt"]] == ["One?", "Good one.", "Two?"]
    assert pair["chosen"] == [{"role": "assistant", "content": "Better two."}]
    assert pair["rejected"] == [{"role": "assistant", "content": "Bad two."}]

    tell(database, chat, "Broken off", below=told[4].id, status=Status.FAILED, first=Role.ASSISTANT)
    used.export(tmp_path / "c")
    (example,) = lines(tmp_path / "c" / "chats.jsonl")
    assert example["messages"][-1]["content"] == "Better two."


def test_two_answers_to_one_question_are_a_preference(
    database: Database, used: Training, tmp_path: Path
) -> None:
    chat = begin(database)
    question, good = tell(database, chat, "Tea or coffee, Anna Schmidt?", "Tea.")
    (bad,) = tell(database, chat, "Coffee, Anna Schmidt.", below=question.id, first=Role.ASSISTANT)
    used.rate(good.id, Rating.UP).result()
    used.rate(bad.id, Rating.DOWN).result()
    used.export(tmp_path / "set")
    (pair,) = lines(tmp_path / "set" / "preferences.jsonl")
    assert pair == {
        "prompt": [{"role": "user", "content": "Tea or coffee, [NAME_1]?"}],
        "chosen": [{"role": "assistant", "content": "Tea."}],
        "rejected": [{"role": "assistant", "content": "Coffee, [NAME_1]."}],
    }


def test_the_review_shows_what_would_be_taken_out_and_the_person_decides(
    database: Database, used: Training
) -> None:
    chat = begin(database)
    tell(database, chat, "Anna Schmidt met Peter Weber at the Walnut Club.", "Nice.")
    (reviewed,) = used.review()
    assert reviewed.since is not None
    first = reviewed.messages[0]
    assert first.filtered == "[NAME_1] met [NAME_2] at the Walnut Club."
    assert [(one.value, one.stand_in) for one in first.passages] == [
        ("Anna Schmidt", "[NAME_1]"),
        ("Peter Weber", "[NAME_2]"),
    ]
    used.choose(chat.id, "Peter Weber", hidden=False).result()
    used.choose(chat.id, "walnut club", hidden=True).result()
    (reviewed,) = used.review()
    first = reviewed.messages[0]
    assert first.filtered == "[NAME_1] met Peter Weber at the [NAME_2]."
    assert [one.value for one in first.passages if not one.stand_in] == ["Peter Weber"]
    used.choose(chat.id, "walnut club", hidden=None).result()
    assert "Walnut Club" in next(iter(used.review())).messages[0].filtered


def test_feedback_is_kept_replaced_and_taken_back(database: Database, used: Training) -> None:
    question, answer = tell(database, begin(database, given=False), "Q", "A")
    used.rate(answer.id, Rating.UP, reason="kind").result()
    used.rate(answer.id, Rating.DOWN, correction="  ").result()
    kept = used.feedback([answer.id, question.id]).result()
    assert [(one.rating, one.reason, one.correction) for one in kept.values()] == [(Rating.DOWN, "", None)]
    used.rate(answer.id, None).result()
    assert used.feedback([answer.id]).result() == {}
    with pytest.raises(UserActionError):
        used.rate(question.id, Rating.UP).result()


def test_withdrawing_says_what_was_exported_before(
    database: Database, used: Training, tmp_path: Path
) -> None:
    chat = begin(database)
    tell(database, chat, "Q", "A")
    assert used.exported_before([chat.id]).result() == []
    used.export(tmp_path / "set")
    database.write(lambda c: consent.set_consent(c, [chat.id], False)).result()
    assert len(used.exported_before([chat.id]).result()) == 1
    with pytest.raises(UserActionError, match="No chat"):
        used.export(tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_withdrawal_while_it_is_written_stops_it(
    database: Database, used: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = begin(database)
    tell(database, chat, "Q", "A")
    write = service.write_private

    def withdraw(path: Path, data: bytes) -> None:
        write(path, data)
        database.write(lambda c: consent.set_consent(c, [chat.id], False)).result()

    monkeypatch.setattr(service, "write_private", withdraw)
    with pytest.raises(ConsentChangedError):
        used.export(tmp_path / "set")
    assert list(tmp_path.iterdir()) == []
    assert used.exported_before([chat.id]).result() == []


def test_a_full_disk_leaves_nothing(
    database: Database, used: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(database, begin(database), "Q", "A")

    def fill_up(_path: Path, _data: bytes) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(service, "write_private", fill_up)
    with pytest.raises(EnvironmentFaultError):
        used.export(tmp_path / "set")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EnvironmentFaultError):
        used.export(tmp_path / "nowhere" / "set")
    (tmp_path / "there").mkdir()
    with pytest.raises(UserActionError, match="already"):
        used.export(tmp_path / "there")


def test_new_chats_are_used_only_if_the_person_said_so(
    database: Database, used: Training, tmp_path: Path
) -> None:
    models = Models(ScriptedEngine(say("Hello.")), ModelChoice(tmp_path / "model.gguf", "Bundled"))
    library = ModelLibrary(database, models, folder=None)
    replies = Replies(database, models, library, Spec(database), ChatSettingsService(database))

    def ask() -> Chat:
        reply = replies.send("Greet me", lambda _event: None)
        assert reply.wait(10)
        return database.read(conversations.list_chats).result()[0]

    try:
        assert not ask().training_consent
        assert not used.is_default().result()
        used.set_default(True).result()
        chat = ask()
        assert chat.training_consent
        assert database.read(lambda c: training.consented_since(c, chat.id)).result() is not None
    finally:
        replies.close()
    kinds = [entry.kind for entry in database.read(list_activity).result()]
    assert kinds == ["consented", "training-default-on"]


def test_feedback_goes_with_its_chat(database: Database, used: Training) -> None:
    chat = begin(database)
    _question, answer = tell(database, chat, "Q", "A")
    used.rate(answer.id, Rating.UP, reason="lovely").result()
    used.choose(chat.id, "Q", hidden=True).result()
    deletion.purge(database, None, [ChatId(chat.id)])
    for table in ("feedback", "filter_choice", "training_export_chat"):
        assert database.read(lambda c, t=table: c.execute(f"SELECT * FROM {t}").fetchall()).result() == []


def test_stopping_reaches_every_chat_and_tells_what_left(
    database: Database, used: Training, tmp_path: Path
) -> None:
    chats = [begin(database, title) for title in ("One", "Two", "Archived", "Hidden")]
    begin(database, "Never", given=False)
    for chat in chats:
        tell(database, chat, "A question", "An answer")
    database.write(lambda c: conversations.set_archived(c, [chats[2].id], True)).result()
    used.set_default(True).result()
    used.export(tmp_path / "set")
    later = datetime.now(UTC) + timedelta(seconds=10)
    database.write(lambda c: deletion.mark_deleted(c, [chats[3].id], later)).result()
    stopped = used.stop().result()
    assert (stopped.chats, stopped.default_was_on, len(stopped.exported_at)) == (4, True, 1)
    assert "4 chats were withdrawn" in service.stopped_in_words(stopped)
    assert "exported before" in service.stopped_in_words(stopped)
    database.write(lambda c: deletion.undelete(c, [chats[3].id])).result()
    assert database.read(training.consented_chats).result() == []
    assert not used.is_default().result()
    for chat in chats:
        assert database.read(lambda c, i=chat.id: training.consented_since(c, i)).result() is None
    newest = database.read(list_activity).result()[0]
    assert newest.kind == "training-stopped"
    assert newest.counts == {"chats": 4, "default_was_on": True, "exported_before": 1}
    with pytest.raises(UserActionError):
        used.export(tmp_path / "again")
    assert used.stop().result().chats == 0
