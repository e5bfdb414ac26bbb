# SPDX-License-Identifier: GPL-3.0-or-later
"""The models a person has: adding, choosing for all chats and for one, what does not fit, removing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import ChatId, Role
from desktop.domain.generation import FaultKind, SamplingOptions
from desktop.paths import Profile
from desktop.services.library import DoesNotFitError, Fit, ModelFileError, UnknownModelError, fit
from desktop.services.models import ModelChoice, Models
from desktop.services.replies import Ended, ReplyEvent
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault
from tests.gguf_file import write_gguf

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_gguf(tmp_path / "other.gguf")


def ask(session: Session, text: str, chat: ChatId | None = None) -> Ended:
    events: list[ReplyEvent] = []
    session.replies.send(text, events.append, chat_id=chat).wait(20)
    last = events[-1]
    assert isinstance(last, Ended), last
    return last


def test_a_file_is_added_once_and_found_by_name_or_id(session: Session, other: Path) -> None:
    seen: list[tuple[int, int]] = []
    added = session.library.add(other, progress=lambda done, total: seen.append((done, total)))
    again = session.library.add(other)
    assert (added.id, added.name) == (again.id, "Tiny Instruct · F16")
    assert [known.name for known in session.library.listed()] == ["Scripted", "Tiny Instruct · F16"]
    for name in (added.id, added.id[:8], "tiny instruct · f16"):
        assert session.library.find(name).id == added.id
    with pytest.raises(UnknownModelError):
        session.library.find(added.id[:7])


def test_two_models_of_one_name_do_not_look_the_same(session: Session, tmp_path: Path) -> None:
    for length in (1024, 2048, 4096):
        session.library.add(write_gguf(tmp_path / f"{length}.gguf", llama__context_length=length))
    names = [known.name for known in session.library.listed()[1:]]
    assert names == ["Tiny Instruct · F16", "Tiny Instruct · F16 (2)", "Tiny Instruct · F16 (3)"]


def test_what_is_no_model_is_refused_in_words_and_nothing_is_added(session: Session, tmp_path: Path) -> None:
    damaged = write_gguf(tmp_path / "damaged.gguf", cut=5)
    with pytest.raises(ModelFileError, match="cut off or damaged"):
        session.library.add(damaged)
    assert len(session.library.listed()) == 1


def test_a_base_model_is_recognised(session: Session, tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "base.gguf", without=("tokenizer.chat_template",))
    assert session.library.add(base).is_base


def test_one_chat_has_its_own_model_and_the_others_the_usual_one(
    session: Session, engine: ScriptedEngine, other: Path
) -> None:
    first, second = ask(session, "One").reply.chat_id, ask(session, "Two").reply.chat_id
    added = session.library.add(other)
    session.library.use_for_chat(first, added.id).result()
    assert ask(session, "More", first).reply.model == added.name
    assert engine.specs[-1].path == other
    assert ask(session, "More", second).reply.model == "Scripted"
    session.library.use_for_chat(first, None).result()
    assert ask(session, "More", first).reply.model == "Scripted"


def test_a_removed_model_leaves_its_chats_to_the_usual_one_and_its_file_alone(
    session: Session, other: Path
) -> None:
    chat = ask(session, "One").reply.chat_id
    added = session.library.add(other)
    session.library.use(added.id)
    session.library.use_for_chat(chat, added.id).result()
    session.library.remove(added.id)
    assert session.library.of_chat(chat).result().name == "Scripted"
    assert session.models.current_name() == "Scripted"
    assert other.is_file()


def test_the_choice_outlives_locking_and_only_downloads_are_deleted(
    profile: Profile, models: Models, other: Path
) -> None:
    session = Session(
        create_vault(profile, PASSPHRASE, cost=KdfCost(memory_kib=64, time_cost=1, parallelism=1)), models
    )
    profile.models.mkdir()
    ours = write_gguf(profile.models / "ours.gguf", llama__context_length=512)
    added, had = session.library.add(other), session.library.add(ours, downloaded=True)
    session.library.use(added.id)
    session.close()
    models.choose(models.original)
    session = Session(open_vault(profile, PASSPHRASE), models)
    try:
        assert session.models.current().id == added.id
        session.library.remove(added.id)
        session.library.remove(had.id)
        assert (other.is_file(), ours.exists()) == (True, False)
        kinds = [entry.kind for entry in session.privacy.activity().result()]
        assert kinds[:4] == ["model-removed", "model-removed", "model-added", "model-added"]
    finally:
        session.close()


@pytest.mark.parametrize(
    ("needs", "room", "expected"),
    [
        (100, 200, Fit.FITS),
        (180, 200, Fit.TIGHT),
        (201, 200, Fit.TOO_BIG),
        (100, None, Fit.UNKNOWN),
        (0, 200, Fit.UNKNOWN),
    ],
)
def test_whether_it_fits(needs: int, room: int | None, expected: Fit) -> None:
    assert fit(needs, room) is expected


def test_what_does_not_fit_is_refused_before_it_is_loaded_unless_the_person_insists(
    tmp_path: Path, other: Path
) -> None:
    engine = ScriptedEngine(say("Hello."))
    models = Models(engine, ModelChoice(_file(tmp_path), "Scripted"), free_memory=lambda: 1_000_000)
    session = Session(None, models)
    added = session.library.add(other)
    assert added.fit is Fit.TOO_BIG
    with pytest.raises(DoesNotFitError):
        session.library.use(added.id)
    assert session.models.current_name() == "Scripted"
    chat = ask(session, "One").reply.chat_id
    session.library.use_for_chat(chat, added.id).result()
    assert ask(session, "Two", chat).fault is FaultKind.DOES_NOT_FIT
    assert [spec.path for spec in engine.specs] == [tmp_path / "model.gguf"]
    session.library.use(added.id, despite=True)
    assert ask(session, "Three").reply.model == added.name
    session.close()


def test_what_answering_was_like_is_remembered(session: Session, other: Path) -> None:
    from desktop.domain.conversation import ReplyStats

    added = session.library.add(other)
    session.library.use(added.id)
    session.library.note_answer(session.library.default, ReplyStats(12, 0, 40, 0.1, 33.5))
    session.library.note_answer(session.library.default, ReplyStats(12, 0, 2, 0.1, 900.0))  # too short
    assert session.library.find(added.id).measure.tokens_per_second == 33.5


def test_adding_can_be_called_off(session: Session, other: Path) -> None:
    stop = threading.Event()
    stop.set()
    with other.open("r+b") as file:
        file.truncate(40 * 1024**3)
    with pytest.raises(ModelFileError):
        session.library.add(other, cancelled=stop)
    assert len(session.library.names()) == 1


def test_the_estimate_is_no_less_than_what_is_taken(session: Session, other: Path) -> None:
    card = session.library.add(other).card
    assert card.memory_bytes(1000, 4096) > card.memory_bytes(1000, 512) > 1000
    assert card.window(100_000) == 4096  # never more than it was trained for


def test_questions_are_answered_by_whom_they_were_asked_of(session: Session, other: Path) -> None:
    """The model is chosen when the question is kept, not when its turn comes."""
    added = session.library.add(other)
    events: list[ReplyEvent] = []
    reply = session.replies.send("One", events.append)
    session.library.use(added.id)
    reply.wait(20)
    last = events[-1]
    assert isinstance(last, Ended)
    messages = session.history.all_messages(last.reply.chat_id).result()
    assert {m.model for m in messages if m.role is Role.ASSISTANT} <= {"Scripted", added.name}
    assert last.reply.content == "Good evening."


def _file(folder: Path) -> Path:
    made = folder / "model.gguf"
    made.touch()
    return made


@pytest.mark.model
def test_the_estimate_holds_for_the_model_inglenook_came_with() -> None:
    """Measured with a window that has something in it; the whole window is what is estimated."""
    from desktop.services.models import local_models

    models = local_models()
    session = Session(None, models)
    try:
        events: list[ReplyEvent] = []
        asked = "Tell a long story about a fireplace. " * 20
        session.replies.send(asked, events.append, sampling=SamplingOptions(max_tokens=24)).wait(120)
        last = events[-1]
        assert isinstance(last, Ended)
        answered = last.reply
        assert answered.stats is not None
        session.library.of_chat(answered.chat_id).result()  # after what was noted
        known = session.library.find("bundled")
        assert known.measure.memory is not None
        assert 90_000_000 < known.measure.memory <= known.needs
        assert known.measure.tokens_per_second == answered.stats.tokens_per_second
    finally:
        session.close()
        models.close()
