# SPDX-License-Identifier: GPL-3.0-or-later
"""A filtered export: none of the labelled personal data is in the file, wherever in a chat it stood."""

from __future__ import annotations

import html
import io
import json
import re
import threading
from collections.abc import Iterator

import pytest

from desktop.domain.archive import Piece
from desktop.domain.conversation import Chat, ChatId, MessageId, Role, Status
from desktop.domain.errors import UserActionError
from desktop.domain.training import Rating
from desktop.personal_data import Detector, Kind
from desktop.services.export.exporter import ExportCancelledError, Exporter, ExportWish, Format
from desktop.storage import conversations, drafts, feedback, training
from desktop.storage.activity import list_activity
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from tests.personal_data.recipe import GENERATED
from tests.personal_data.scoring import WRITTEN, labelled

READABLE = [Format.MARKDOWN, Format.HTML, Format.JSON]


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database.in_memory()
    yield made
    made.close()


@pytest.fixture
def exporter(database: Database) -> Exporter:
    return Exporter(database)


def begin(database: Database, title: str, *texts: str, system: str | None = None) -> Chat:
    chat = database.write(lambda c: conversations.create_chat(c, title=title, system_prompt=system)).result()
    parent: MessageId | None = None
    for place, text in enumerate(texts):
        role = Role.ASSISTANT if place % 2 else Role.USER
        parent = database.write(
            lambda c, p=parent, r=role, t=text: conversations.add_message(
                c, chat.id, parent_id=p, role=r, content=t, status=Status.COMPLETE
            )
        ).result().id  # fmt: skip
    return chat


def written(exporter: Exporter, format_: Format, *, filtered: bool = True) -> str:
    stream = io.BytesIO()
    exporter.to_stream(stream, ExportWish(format_, filtered=filtered))
    return stream.getvalue().decode()


def words_of(exported: str) -> str:
    """As a person reads it: a page without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", exported)) if exported.startswith("<!DOCTYPE") else exported


@pytest.mark.parametrize("format_", READABLE)
def test_no_labelled_personal_data_is_in_the_file(
    database: Database, exporter: Exporter, format_: Format
) -> None:
    """Questions, answers, titles, instructions; names the filter does not know are in the person's list."""
    cases = [case for file in (GENERATED, WRITTEN) for case in labelled(file)]
    detector = Detector()
    unknown = {
        text[label.start : label.end]
        for _language, text, labels in cases
        for label in labels
        if label.kind is Kind.NAME
        and not any(
            one.start <= label.start and label.end <= one.end and one.kind is label.kind
            for one in detector.find(text)
        )
    }
    assert len(unknown) < 40
    database.write(lambda c: training.set_own_terms(c, sorted(unknown))).result()
    for at in range(0, len(cases), 40):
        texts = [text for _language, text, _labels in cases[at : at + 40]]
        begin(database, texts[0], *texts, system=texts[1])
    exported = words_of(written(exporter, format_))
    values = {text[label.start : label.end] for _l, text, labels in cases for label in labels}
    # A surname of one sign, or a given name that another text uses as a word, says nothing alone.
    assert [value for value in values if len(value) > 3 and value in exported] == []
    plain = words_of(written(exporter, format_, filtered=False))
    assert sum(value in plain for value in values) > 0.95 * len(values)


def test_stand_ins_are_the_same_within_a_chat_and_counted(database: Database, exporter: Exporter) -> None:
    begin(
        database,
        "Anna Schmidt",
        "Anna Schmidt and Peter Weber",
        "Dear Anna Schmidt",
        system="For Peter Weber",
    )
    begin(database, "Another", "Peter Weber again")
    document = json.loads(written(exporter, Format.JSON))
    assert document["filtered"] == {"version": 1, "removed": {"name": 6}}
    other, first = sorted(document["chats"], key=lambda chat: -len(chat["messages"]))[::-1]
    assert (first["title"], first["system_prompt"]) == ("[NAME_1]", "For [NAME_2]")
    assert [one["content"] for one in first["messages"]] == ["[NAME_1] and [NAME_2]", "Dear [NAME_1]"]
    assert other["messages"][0]["content"] == "[NAME_1] again"
    assert document["chats"][0]["messages"][0]["id"]


def test_drafts_other_branches_and_models_are_filtered(database: Database, exporter: Exporter) -> None:
    chat = begin(database, "T", "Anna Schmidt asks")
    database.write(lambda c: drafts.keep_drafts(c, {chat.id: "Ask Anna Schmidt"})).result()
    database.write(
        lambda c: conversations.add_message(
            c, chat.id, parent_id=None, role=Role.USER, content="Peter Weber asks", model="zoltan.gguf"
        )
    ).result()
    database.write(lambda c: training.set_own_terms(c, ["Zoltan"])).result()
    told = written(exporter, Format.JSON)
    for gone in ("Anna", "Peter", "zoltan"):
        assert gone not in told
    assert "Ask [NAME_1]" in told
    read = written(exporter, Format.MARKDOWN)
    assert "1 message of other branches is not shown" in read


def test_the_persons_word_holds(database: Database, exporter: Exporter) -> None:
    """What they let stand, what they hide besides, their own list: the decisions training knows too."""
    chat = begin(database, "T", "Anna Schmidt met Peter Weber at the Walnut Club near Rosenweg")
    database.write(lambda c: training.set_own_terms(c, ["rosenweg"])).result()
    exporter.choose(chat.id, "Peter Weber", False).result()
    exporter.choose(chat.id, "walnut club", True).result()
    assert "[NAME_1] met Peter Weber at the [NAME_2] near [NAME_3]" in written(exporter, Format.MARKDOWN)
    (looked,) = exporter.look(ExportWish(Format.MARKDOWN, filtered=True))
    assert [(one.role, one.filtered) for one in looked.messages] == [
        (Piece.TITLE, "T"),
        (Role.USER, "[NAME_1] met Peter Weber at the [NAME_2] near [NAME_3]"),
    ]
    assert [one.value for one in looked.messages[1].passages if not one.stand_in] == ["Peter Weber"]
    assert dict(looked.removed) == {"name": 3}


def test_an_archive_is_refused(database: Database, exporter: Exporter) -> None:
    begin(database, "T", "Hello")
    for ask in (
        lambda: exporter.to_stream(io.BytesIO(), ExportWish(Format.ARCHIVE, filtered=True)),
        lambda: list(exporter.look(ExportWish(Format.ARCHIVE))),
    ):
        with pytest.raises(UserActionError, match="without loss"):
            ask()
    assert database.read(list_activity).result() == []


def test_it_is_off_unless_asked_for(database: Database, exporter: Exporter) -> None:
    begin(database, "Anna Schmidt", "Anna Schmidt")
    assert "Anna Schmidt" in written(exporter, Format.JSON, filtered=False)
    assert "filtered" not in json.loads(written(exporter, Format.JSON, filtered=False))
    assert ExportWish(Format.JSON).filtered is False


def test_a_look_is_stopped_within_a_chat(database: Database, exporter: Exporter) -> None:
    begin(database, "T", *("Anna Schmidt" for _ in range(50)))
    stop = threading.Event()
    looked = exporter.look(ExportWish(Format.JSON), cancelled=stop)
    stop.set()
    with pytest.raises(ExportCancelledError):
        next(looked)
    assert exporter.choose(ChatId("nobody"), "x", True).exception() is not None


@pytest.mark.parametrize("format_", READABLE)
def test_what_was_said_beside_the_messages_leaves_filtered_too(
    database: Database, exporter: Exporter, format_: Format
) -> None:
    """Reasons, better answers, and above all the list of what the person wants hidden."""
    chat = begin(database, "A talk", "Who is it?", "Someone you know.")

    def say(connection: Connection) -> None:
        answer = conversations.all_messages(connection, chat.id)[-1]
        feedback.set_feedback(
            connection,
            answer.id,
            Rating.DOWN,
            reason="ask anna.muster@example.org",
            correction="It is Zebulon, 4111 1111 1111 1111.",
        )
        training.choose_filter(connection, chat.id, {"Zebulon": True, "Quux": False})

    database.write(say).result()
    leaves = written(exporter, format_)
    for secret in ("anna.muster@example.org", "Zebulon", "4111 1111 1111 1111"):
        assert secret not in leaves
    if format_ is Format.JSON:
        said = json.loads(leaves)["chats"][0]["messages"][-1]["feedback"]
        assert said["rating"] == -1
        assert "[" in said["reason"]
        assert "[" in said["correction"]
    looked = next(iter(exporter.look(ExportWish(format_, filtered=True))))
    pieces = {one.role for one in looked.messages}
    assert ({Piece.REASON, Piece.BETTER_ANSWER} <= pieces) is (format_ is Format.JSON)
