# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile or careless program may put into an export: the good chats come in, the rest is told of."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sqlite3
import struct
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.documents.imports import reading, sources
from desktop.documents.imports.common import Draft, moment
from desktop.documents.imports.wire import Found, Skipped, Why
from desktop.domain.archive import ARCHIVE_VERSION, ArchivedChat, untangled
from desktop.domain.conversation import Role, Status

_spec = importlib.util.spec_from_file_location("formats", Path(__file__).with_name("test_formats.py"))
assert _spec is not None
assert _spec.loader is not None
formats = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(formats)

read, write, tree, conversation, node = (
    formats.read,
    formats.write,
    formats.tree,
    formats.conversation,
    formats.node,
)


def of(value: object) -> tuple[list[ArchivedChat], list[Skipped]]:
    items = list(reading.of_data(json.dumps(value).encode(), "x.json"))
    return [one.chat for one in items if isinstance(one, Found)], [
        one for one in items if isinstance(one, Skipped)
    ]


def chatgpt(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"conversation_id": "c", "title": "T", "mapping": {one["id"]: one for one in nodes}, **more}


def test_circles_are_cut_open_and_told_of() -> None:
    nodes = [node("a", "c", "user", "A"), node("b", "a", "assistant", "B"), node("c", "b", "user", "C")]
    own = node("d", "d", "user", "D")
    (chat,), skipped = of([chatgpt(*nodes, own)])
    assert {text for text, _above in tree(chat)} == {"A", "B", "C", "D"}
    assert untangled(chat.messages)[1] == 0
    assert [(one.why, one.count) for one in skipped] == [(Why.TANGLED, 2)]


def test_a_circle_in_an_archive_of_ours() -> None:
    chat = json.loads(json.dumps(CHAT))
    chat["messages"][0]["parent_id"] = chat["messages"][1]["id"]
    (found,), (skipped,) = of([chat])
    assert (untangled(found.messages)[1], skipped.why) == (0, Why.TANGLED)


CHAT = {
    "record": "chat",
    "id": "c",
    "title": "T",
    "created_at": "2024-01-01T00:00:00Z",
    "updated_at": "2024-01-01T00:00:00Z",
    "messages": [
        {
            "id": one,
            "parent_id": above,
            "role": "user",
            "content": one,
            "status": "complete",
            "created_at": "2024-01-01T00:00:00.123Z",
        }
        for one, above in (("a", None), ("b", "a"))
    ],
}


def test_orphans_and_several_roots() -> None:
    (chat,), _ = of([chatgpt(node("a", "nowhere", "user", "A"), node("b", None, "user", "B"))])
    assert tree(chat) == [("A", None), ("B", None)]


def test_a_chain_of_50_000_nodes() -> None:
    """Half of them hidden, and every kept one hangs below that long hidden row."""
    hidden = {"is_visually_hidden_from_conversation": True}
    nodes = [node("0", None, "user", "first")]
    nodes += [node(str(n), str(n - 1), "user", "x", metadata=hidden) for n in range(1, 25_000)]
    nodes += [node(str(n), str(n - 1), "assistant", "y") for n in range(25_000, 40_000)]
    nodes += [node(f"side{n}", "24999", "assistant", "z") for n in range(10_000)]
    began = time.monotonic()
    (chat,), skipped = of([chatgpt(*nodes, current_node="39999")])
    assert time.monotonic() - began < 30
    assert len(chat.messages) == 25_001
    assert chat.messages[1].parent_id == chat.messages[-1].parent_id == chat.messages[0].id
    assert [(one.why, one.count) for one in skipped] == [(Why.HIDDEN, 24_999)]


def test_everything_that_is_not_taken_over_is_told_of() -> None:
    nodes = [
        node("a", None, "user", {"content_type": "image_asset_pointer"}),
        node("b", "a", "assistant", content={"content_type": "of tomorrow", "payload": {"x": 1}}),
        node("c", "b", "user", content={"content_type": "user_editable_context", "user_profile": "Bee"}),
        node("d", "c", "assistant", content={"content_type": "thoughts", "thoughts": [{"content": "Hm"}]}),
        node("e", "d", "tool", content={"content_type": "tether_quote", "text": "Q", "url": "u"}),
        node("f", "e", "assistant", ""),
        node("g", "f", "weird", "?"),
    ]
    (chat,), skipped = of([chatgpt(*nodes, current_node="g")])
    assert [message.content for message in chat.messages] == ["[…]", "<think>\nHm\n</think>", "Q"]
    assert {one.why: one.count for one in skipped} == {
        Why.ATTACHED: 1,
        Why.NOT_TEXT: 1,
        Why.HIDDEN: 1,
        Why.BAD_CHAT: 1,
    }
    assert chat.head_id == chat.messages[-1].id


def test_ids_that_occur_twice_in_one_chat_and_in_two() -> None:
    """Jan's lines: neither is lost."""
    draft = Draft("x", "y", created_at=datetime(2024, 1, 1, tzinfo=UTC))
    keys = [draft.add("same", None, Role.USER, text) for text in ("one", "two", "three")]
    assert len({*keys}) == len({message.id for message in draft.messages}) == 3
    a, b = (conversation(conversation_id=one) for one in "ab")
    chats, _ = of([a, b])
    assert not {m.id for m in chats[0].messages} & {m.id for m in chats[1].messages}


def test_chats_without_ids_are_told_apart_by_what_is_in_them() -> None:
    """Else the second file's first chat would be taken for the first one's."""
    one = {"mapping": {"a": node("a", None, "user", "One")}}
    two = {"mapping": {"a": node("a", None, "user", "Two")}}
    ids = {of([value])[0][0].id for value in (one, two, one)}
    assert len(ids) == 2


def test_an_lm_studio_chat_is_the_same_wherever_its_file_lies(tmp_path: Path) -> None:
    version = {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Q"}]}
    value = {"name": "T", "messages": [{"versions": [version]}]}
    file = write(tmp_path / "sub" / "1714.conversation.json", value)
    assert [chat.id for chat in read(file)[0]] == [chat.id for chat in read(tmp_path)[0]]


def test_long_instructions_are_not_cut(tmp_path: Path) -> None:
    long = "Be kind. " * 100
    messages = {"1": {"id": "1", "role": "user", "content": "Q"}}
    webui = {"chat": {"params": {"system": long}, "history": {"messages": messages}}}
    write(tmp_path / "t" / "thread.json", {"id": "t", "assistants": [{"instructions": long}]})
    (tmp_path / "t" / "messages.jsonl").write_text('{"role": "user", "content": "Q"}', encoding="utf-8")
    assert [chat.system_prompt for chat in (*of([webui])[0], *read(tmp_path)[0])] == [long, long]


def test_open_webui_hangs_children_of_what_it_does_not_know_higher() -> None:
    messages = {
        "1": {"role": "user", "content": "Q", "files": [{"type": "image"}]},
        "2": {"parentId": "1", "role": "tool", "content": "T"},
        "3": {"parentId": "2", "role": "assistant", "content": "A", "error": {"content": "oh"}},
    }
    (chat,), skipped = of([{"history": {"currentId": "2", "messages": messages}}])  # without a wrapper
    assert tree(chat) == [("Q", None), ("A", "Q")]
    assert chat.messages[1].status is Status.FAILED
    assert chat.head_id == chat.messages[0].id
    assert {one.why for one in skipped} == {Why.ATTACHED, Why.BAD_CHAT}


def test_lm_studio_goes_on_below_a_selected_version_that_is_left_out() -> None:
    def version(role: str, text: str) -> dict[str, Any]:
        return {"type": "singleStep", "role": role, "content": [{"type": "text", "text": text}]}

    messages = [
        {"versions": [version("user", "Q")]},
        {"versions": [version("assistant", "A"), version("assistant", " ")], "currentlySelected": 1},
        {"versions": [version("user", "R")], "currentlySelected": 9},
    ]
    (chat,), skipped = of({"name": "T", "messages": messages})
    assert tree(chat) == [("Q", None), ("A", "Q"), ("R", "A")]
    assert [one.why for one in skipped] == [Why.EMPTY]


def test_a_thread_whose_description_is_broken_keeps_its_messages(tmp_path: Path) -> None:
    folder = tmp_path / "t1"
    folder.mkdir()
    (folder / "thread.json").write_bytes(b"\x00{")
    lines = '{"role": "user", "content": "Q"}\n{"role": "assistant", "content": "A \\ud83d"}'
    (folder / "messages.jsonl").write_text(lines, encoding="utf-16")
    (chat,), skipped = read(tmp_path)
    assert tree(chat) == [("Q", None), ("A \ufffd", "Q")]
    assert skipped == {"t1/thread.json": Why.UNREADABLE}


def test_odd_zips(tmp_path: Path) -> None:
    """Names, links, members nobody can unpack: each is told of, and the others come in."""
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(["a/conversations.json", "about: b.json", "dup.json", "dup.json"]):
            with pytest.warns(UserWarning, match="Duplicate") if number == 3 else contextlib.nullcontext():
                archive.writestr(name, json.dumps([conversation(conversation_id=str(number))]), 8)
        for name in ("..\\up.json", "C:\\c.json", "\\\\host\\share.json", "x/../../y.json"):
            archive.writestr(name, "[]")
        archive.writestr("locked.json", json.dumps([conversation(conversation_id="locked")]))
        archive.writestr("broken.json", json.dumps([conversation(conversation_id="broken")]) * 50)
        archive.writestr("nested.zip", b"PK\x03\x04")
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        broken = archive.getinfo("broken.json").header_offset
    data[broken + 60] ^= 0xFF
    at = data.rindex(b"locked.json") - 46 + 8  # its flags in the directory: encrypted
    data[at] |= 1
    local = data.index(b"locked.json") - 30 + 6
    data[local] |= 1
    file.write_bytes(data)
    chats, skipped = read(file)
    assert len({chat.id for chat in chats}) == 4
    assert sum(why is Why.BAD_NAME for why in skipped.values()) == 4
    assert skipped["locked.json"] is skipped["broken.json"] is Why.UNREADABLE


@pytest.mark.parametrize("size", [0, 4, 22, 100])
def test_what_only_looks_like_a_zip(tmp_path: Path, size: int) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes((b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 99, 99, 0) + bytes(100))[:size])
    chats, skipped = read(file)
    assert (chats, len(skipped)) == ([], 1)


def test_a_file_that_breaks_off_beside_others(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        whole = json.dumps([conversation(conversation_id=str(number)) for number in range(3)])
        archive.writestr("conversations-000.json", whole[:-200])
        archive.writestr("conversations-001.json", whole.replace("conversation_id", "id"))
        archive.writestr("conversations-002.json", b"\x00\x00\x00")
    chats, skipped = read(tmp_path / "x.zip")
    assert len(chats) == 5
    assert skipped["conversations-000.json, 2"] is Why.BAD_CHAT
    assert skipped["conversations-002.json"] is Why.UNREADABLE


def test_folders_too_deep_are_told_of(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (sources.MAX_DEPTH + 1))
    write(deep / "deep.json", [conversation()])
    assert Why.TOO_DEEP in read(tmp_path)[1].values()


def test_an_archive_of_tomorrow(tmp_path: Path) -> None:
    file = tmp_path / "x.inglenook"
    header = {
        "record": "header",
        "format": "inglenook-archive",
        "version": ARCHIVE_VERSION + 1,
        "created_at": "2030-01-01T00:00:00Z",
    }
    file.write_text(json.dumps({**header, "app_version": "9", "complete": True}) + "\n", encoding="utf-8")
    assert read(file) == ([], {file.name: Why.NEWER})


def alpaca(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE chat (id, name);"
        "CREATE TABLE message (id, chat_id, role, model, date_time, content);" + script
    )
    connection.close()
    return path


def test_alpaca_tells_what_it_leaves_out(tmp_path: Path) -> None:
    file = alpaca(
        tmp_path / "alpaca.db",
        "CREATE TABLE attachment (id, message_id, type, name, content);"
        "INSERT INTO chat VALUES (1, 'N'), (2, CAST(x'ff4e' AS TEXT));"
        "INSERT INTO message VALUES ('a', 1, 'user', NULL, '2024/05/01 10:00:00.123', 'Q'),"
        " ('a', 1, 'assistant', 'm', 'no time', 'A'), ('b', 3, 'user', NULL, NULL, 'lost'),"
        " ('c', 2, 'user', NULL, 1e300, CAST(x'ff' AS TEXT));"
        "INSERT INTO attachment VALUES (1, 'a', 'image', 'p', 'x');",
    )
    chats, skipped = read(file)
    assert [len(chat.messages) for chat in chats] == [2, 1]
    assert chats[0].messages[0].created_at == datetime(2024, 5, 1, 10, 0, 0, 123_000, tzinfo=UTC)
    assert skipped == {"N": Why.ATTACHED, "alpaca.db": Why.BAD_CHAT}


def test_alpaca_of_many_chats_is_quick(tmp_path: Path) -> None:
    """No index need be there: one walk over the messages, not one for each chat."""
    count = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)"
    file = alpaca(
        tmp_path / "alpaca.db",
        f"INSERT INTO chat {count} SELECT x, 'N' FROM n WHERE x < 4000;"
        f"INSERT INTO message {count} SELECT x, x % 4000, 'user', NULL, x, 'Q' FROM n;",
    )
    began = time.monotonic()
    assert len(read(file)[0]) == 3999
    assert time.monotonic() - began < 10


def test_alpaca_with_half_a_file_missing_and_with_a_log(tmp_path: Path) -> None:
    file = alpaca(tmp_path / "alpaca.db", "INSERT INTO chat VALUES (1, 'N');")
    file.write_bytes(file.read_bytes()[:5000])
    (tmp_path / "alpaca.db-wal").write_bytes(b"x")
    whys = [item.why for item in reading.items(file) if isinstance(item, Skipped)]
    assert whys[0] is Why.FROM_JOURNAL
    assert Why.BAD_CHAT in whys or Why.EMPTY in whys


@pytest.mark.parametrize(
    "value",
    [
        10**400,
        -(10**400),
        1e308,
        -5,
        0,
        float("nan"),
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:00",
        "1e999",
        {},
    ],
)
def test_absurd_times_are_none(value: object) -> None:
    assert moment(value) is None


@given(st.integers(1_000_000_000_000, 2_000_000_000_000))
def test_times_survive_to_the_millisecond(at: int) -> None:
    when = datetime.fromtimestamp(at / 1000, UTC)
    for value in (at, at / 1000, str(at), when.isoformat(), when.isoformat().replace("+00:00", "Z")):
        found = moment(value)
        assert found is not None
        assert round(found.timestamp() * 1000) == at


@given(st.lists(st.sampled_from(['"a,]"', "{", "}", "[", "]", ",", "1", "NaN", '"\\ud83d"', '"', " ", "\\"])))
def test_any_brackets(parts: list[str]) -> None:
    for item in reading.of_data(f"[{''.join(parts)}".encode(), "x.json"):
        assert isinstance(item, Found | Skipped)
