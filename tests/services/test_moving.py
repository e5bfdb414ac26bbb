# SPDX-License-Identifier: GPL-3.0-or-later
"""Two profiles are two computers: what moves from one to the other is the same there, or it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.documents import age
from desktop.domain.archive import ArchivedChat, ArchivedFeedback, ArchivedMessage, FilterChoice, chat_digest
from desktop.domain.conversation import ChatId, Role, Status
from desktop.domain.errors import EnvironmentFaultError, UserActionError
from desktop.domain.spec import AppLayer
from desktop.domain.training import Rating
from desktop.services.export.exporter import ExportCancelledError, Exporter, ExportWish, Format
from desktop.services.imports import ImportPassphraseError
from desktop.services.moving import ArchiveBrokenError, MoveCancelledError, Moving
from desktop.services.under_way import UnderWay
from desktop.storage import (
    consent,
    conversations,
    deletion,
    drafts,
    feedback,
    instructions,
    records,
    retention,
    training,
)
from desktop.storage.activity import list_activity
from desktop.storage.archive import insert_chat, read_chat, read_settings
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.search import search
from desktop.storage.training import TERMS_SETTING

PASSPHRASE = "seven other garden words"
START = datetime(2020, 1, 1, tzinfo=UTC)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
moments = st.integers(0, 5).map(lambda step: START + timedelta(milliseconds=step))


@st.composite
def chats(draw: st.DrawFn, number: int) -> ArchivedChat:
    """Any tree, with all that may hang on it."""
    messages = []
    for place in range(draw(st.integers(0, 8))):
        role = draw(st.sampled_from(list(Role)))
        thought = ArchivedFeedback(
            draw(moments),
            draw(st.sampled_from([-1, 1])),
            draw(texts).strip(),
            draw(st.none() | st.just("so")),
        )
        parents = [None, *(one.id for one in messages)]
        messages.append(
            ArchivedMessage(
                id=f"c{number}m{place}",
                parent_id=draw(st.sampled_from(parents)),
                role=role,
                content=draw(texts),
                status=draw(st.sampled_from([one for one in Status if one is not Status.STREAMING])),
                created_at=draw(moments),
                feedback=thought if role is Role.ASSISTANT and draw(st.booleans()) else None,
            )
        )
    return ArchivedChat(
        id=f"chat{number}",
        title=draw(texts),
        created_at=draw(moments),
        updated_at=draw(moments),
        messages=messages,
        head_id=draw(st.sampled_from([one.id for one in messages])) if messages else None,
        system_prompt=draw(st.none() | texts),
        pinned=draw(st.booleans()),
        archived=draw(st.booleans()),
        retention_days=draw(st.none() | st.integers(1, 366)),
        draft=draw(st.none() | texts.filter(bool)),
        filter_choices=[
            FilterChoice(value, hidden)
            for value, hidden in draw(st.dictionaries(texts.filter(bool), st.booleans(), max_size=2)).items()
        ],
    )


histories = st.integers(0, 3).flatmap(lambda count: st.tuples(*(chats(number) for number in range(count))))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess at these passphrases costs nothing."""
    monkeypatch.setattr(age, "WORK_FACTOR", 4)


@pytest.fixture
def old() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


@pytest.fixture
def new() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


def moving(database: Database) -> Moving:
    return Moving(database, Exporter(database))


def everything(database: Database) -> dict[str, ArchivedChat]:
    def read(conn: Connection) -> dict[str, ArchivedChat]:
        found = conversations.list_chats(conn, include_archived=True)
        return {chat.id: read_chat(conn, chat.id) for chat in found}

    return database.read(read).result()


@pytest.fixture
def lived_in(old: Database) -> ChatId:
    """A computer with a history and all that a person may have said about it; gives a chat's id."""

    def live(conn: Connection) -> ChatId:
        chat = conversations.create_chat(conn, title="Tea")
        question = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content="Which?")
        answers = [
            conversations.add_message(
                conn, chat.id, parent_id=question.id, role=Role.ASSISTANT, content=words
            )
            for words in ("Green walnut tea.", "Black.")
        ]
        feedback.set_feedback(conn, answers[0].id, Rating.DOWN, reason="too hot", correction="Cold.")
        conversations.set_pinned(conn, [chat.id], True)
        training.choose_filter(conn, chat.id, {"Rosa": True, "Black": False})
        retention.set_chat_days(conn, chat.id, 90)
        drafts.keep_drafts(conn, {chat.id: "half a thought", None: "of a new chat"})
        consent.set_consent(conn, [chat.id], True)
        records.set_setting(conn, TERMS_SETTING, ["Rosa", "Elm Street"])
        retention.set_days(conn, 180)
        other = conversations.create_chat(conn, title="Put away")
        conversations.add_message(conn, other.id, parent_id=None, role=Role.USER, content="Hello")
        conversations.set_archived(conn, [other.id], True)
        return chat.id

    return old.write(live).result()


@pytest.fixture
def file(old: Database, lived_in: ChatId, tmp_path: Path) -> Path:
    """Everything of the old computer."""
    path = tmp_path / "move.age"
    moving(old).out(path, PASSPHRASE)
    return path


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories)
def test_any_history_is_equal_on_the_other_computer(
    history: tuple[ArchivedChat, ...], tmp_path: Path
) -> None:
    old, new = Database.in_memory(), Database.in_memory()
    try:
        for chat in history:
            old.write(lambda c, one=chat: insert_chat(c, one)).result()  # type: ignore[misc]
        out = moving(old).out(tmp_path / "move.age", PASSPHRASE)
        brought = moving(new).bring(tmp_path / "move.age", PASSPHRASE)
        assert brought.is_equal
        assert brought.fingerprint == out.fingerprint
        assert (brought.chats, brought.messages) == (out.chats, out.messages)
        assert {i: chat_digest(c) for i, c in everything(new).items()} == {
            one.id: chat_digest(one) for one in history
        }
    finally:
        old.close()
        new.close()


def test_all_that_was_said_comes_along(old: Database, new: Database, lived_in: ChatId, file: Path) -> None:
    done = moving(new).bring(file, PASSPHRASE)
    assert (done.is_equal, done.came_in, done.were_here) == (True, 2, 0)
    before, after = everything(old)[lived_in], everything(new)[lived_in]
    assert msgspec.structs.replace(before, consent=[]) == after
    [thought] = [one.feedback for one in after.messages if one.feedback]
    assert (thought.rating, thought.reason, thought.correction) == (-1, "too hot", "Cold.")
    assert after.filter_choices == [FilterChoice("Black", False), FilterChoice("Rosa", True)]
    told = new.read(read_settings).result()
    assert (told.retention_days, told.terms, told.draft) == (180, ["Rosa", "Elm Street"], "of a new chat")
    assert not new.read(retention.rule).result().agreed  # shown before it acts, on this computer too


def test_consent_stays_off_and_the_record_is_this_computers_own(
    old: Database, new: Database, lived_in: ChatId, file: Path
) -> None:
    moving(new).bring(file, PASSPHRASE)
    assert not new.read(lambda c: conversations.get_chat(c, lived_in)).result().training_consent
    kinds = [one.kind for one in new.read(list_activity).result()]
    assert "consented" not in kinds
    assert kinds.count("imported") == 1


def test_a_second_time_everything_is_here_and_equal(new: Database, file: Path) -> None:
    moving(new).bring(file, PASSPHRASE)
    again = moving(new).bring(file, PASSPHRASE)
    assert (again.is_equal, again.came_in, again.were_here) == (True, 0, 2)


def test_what_differs_is_named(new: Database, lived_in: ChatId, file: Path) -> None:
    moving(new).bring(file, PASSPHRASE)
    new.write(
        lambda c: conversations.add_message(c, lived_in, parent_id=None, role=Role.USER, content="More")
    ).result()
    gone = next(i for i in everything(new) if i != lived_in)
    new.write(lambda c: deletion.mark_deleted(c, [ChatId(gone)], datetime.now(UTC))).result()
    done = moving(new).bring(file, PASSPHRASE)
    assert not done.is_equal
    told = dict(done.differences)
    assert "was kept" in told["Tea"]
    assert "erased" in told["Put away"]
    assert any(one.content == "More" for one in everything(new)[lived_in].messages)


def test_what_the_model_is_told_comes_along_where_nothing_is_said(old: Database, tmp_path: Path) -> None:
    old.write(lambda c: instructions.set_person(c, "Call me Rosa.")).result()
    old.write(lambda c: instructions.set_app(c, AppLayer.OFF)).result()
    moving(old).out(tmp_path / "told.age", PASSPHRASE)
    empty, full = Database.in_memory(), Database.in_memory()
    try:
        full.write(lambda c: instructions.set_person(c, "Call me Otto.")).result()
        for database, person in ((empty, "Call me Rosa."), (full, "Call me Otto.")):
            moving(database).bring(tmp_path / "told.age", PASSPHRASE)
            kept = database.read(instructions.kept).result()
            assert (kept.state, kept.person) == (AppLayer.OFF, person)
    finally:
        empty.close()
        full.close()


def test_what_was_said_here_stays(new: Database, file: Path) -> None:
    def say(conn: Connection) -> None:
        retention.set_days(conn, 30)
        records.set_setting(conn, TERMS_SETTING, ["Otto"])

    new.write(say).result()
    moving(new).bring(file, PASSPHRASE)
    told = new.read(read_settings).result()
    assert (told.retention_days, told.terms) == (30, ["Otto", "Rosa", "Elm Street"])


@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_a_file_that_was_cut_off_is_told_and_nothing_comes_in(
    new: Database, file: Path, share: float
) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ArchiveBrokenError, match="cut off"):
        moving(new).bring(file, PASSPHRASE)
    assert everything(new) == {}


@pytest.mark.parametrize("place", [-1, -400, 300])
def test_a_changed_byte_is_told_and_nothing_comes_in(new: Database, file: Path, place: int) -> None:
    whole = bytearray(file.read_bytes())
    whole[place] ^= 1
    file.write_bytes(whole)
    with pytest.raises(UserActionError):
        moving(new).bring(file, PASSPHRASE)
    assert everything(new) == {}


def test_a_changed_plain_archive_is_told(
    old: Database, new: Database, lived_in: ChatId, tmp_path: Path
) -> None:
    from desktop.services.export.exporter import ExportWish, Format

    path = tmp_path / "plain.inglenook"
    Exporter(old).to_file(path, ExportWish(Format.ARCHIVE))
    path.write_bytes(path.read_bytes().replace(b"Green walnut", b"White walnut"))
    with pytest.raises(ArchiveBrokenError, match="changed"):
        moving(new).bring(path, None)
    assert everything(new) == {}


def test_an_archive_of_the_first_version_is_read(new: Database, tmp_path: Path) -> None:
    """As version 1 wrote it: without feedback, choices, settings and the digest of the content."""
    import hashlib

    chat = ArchivedChat(
        "c1",
        "Old",
        START,
        START,
        [ArchivedMessage("m1", None, Role.USER, "walnut", Status.COMPLETE, START)],
        head_id="m1",
    )
    header = (
        b'{"record":"header","format":"inglenook-archive","version":1,"created_at":"2026-01-01T00:00:00Z",'
        b'"app_version":"0.1.0","complete":true}\n'
    )
    body = header + msgspec.json.encode(chat) + b"\n"
    end = {"record": "end", "chats": 1, "messages": 1, "sha256": hashlib.sha256(body).hexdigest()}
    path = tmp_path / "old.inglenook"
    path.write_bytes(body + msgspec.json.encode(end) + b"\n")
    assert moving(new).bring(path, None).is_equal
    assert len(new.read(lambda c: search(c, "walnut")).result()) == 1


def test_a_file_of_something_else(new: Database, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('[{"mapping": {}, "title": "x"}]')
    with pytest.raises(ArchiveBrokenError, match="not an archive"):
        moving(new).bring(path, None)


def test_the_wrong_passphrase(new: Database, file: Path) -> None:
    for wrong in (None, "something else"):
        with pytest.raises(ImportPassphraseError):
            moving(new).bring(file, wrong)


def test_stopping_on_the_way_out_leaves_what_was_there(
    old: Database, lived_in: ChatId, tmp_path: Path
) -> None:
    path = tmp_path / "move.age"
    path.write_text("the old one")
    stop = threading.Event()
    with pytest.raises(ExportCancelledError):
        moving(old).out(path, PASSPHRASE, progress=lambda *_: stop.set(), cancelled=stop)
    assert path.read_text() == "the old one"
    assert [one.name for one in tmp_path.iterdir()] == ["move.age"]


@pytest.mark.parametrize("after", [1, 3])
def test_stopping_on_the_way_in_leaves_nothing(new: Database, file: Path, after: int) -> None:
    """While the file is looked at, and after a chat came in."""
    stop, steps = threading.Event(), []

    def progress(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == after:
            stop.set()

    with pytest.raises(MoveCancelledError):
        moving(new).bring(file, PASSPHRASE, progress=progress, cancelled=stop)
    assert steps[-1] == ((0, 0) if after == 1 else (1, 2))
    assert everything(new) == {}
    assert new.read(list_activity).result() == []
    assert new.read(lambda c: search(c, "walnut")).result() == []


def test_what_the_disk_gives_back_is_compared(
    old: Database, lived_in: ChatId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that loses a byte: no file, and it is said."""
    from desktop.services.export import exporter

    rewind: Callable[..., None] = exporter._rewind

    def lose(file: object) -> None:
        rewind(file)
        file.seek(-20, 2)  # type: ignore[attr-defined]
        file.write(b"\0")  # type: ignore[attr-defined]
        rewind(file)

    monkeypatch.setattr(exporter, "_rewind", lose)
    with pytest.raises(EnvironmentFaultError, match="not what was written"):
        moving(old).out(tmp_path / "move.age", PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said_before_anything_is_written(
    old: Database, lived_in: ChatId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 10})())
    with pytest.raises(UserActionError, match="not enough room"):
        moving(old).out(tmp_path / "move.age", PASSPHRASE)


def test_how_much_there_is(old: Database, lived_in: ChatId, file: Path) -> None:
    there = moving(old).volume()
    assert (there.chats, there.messages) == (2, 4)
    assert there.bytes * 0.3 < file.stat().st_size < there.bytes * 3


def closed_at(came: int) -> tuple[UnderWay, Callable[[int, int], None]]:
    """Something to be closed by another thread once so many chats are done."""
    under_way = UnderWay()
    closing = threading.Thread(target=under_way.close, daemon=True)

    def progress(done: int, _total: int) -> None:
        if done == came and not closing.is_alive():
            closing.start()
            while not under_way._is_closed:
                time.sleep(0.001)

    return under_way, progress


def test_closing_has_a_move_given_up_and_waits_for_it(new: Database, file: Path) -> None:
    """The vault is locked while chats come in: it is as before, and nothing goes on reading."""
    under_way, progress = closed_at(1)
    moving = Moving(new, Exporter(new), under_way)
    with pytest.raises(MoveCancelledError):
        moving.bring(file, PASSPHRASE, progress=progress)
    under_way.close()
    assert new.read(conversations.list_chats).result() == []
    assert new.read(list_activity).result() == []
    with pytest.raises(MoveCancelledError):  # nothing is begun any more
        moving.bring(file, PASSPHRASE)


def test_closing_has_an_export_given_up(old: Database, lived_in: ChatId, tmp_path: Path) -> None:
    under_way, progress = closed_at(1)
    with pytest.raises(ExportCancelledError):
        Exporter(old, under_way).to_file(tmp_path / "chats.json", ExportWish(Format.JSON), progress=progress)
    assert list(tmp_path.iterdir()) == []
