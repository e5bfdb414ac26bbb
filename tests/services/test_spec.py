# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model is told: three layers, one system message, from the next answer on."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say, say_then_fail

from desktop.domain.conversation import Chat, ChatId, Message, Role, Status
from desktop.domain.errors import EnvironmentFaultError, UnknownChatError, UserActionError
from desktop.domain.generation import FaultKind, PromptMessage
from desktop.domain.spec import AppLayer, AppWords, Layers, estimated_tokens, fingerprint
from desktop.paths import Profile
from desktop.sandbox import confine
from desktop.services import doctor
from desktop.services import spec as service
from desktop.services.activity import in_words as activity_in_words
from desktop.services.export.exporter import ExportWish, Format
from desktop.services.models import ModelChoice, Models
from desktop.services.privacy import everything_in_words
from desktop.services.replies import Accepted, Ended, ReplyEvent
from desktop.services.session import Session
from desktop.services.spec import MAX_LAYER, Kind, in_words, read_document
from desktop.services.temporary import TemporaryChat
from desktop.storage import conversations, instructions
from desktop.storage.database import Database
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault

CHEAP = KdfCost(memory_kib=64, time_cost=1, parallelism=1)
PASSPHRASE = "four unrelated garden words"
CANARY = "zanzibarcanary"


def ask(session: Session, text: str, **options: object) -> tuple[Chat, Message]:
    events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
    session.replies.send(text, events.put, **options).wait(20)  # type: ignore[arg-type]
    chat: Chat | None = None
    while True:
        event = events.get(timeout=20)
        if isinstance(event, Accepted):
            chat = event.chat
        if isinstance(event, Ended):
            assert chat is not None
            return chat, event.reply


def system_of(engine: ScriptedEngine, place: int = -1) -> list[str]:
    return [m.content for m in engine.requests[place].messages if m.role is Role.SYSTEM]


@pytest.fixture
def vault_session(profile: Profile, models: Models) -> Iterator[Session]:
    session = Session(create_vault(profile, PASSPHRASE, cost=CHEAP), models)
    yield session
    session.close()


# how layers are joined


def layers(app: str = "A", precedence: str = "P", person: str = "", chat: str = "") -> Layers:
    return Layers(AppLayer.SHIPPED, AppWords(app, precedence), person, chat)


def test_layers_are_joined_from_the_general_to_the_specific() -> None:
    assert layers(person="person", chat="chat").joined() == "A\nP\n\nperson\n\nchat"


def test_the_rule_for_conflicts_is_told_only_where_there_can_be_one() -> None:
    assert layers().joined() == "A"
    assert layers(app="", person="person").joined() == "person"
    assert layers(app="").joined() == ""


def test_there_is_one_system_message_at_most_and_first() -> None:
    said = [PromptMessage(Role.SYSTEM, "Of the chat."), PromptMessage(Role.USER, "Hello")]
    assert layers(person="mine").put_before(said) == (
        PromptMessage(Role.SYSTEM, "A\nP\n\nmine\n\nOf the chat."),
        said[1],
    )
    # An imported tree may begin with a system message of its own, below the chat's.
    two = [PromptMessage(Role.SYSTEM, "One."), *said]
    assert [m.role for m in layers().put_before(two)] == [Role.SYSTEM, Role.USER]
    assert layers().put_before(two)[0].content == "A\nP\n\nOne.\n\nOf the chat."
    assert layers(app="").put_before(said[1:]) == (said[1],)


def test_a_fingerprint_tells_versions_apart() -> None:
    assert fingerprint("") == ""
    assert len(fingerprint("a")) == 12
    assert fingerprint("a") != fingerprint("b")


# the document


def test_the_shipped_document_says_what_is_told_and_why(session: Session) -> None:
    shipped = session.spec.shipped
    assert shipped.version == "1"
    assert all(rule.reason for rule in shipped.rules)
    fixed = [rule for rule in shipped.rules if rule.kind is Kind.FIXED]
    assert ["Private information" in rule.title for rule in fixed] == [True]
    assert any(rule.kind is Kind.KEPT for rule in shipped.rules)
    for rule in shipped.rules:
        assert all(f"> {line}" in shipped.document for line in rule.told.splitlines())
    assert "private information" in shipped.words.told
    assert "private information" in shipped.words.precedence, "what is fixed is excepted from the rule"


def test_the_shipped_words_are_short(session: Session) -> None:
    assert estimated_tokens(session.spec.shipped.words.told) <= 120


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nVersion 1\n\n## Rule\n\nTold to the model.\n\nNothing is.",
        "# Title\n\nVersion 1\n\n## Rule\n\nKept by the app.\n\n> But told.",
        "# Title\n\nVersion 1\n\n## Rule\n\nWhispered.\n\n> It.",
        "# Title\n\nNo version\n\n## Rule\n\nTold to the model.\n\n> It.",
        "",
    ],
)
def test_a_document_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_document(text)


def test_a_damaged_installation_is_told_in_words(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "resource", tmp_path.joinpath)
    with pytest.raises(EnvironmentFaultError, match="install"):
        session.spec.layers()
    report = doctor.examine(Profile(tmp_path / "profile"), session.models, confine.report())
    assert [c.ok for c in report.checks if c.name == "instructions"] == [False]


# what the engine is given


def test_all_three_layers_reach_the_model_as_one_message(session: Session, engine: ScriptedEngine) -> None:
    session.spec.set_person("Call me Ada.").result()
    ask(session, "One", system_prompt="Be brief.")
    shipped = session.spec.shipped.words
    assert system_of(engine) == [f"{shipped.told}\n{shipped.precedence}\n\nCall me Ada.\n\nBe brief."]


def test_a_change_holds_from_the_next_answer_on_in_every_chat(
    session: Session, engine: ScriptedEngine
) -> None:
    chat, _reply = ask(session, "One")
    assert system_of(engine) == [session.spec.shipped.words.told]
    session.spec.set_person("Call me Ada.").result()
    session.spec.set_chat(chat.id, "Rhyme.").result()
    ask(session, "Two", chat_id=chat.id)
    assert system_of(engine)[0].endswith("Call me Ada.\n\nRhyme.")
    ask(session, "Another chat")
    assert system_of(engine)[0].endswith("Call me Ada.")
    session.spec.set_person("").result()
    session.spec.set_chat(chat.id, "").result()
    ask(session, "Three", chat_id=chat.id)
    assert system_of(engine) == [session.spec.shipped.words.told]
    assert session.history.chat(chat.id).result().system_prompt is None


def test_the_beginning_of_the_prompt_stays_the_same(session: Session, engine: ScriptedEngine) -> None:
    session.spec.set_person("Call me Ada.").result()
    chat, _reply = ask(session, "One")
    ask(session, "Two", chat_id=chat.id)
    first, second = (request.messages for request in engine.requests)
    assert second[: len(first)] == first


def test_the_apps_layer_can_be_replaced_switched_off_and_come_back(
    session: Session, engine: ScriptedEngine
) -> None:
    session.spec.set_app("Talk like a pirate.").result()
    assert session.spec.layers().state is AppLayer.OWN
    ask(session, "One")
    assert system_of(engine) == ["Talk like a pirate."]
    session.spec.switch_app_off().result()
    ask(session, "Two")
    assert system_of(engine) == []
    session.spec.reset_app().result()
    ask(session, "Three")
    assert system_of(engine) == [session.spec.shipped.words.told]


def test_what_cannot_be_kept_is_refused(session: Session) -> None:
    for change in (session.spec.set_app, session.spec.set_person):
        with pytest.raises(UserActionError, match="too long"):
            change("x" * (MAX_LAYER + 1))
    with pytest.raises(UserActionError, match="no words"):
        session.spec.set_app("  \n")
    with pytest.raises(UnknownChatError):
        session.spec.set_chat(ChatId("nowhere"), "x").result()
    with pytest.raises(UnknownChatError):
        session.spec.layers(ChatId("nowhere"))


# which version a reply was given


def test_each_reply_records_which_version_it_was_given(session: Session, engine: ScriptedEngine) -> None:
    def given(message: Message) -> str | None:
        return session.history._database.read(
            lambda c: instructions.given(c, [message.id]).get(message.id)
        ).result()

    chat, first = ask(session, "One")
    assert given(first) == fingerprint(system_of(engine)[0])
    session.spec.set_chat(chat.id, "Rhyme.").result()
    _chat, second = ask(session, "Two", chat_id=chat.id)
    assert given(second) == session.spec.report(chat.id).fingerprint != given(first)
    assert session.spec.last_given(chat.id).result() == given(second)
    session.spec.switch_app_off().result()
    session.spec.set_chat(chat.id, "").result()
    engine.script = say_then_fail("half", kind=FaultKind.CRASHED)
    _chat, third = ask(session, "Three", chat_id=chat.id)
    assert third.status is Status.FAILED
    assert given(third) == ""
    session.history.delete_now([chat.id])
    assert given(first) is None


# temporary chats


def a_models(folder: Path, engine: ScriptedEngine) -> Models:
    file = folder / "model.gguf"
    file.touch()
    return Models(engine, ModelChoice(file, "Scripted"))


def test_a_temporary_chat_is_told_what_the_vault_says_and_writes_nothing(
    vault_session: Session, profile: Profile, tmp_path: Path
) -> None:
    vault_session.spec.set_person(f"Call me {CANARY}.").result()
    engine = ScriptedEngine(say("Yes."))
    temporary = TemporaryChat(a_models(tmp_path, engine), vault_session)
    before = {p: p.stat().st_size for p in profile.folder.rglob("*") if p.is_file()}
    ask(temporary.session, "Hello", system_prompt="Be brief.")
    assert system_of(engine)[0].endswith(f"Call me {CANARY}.\n\nBe brief.")
    vault_session.spec.set_person("Call me Ada.").result()
    chat = temporary.chat()
    assert chat is not None
    ask(temporary.session, "And now?", chat_id=chat.id)
    assert system_of(engine)[0].endswith("Call me Ada.\n\nBe brief.")
    temporary.close()
    assert set(before) == {p for p in profile.folder.rglob("*") if p.is_file()}
    assert vault_session.history.chats().result() == []


def test_one_begun_without_a_vault_is_told_the_apps_words_only(tmp_path: Path) -> None:
    engine = ScriptedEngine(say("Yes."))
    temporary = TemporaryChat(a_models(tmp_path, engine))
    ask(temporary.session, "Hello")
    assert system_of(engine) == [temporary.session.spec.shipped.words.told]
    temporary.close()


# what is kept, and told of


def test_layers_outlive_locking_and_never_reach_a_plain_file(profile: Profile, models: Models) -> None:
    session = Session(create_vault(profile, PASSPHRASE, cost=CHEAP), models)
    session.spec.set_person(f"Call me {CANARY}.").result()
    session.spec.set_app(f"Obey {CANARY}.").result()
    session.close()
    for path in profile.folder.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    session = Session(open_vault(profile, PASSPHRASE), models)
    told = session.spec.layers()
    assert (told.state, told.app.told, told.person) == (AppLayer.OWN, f"Obey {CANARY}.", f"Call me {CANARY}.")
    session.close()


def test_changes_are_recorded_once_and_without_their_words(session: Session) -> None:
    chat, _reply = ask(session, "One")
    for _again in range(2):
        session.spec.set_person(f"Call me {CANARY}.").result()
        session.spec.set_chat(chat.id, CANARY).result()
        session.spec.set_app(CANARY).result()
    session.spec.switch_app_off().result()
    done = session.privacy.activity().result()
    assert [(one.kind, one.counts["layer"]) for one in done] == [
        ("instructions-changed", layer) for layer in ("app", "app", "chat", "person")
    ]
    assert activity_in_words(done[0]) == "Changed what the model is told"
    assert CANARY not in str(done)


def test_the_persons_layer_is_part_of_everything(session: Session) -> None:
    session.spec.set_person(f"Call me {CANARY}.").result()
    kept = {one.what: one for one in session.privacy.report().stored}["instructions"]
    assert (kept.count, kept.bytes) == (1, len(f"Call me {CANARY}."))
    assert CANARY in in_words(session.spec.layers())
    report = session.privacy.report()
    assert CANARY not in everything_in_words(report, session.privacy.activity().result())


def test_what_is_not_understood_counts_as_never_said(session: Session) -> None:
    database = Database.in_memory()
    database.write(
        lambda c: c.execute("INSERT INTO setting VALUES ('spec.app', '3'), ('spec.person', '[]')")
    ).result()
    told = service.Spec(database).layers()
    assert (told.state, told.person) == (AppLayer.SHIPPED, "")
    database.close()


def test_half_surrogates_are_kept_as_what_can_be_stored(session: Session) -> None:
    session.spec.set_person("odd \ud800").result()
    assert session.spec.layers().person == "odd \ufffd"


def test_a_chats_layer_stays_its_own_in_what_is_shown(session: Session) -> None:
    session.spec.set_person("Call me Ada.").result()
    chat, _reply = ask(session, "One", system_prompt="Be brief.")
    assert session.history.chat(chat.id).result().system_prompt == "Be brief."
    assert session.history.whole(chat.id).result().system_prompt == "Be brief."
    prompt = session.history._database.read(
        lambda c: conversations.prompt_messages(c, chat.id, chat.head_id)  # type: ignore[arg-type]
    ).result()
    assert prompt[0].content == "Be brief."


# export and import


def test_a_complete_archive_has_the_persons_layer_and_no_import_takes_it_over(
    vault_session: Session, models: Models, tmp_path: Path
) -> None:
    chat, _reply = ask(vault_session, "Hello", system_prompt="Be brief.")
    out = tmp_path / "all.inglenook"
    vault_session.spec.set_person(f"Call me {CANARY}.").result()
    vault_session.exporter.to_file(out, ExportWish(Format.ARCHIVE, (chat.id,)))
    assert CANARY not in out.read_text(encoding="utf-8"), "one chat is not everything"
    out.unlink()
    vault_session.exporter.to_file(out, ExportWish(Format.ARCHIVE))
    assert f'"person":"Call me {CANARY}."' in out.read_text(encoding="utf-8")
    other = Session(None, models)
    other.spec.set_person("Call me Ada.").result()
    done = other.importer.read(out)
    assert (done.chats, list(done.skipped)) == (1, [])
    assert other.spec.layers(chat.id).person == "Call me Ada."
    assert other.spec.layers(chat.id).chat == "Be brief."
    other.close()


def test_what_was_never_changed_is_in_no_archive(session: Session, tmp_path: Path) -> None:
    ask(session, "Hello")
    out = tmp_path / "all.inglenook"
    session.exporter.to_file(out, ExportWish(Format.ARCHIVE))
    assert '"instructions"' not in out.read_text(encoding="utf-8")
