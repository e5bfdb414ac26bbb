# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a chat hold for every answer in it, and for no other chat."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import Chat, Message
from desktop.domain.errors import UserActionError
from desktop.domain.generation import SamplingOptions
from desktop.paths import Profile
from desktop.services import presets
from desktop.services.chat_settings import ChatSettings, checked
from desktop.services.models import Models
from desktop.services.parameters import parameters
from desktop.services.replies import Accepted, Ended, Reply, ReplyEvent
from desktop.services.session import Session
from desktop.services.temporary import TemporaryChat
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault

CHEAP = KdfCost(memory_kib=64, time_cost=1, parallelism=1)
LIVELY = ChatSettings(temperature=1.5, max_tokens=9, stop=("END",))


class Asking:
    """Follows one answer to its end."""

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()

    def end(self, reply: Reply) -> tuple[Chat, Ended]:
        assert reply.wait(20)
        chat: Chat | None = None
        while True:
            event = self.events.get(timeout=20)
            if isinstance(event, Accepted):
                chat = event.chat
            if isinstance(event, Ended):
                assert chat is not None
                return chat, event


def ask(session: Session, text: str = "Hello", **options: object) -> tuple[Chat, Message]:
    asking = Asking()
    chat, ended = asking.end(session.replies.send(text, asking.events.put, **options))  # type: ignore[arg-type]
    return chat, ended.reply


def used(engine: ScriptedEngine) -> SamplingOptions:
    return engine.requests[-1].sampling


@pytest.fixture
def vault_session(profile: Profile, models: Models) -> Iterator[Session]:
    session = Session(create_vault(profile, "four unrelated garden words", cost=CHEAP), models)
    yield session
    session.close()


def test_a_chats_settings_hold_for_every_answer_in_it(session: Session, engine: ScriptedEngine) -> None:
    chat, reply = ask(session)
    assert used(engine) == SamplingOptions()
    session.chat_settings.set_chat(chat.id, LIVELY).result()
    wanted = SamplingOptions(temperature=1.5, max_tokens=9, stop=("END",))
    ask(session, chat_id=chat.id)
    assert used(engine) == wanted
    asking = Asking()
    asking.end(session.replies.regenerate(chat.id, reply.id, asking.events.put))
    assert used(engine) == wanted
    ask(session)
    assert used(engine) == SamplingOptions()


def test_what_is_said_for_one_answer_lies_over_them(session: Session, engine: ScriptedEngine) -> None:
    chat, _reply = ask(session, settings=LIVELY)
    ask(session, chat_id=chat.id, sampling=ChatSettings(temperature=0.0, seed=5))
    assert used(engine) == SamplingOptions(temperature=0.0, seed=5, max_tokens=9, stop=("END",))
    assert session.chat_settings.of_chat(chat.id).result() == LIVELY


def test_new_chats_begin_as_said_and_old_ones_stay(session: Session) -> None:
    before, _reply = ask(session)
    session.chat_settings.set_default(LIVELY).result()
    after, _reply = ask(session)
    own, _reply = ask(session, settings=ChatSettings(seed=3))
    found = [session.chat_settings.of_chat(chat.id).result() for chat in (before, after, own)]
    assert found == [ChatSettings(), LIVELY, ChatSettings(seed=3)]


def test_another_window_loads_the_model_anew_and_only_then(session: Session, engine: ScriptedEngine) -> None:
    wide, _reply = ask(session, settings=ChatSettings(context_size=2048))
    usual, _reply = ask(session)
    ask(session, chat_id=usual.id)
    ask(session, chat_id=wide.id)
    ask(session, chat_id=wide.id)
    assert [spec.n_ctx for spec in engine.specs] == [2048, 0, 2048]


def test_a_set_gives_a_chat_its_instructions_and_settings(session: Session, engine: ScriptedEngine) -> None:
    chat, _reply = ask(session, settings=ChatSettings(seed=1))
    settings = session.chat_settings
    settings.save_preset(" My  pirate ", "Talk like a pirate.", LIVELY).result()
    preset = settings.preset("my pirate").result()
    settings.apply(chat.id, preset).result()
    assert settings.of_chat(chat.id).result() == LIVELY
    assert session.history.chat(chat.id).result().system_prompt == "Talk like a pirate."
    ask(session, chat_id=chat.id)
    assert "Talk like a pirate." in engine.requests[-1].messages[0].content
    settings.remove_preset("My pirate").result()
    assert [one.name for one in settings.presets().result()] == [one.name for one in presets.shipped()]
    with pytest.raises(UserActionError):
        settings.remove_preset("My pirate").result()
    with pytest.raises(UserActionError):
        settings.save_preset("creative", "", LIVELY)
    with pytest.raises(UserActionError):
        settings.save_preset("  ", "", LIVELY)


def test_the_shipped_sets_can_be_had() -> None:
    assert len(presets.shipped()) >= 5
    for preset in presets.shipped():
        assert checked(preset.settings) == preset.settings


def test_a_temporary_chat_knows_the_sets_and_leaves_no_trace(
    vault_session: Session, models: Models, engine: ScriptedEngine
) -> None:
    vault_session.chat_settings.set_default(LIVELY).result()
    vault_session.chat_settings.save_preset("Mine", "Be kind.", LIVELY).result()
    temporary = TemporaryChat(models, vault_session)
    session = temporary.session
    assert session.chat_settings.presets().result()[-1].name == "Mine"
    chat, _reply = ask(session)
    assert used(engine).temperature == 1.5
    session.chat_settings.set_chat(chat.id, ChatSettings(seed=8)).result()
    count = "SELECT count(*) FROM chat_settings WHERE chat IS NOT NULL"
    assert vault_session._database.read(lambda c: c.execute(count).fetchone()).result() == (0,)
    kept = temporary.keep(vault_session)
    assert vault_session.chat_settings.of_chat(kept.id).result() == ChatSettings(seed=8)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ChatSettings(temperature=9), "temperature"),
        (ChatSettings(temperature=float("nan")), "temperature"),
        (ChatSettings(top_p=-0.1), "top-p"),
        (ChatSettings(context_size=1), "context size"),
        (ChatSettings(stop=("x" * 101,)), "stop words"),
        (ChatSettings(stop=tuple("abcdefghi")), "stop words"),
        (ChatSettings(json_schema="{"), "JSON"),
        (ChatSettings(json_schema='{"type": "string", "pattern": "a"}'), "pattern"),
        (ChatSettings(json_schema='{"$ref": "https://secret.example"}'), "$ref"),
    ],
)
def test_what_cannot_be_had_is_said_in_words(settings: ChatSettings, words: str) -> None:
    with pytest.raises(UserActionError) as refused:
        checked(settings)
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_every_number_has_its_words_and_its_usual_value() -> None:
    numbers = {name for name in ChatSettings.__struct_fields__ if name not in ("stop", "json_schema")}
    assert {one.name for one in parameters()} == numbers
    for one in parameters():
        assert all((one.title, one.line, one.term))
        assert one.usual is None or one.usual == getattr(SamplingOptions(), one.name)
        for end in (one.low, one.high):
            value = end if one.decimals else int(end)
            assert checked(ChatSettings(**{one.name: value}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "misfit"), [('{"a": 1}', False), ('{"a": 1', True), ("{}", True)])
def test_an_answer_is_looked_at_against_its_schema(
    session: Session, engine: ScriptedEngine, said: str, misfit: bool
) -> None:
    schema = '{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}'
    engine.script = say(said)
    asking = Asking()
    sampling = ChatSettings(json_schema=schema)
    _chat, ended = asking.end(session.replies.send("Go", asking.events.put, sampling=sampling))
    assert ended.misfit is misfit
    assert ended.reply.content == said
