# SPDX-License-Identifier: GPL-3.0-or-later
"""Each format as its program writes it: branches, times, what is left out and why."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.documents.imports import gpt4all, reading, sources
from desktop.documents.imports.common import moment
from desktop.documents.imports.wire import Found, Item, Skipped, Why
from desktop.domain.archive import ArchivedChat
from desktop.domain.conversation import Role, Status

AT = 1_700_000_000.5
WHEN = datetime.fromtimestamp(AT, UTC)


def node(key: str, parent: str | None, role: str, *parts: object, **more: Any) -> dict[str, Any]:
    """A node of ChatGPT's mapping."""
    meta = more.pop("metadata", {})
    content = more.pop("content", {"content_type": "text", "parts": list(parts)})
    message = {"id": key, "author": {"role": role}, "create_time": AT, "content": content, "metadata": meta}
    return {"id": key, "parent": parent, "children": [], "message": {**message, **more}}


def conversation(**more: Any) -> dict[str, Any]:
    """A question, two answers, hidden and tool nodes on the way."""
    nodes = [
        {"id": "root", "parent": None, "children": ["s"], "message": None},
        node("s", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
        node(
            "h", "s", "user", "secret instructions", metadata={"is_visually_hidden_from_conversation": True}
        ),
        node("q", "h", "user", "Which tea?"),
        node("a1", "q", "assistant", "Green.", metadata={"model_slug": "gpt-4o"}),
        node("a2", "q", "assistant", "Black.", metadata={"model_slug": "gpt-4o"}),
        node(
            "pic",
            "a2",
            "user",
            {"content_type": "image_asset_pointer", "asset_pointer": "sediment://x"},
            "And this?",
        ),
        node(
            "code", "pic", "assistant", content={"content_type": "code", "language": "python", "text": "1+1"}
        ),
    ]
    return {
        "conversation_id": "c1",
        "title": "Tea",
        "create_time": AT,
        "update_time": AT + 60,
        "current_node": "code",
        "default_model_slug": "gpt-4",
        "mapping": {one["id"]: one for one in nodes},
        **more,
    }


def write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def read(path: Path) -> tuple[list[ArchivedChat], dict[str, Why]]:
    found: list[Item] = list(reading.items(path))
    chats = [item.chat for item in found if isinstance(item, Found)]
    return chats, {item.what: item.why for item in found if isinstance(item, Skipped)}


def tree(chat: ArchivedChat) -> list[tuple[str, str | None]]:
    """Each text with that above it."""
    texts = {message.id: message.content for message in chat.messages}
    return [(one.content, texts.get(one.parent_id) if one.parent_id else None) for one in chat.messages]


def test_chatgpt_keeps_branches_and_rehangs_hidden_nodes(tmp_path: Path) -> None:
    (chat,), skipped = read(write(tmp_path / "conversations.json", [conversation()]))
    assert tree(chat) == [
        ("Which tea?", None),
        ("Green.", "Which tea?"),
        ("Black.", "Which tea?"),
        ("[…]\n\nAnd this?", "Black."),
        ("```python\n1+1\n```", "[…]\n\nAnd this?"),
    ]
    assert (chat.title, chat.model, chat.created_at) == ("Tea", "gpt-4", WHEN)
    assert chat.messages[1].model == "gpt-4o"
    assert chat.head_id == chat.messages[-1].id
    assert skipped == {"Tea": Why.ATTACHED}
    reasons = {
        item.why for item in reading.items(tmp_path / "conversations.json") if isinstance(item, Skipped)
    }
    assert reasons == {Why.HIDDEN, Why.ATTACHED}


def test_chatgpt_liberally(tmp_path: Path) -> None:
    """Null titles, missing metadata, strange times; one bad chat spoils no other."""
    bare = {
        "id": "b",
        "title": None,
        "mapping": {"x": {"message": {"author": {"role": "user"}, "content": {"parts": ["Hi"]}}}},
    }
    chats, skipped = read(
        write(tmp_path / "conversations.json", [{"mapping": 3}, bare, 7, conversation(create_time="x")])
    )
    assert [chat.title for chat in chats] == ["", "Tea"]
    assert chats[0].messages[0].content == "Hi"
    assert skipped["conversations.json, 0"] is skipped["conversations.json, 2"] is Why.BAD_CHAT


def test_chatgpt_zip_with_parts_and_what_lies_beside_them(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations-000.json", json.dumps([conversation(conversation_id="a")]))
        archive.writestr("conversations-001.json", json.dumps([conversation(conversation_id="b")]))
        archive.writestr("user.json", json.dumps({"email": "x@example.com"}))
        archive.writestr("message_feedback.json", "[]")
        archive.writestr("../evil.json", json.dumps([conversation(conversation_id="evil")]))
        archive.writestr("/abs.json", "[]")
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bomb.json", b"0" * 30_000_000)
    chats, skipped = read(file)
    assert len({chat.id for chat in chats}) == 2
    assert skipped["../evil.json"] is Why.BAD_NAME
    assert skipped["/abs.json"] is Why.BAD_NAME
    assert skipped["link.json"] is Why.LINK
    assert skipped["bomb.json"] is Why.TOO_LARGE


def test_open_webui(tmp_path: Path) -> None:
    messages = {
        "1": {"id": "1", "parentId": None, "role": "user", "content": "Q", "timestamp": int(AT)},
        "2": {"id": "2", "parentId": "1", "role": "assistant", "content": "A", "model": "llama"},
        "3": {"id": "3", "parentId": "1", "role": "assistant", "content": "B", "model": "llama"},
    }
    chat = {"title": "T", "models": ["llama"], "history": {"currentId": "3", "messages": messages}}
    (found,), _ = read(
        write(tmp_path / "chats.json", [{"id": "x", "chat": chat, "pinned": True, "updated_at": int(AT)}])
    )
    assert tree(found) == [("Q", None), ("A", "Q"), ("B", "Q")]
    assert (found.pinned, found.model, found.head_id) == (True, "llama", found.messages[2].id)


def test_lm_studio(tmp_path: Path) -> None:
    single = {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Q"}]}
    step = {
        "type": "contentBlock",
        "content": [{"type": "text", "text": "A"}],
        "genInfo": {"identifier": "qwen"},
    }
    multi = {"type": "multiStep", "role": "assistant", "steps": [{"type": "debugInfoBlock"}, step]}
    value = {
        "name": "T",
        "createdAt": int(AT * 1000),
        "systemPrompt": "Be brief.",
        "messages": [
            {"versions": [single], "currentlySelected": 0},
            {
                "versions": [multi, {**multi, "steps": [{**step, "content": [{"text": "B"}]}]}],
                "currentlySelected": 1,
            },
        ],
    }
    (found,), _ = read(write(tmp_path / "1.conversation.json", value))
    assert tree(found) == [("Q", None), ("A", "Q"), ("B", "Q")]
    assert (found.system_prompt, found.created_at) == ("Be brief.", WHEN)
    assert found.messages[1].model == "qwen"
    assert found.head_id == found.messages[2].id


def test_jan(tmp_path: Path) -> None:
    folder = tmp_path / "threads" / "t1"
    thread = {
        "id": "t1",
        "title": "T",
        "created": int(AT),
        "assistants": [{"model": {"id": "phi"}, "instructions": "I"}],
    }
    write(folder / "thread.json", thread)
    lines = [
        {
            "id": "m1",
            "role": "user",
            "content": [{"type": "text", "text": {"value": "Q"}}],
            "created_at": int(AT * 1000),
        },
        "not json",
        {
            "id": "m2",
            "role": "assistant",
            "content": [{"type": "text", "text": {"value": "A"}}],
            "status": "stopped",
        },
    ]
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "messages.jsonl").write_text(text, encoding="utf-8")
    (found,), skipped = read(tmp_path)
    assert tree(found) == [("Q", None), ("A", "Q")]
    assert (found.model, found.system_prompt, found.messages[1].status) == ("phi", "I", Status.STOPPED)
    assert found.messages[0].created_at == WHEN
    assert list(skipped.values()) == [Why.BAD_CHAT]


def gpt4all_file(version: int, *, cut: int | None = None, state: bool = True, parts: bytes = b"") -> bytes:
    """As GPT4All's chat.cpp, chatllm.cpp and chatmodel.cpp write it."""

    def string(words: str) -> bytes:
        data = words.encode("utf-16-be")
        return struct.pack(">I", len(data)) + data

    out = struct.pack(">Iiq", gpt4all.MAGIC, version, int(AT))
    out += string("id") + string("Nüsse") + string("me") + string("falcon")
    if version >= 3:
        out += struct.pack(">i", 1) + string("my papers")
    if version < 11:
        if version >= 6:
            out += bytes([state])
        if version >= 2:
            out += struct.pack(">ii", 1, 0)
        out += string("Walnut") + string("Nuts") + struct.pack(">I", 7)
        if state or version < 6:
            out += bytes(4) * (1 + (version <= 3) + (version >= 7))
            if version < 9:
                out += struct.pack(">Q", 3) + bytes(12)
            out += struct.pack(">Q", 2) + bytes(8) + struct.pack(">I", 5) + bytes(5)
    out += struct.pack(">i", 2)
    for name, value in (("Prompt: ", "Which nut?"), ("Response: ", "Walnut 🌰")):
        if version < 12:
            out += struct.pack(">i", 0)
        out += string(name) + string(value)
        if version < 10:
            out += string("")
        out += string("") + bytes([0, name == "Response: ", 0, 0])
        if version >= 11 and name == "Response: ":
            out += bytes(1)
        if version >= 8:
            out += struct.pack(">q", 1) + string("source") * 7 + bytes(12)
        elif version >= 3:
            out += string("1. In a file.") + struct.pack(">i", 1) + string("words of the file")
        if version >= 10:
            out += struct.pack(">q", 0)
        if version >= 12:
            held = parts if name == "Response: " else b""
            out += held or struct.pack(">q", 0)
    return out[:cut]


def gpt4all_parts() -> bytes:
    """An answer of three parts: text, the call of a tool with its result inside, text."""

    def string(words: str) -> bytes:
        data = words.encode("utf-16-be")
        return struct.pack(">I", len(data)) + data

    none = struct.pack(">q", 0)
    call = string("ToolCall: ") + string("{}") + string("javascript_interpret") + struct.pack(">q", 1)
    call += (
        string("code") + struct.pack(">iIB", 0, 10, 0) + string("1+1") + string("2") + bytes(4) + string("")
    )
    call += struct.pack(">q", 1) + string("ToolResponse: ") + string("2") + none
    text = [string("Text: ") + string(words) + none for words in ("It is ", "two.")]
    return struct.pack(">q", 3) + text[0] + call + text[1]


@pytest.mark.parametrize("state", [True, False])
@pytest.mark.parametrize("version", range(13))
def test_gpt4all(tmp_path: Path, version: int, state: bool) -> None:
    file = tmp_path / "gpt4all-1.chat"
    file.write_bytes(gpt4all_file(version, state=state))
    (found,), skipped = read(file)
    assert tree(found) == [("Which nut?", None), ("Walnut 🌰", "Which nut?")]
    assert (found.title, found.model, found.created_at) == ("Nüsse", "falcon", WHEN.replace(microsecond=0))
    assert found.messages[1].status is Status.STOPPED
    assert skipped == {}


@pytest.mark.parametrize("version", range(13))
def test_gpt4all_cut_off_anywhere(version: int) -> None:
    """Whatever is left of it, what was read before stands, and it is told of."""
    whole = gpt4all_file(version)
    kept = [0]
    for size in range(8, len(whole)):
        found = list(gpt4all.parse(whole[:size], "x"))
        chats = [item.chat for item in found if isinstance(item, Found)]
        kept.append(len(chats[0].messages) if chats else 0)
        assert any(item.why is Why.CUT_OFF for item in found if isinstance(item, Skipped))
    assert kept == sorted(kept)
    assert max(kept) >= 1


def test_gpt4all_with_parts(tmp_path: Path) -> None:
    file = tmp_path / "gpt4all-1.chat"
    file.write_bytes(gpt4all_file(12, parts=gpt4all_parts()))
    (found,), skipped = read(file)
    assert found.messages[1].content == "It is two."
    assert skipped == {"Nüsse": Why.NOT_TEXT}


def test_gpt4all_of_tomorrow(tmp_path: Path) -> None:
    file = tmp_path / "gpt4all-1.chat"
    file.write_bytes(gpt4all_file(13))
    assert read(file) == ([], {file.name: Why.UNREADABLE})


def test_gpt4all_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "gpt4all-1.chat"
    file.write_bytes(gpt4all_file(12, cut=-30))
    (found,), skipped = read(file)
    assert tree(found) == [("Which nut?", None)]
    assert list(skipped.values()) == [Why.CUT_OFF]


def test_alpaca(tmp_path: Path) -> None:
    file = tmp_path / "alpaca.db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(
        "CREATE TABLE chat (id TEXT, name TEXT, folder TEXT);"
        "CREATE TABLE message (id TEXT, chat_id TEXT, role TEXT, model TEXT, date_time TEXT, content TEXT);"
        "INSERT INTO chat VALUES ('c', 'Nuts', NULL);"
        "INSERT INTO message VALUES ('2', 'c', 'assistant', 'gemma', '2024/05/01 10:00:05', 'Walnut');"
        "INSERT INTO message VALUES ('1', 'c', 'user', NULL, '2024/05/01 10:00:00', 'Which nut?');"
    )
    connection.close()
    (found,), _ = read(file)
    assert tree(found) == [("Which nut?", None), ("Walnut", "Which nut?")]
    assert (found.title, found.model) == ("Nuts", "gemma")
    assert found.messages[0].created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_a_database_with_a_query_that_never_ends(tmp_path: Path) -> None:
    file = tmp_path / "alpaca.db"
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE VIEW chat (id, name) AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n)"
        " SELECT x, x FROM n; CREATE TABLE message (id, chat_id, role, model, date_time, content);"
    )
    connection.close()
    chats, skipped = read(file)
    assert chats == []
    assert list(skipped.values()) == [Why.BAD_CHAT]


def test_the_same_file_gives_the_same_ids(tmp_path: Path) -> None:
    file = write(tmp_path / "conversations.json", [conversation()])
    assert read(file) == read(file)


def test_encodings(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        file = tmp_path / f"{encoding}.json"
        file.write_text(json.dumps([conversation(title="Grün")], ensure_ascii=False), encoding=encoding)
        (found,), _ = read(file)
        assert found.title == "Grün"


def test_links_and_depth_in_folders(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere.json", [conversation(conversation_id="no")])
    folder = tmp_path / "export"
    write(folder / "conversations.json", [conversation(conversation_id="yes")])
    (folder / "link.json").symlink_to(elsewhere)
    (folder / "up").symlink_to(tmp_path)
    deep = folder
    for _ in range(sources.MAX_DEPTH + 3):
        deep /= "d"
    write(deep / "deep.json", [conversation(conversation_id="deep")])
    chats, skipped = read(folder)
    assert len(chats) == 1
    assert skipped["link.json"] is Why.LINK


def test_nothing_of_a_known_format(tmp_path: Path) -> None:
    for value in ({"a": 1}, [1, 2], "words"):
        _, skipped = read(write(tmp_path / "x.json", value))
        assert Why.UNKNOWN in skipped.values()
    (tmp_path / "y.json").write_bytes(b"\xff\x00garbage")
    assert read(tmp_path / "y.json")[1] == {"y.json": Why.UNREADABLE}


def test_deep_nesting_is_one_bad_chat(tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    deep = '{"mapping":' + "[" * 100_000 + "]" * 100_000 + "}"
    file.write_text(f"[{deep},{json.dumps(conversation())}]", encoding="utf-8")
    chats, skipped = read(file)
    assert [chat.title for chat in chats] == ["Tea"]
    assert skipped["conversations.json, 0"] is Why.BAD_CHAT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "mapping",
                    "message",
                    "author",
                    "role",
                    "content",
                    "parts",
                    "parent",
                    "id",
                    "title",
                    "history",
                    "messages",
                    "currentId",
                    "parentId",
                    "versions",
                    "currentlySelected",
                    "steps",
                    "type",
                    "text",
                    "chat",
                    "record",
                    "create_time",
                    "children",
                    "metadata",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_whatever_json_it_is(value: object) -> None:
    for wrapped in (
        value,
        [value],
        {"mapping": value},
        {"history": {"messages": value}},
        {"messages": [{"versions": value}]},
    ):
        for item in reading.of_data(json.dumps(wrapped).encode(), "x"):
            assert isinstance(item, Found | Skipped)


@given(st.binary(max_size=300), st.integers(0, 12))
def test_whatever_bytes_it_is(data: bytes, version: int) -> None:
    list(reading.of_data(data, "x"))
    list(gpt4all.parse(struct.pack(">Ii", gpt4all.MAGIC, version) + data, "x"))


@pytest.mark.parametrize("value", [None, True, float("inf"), -1e300, "x", [], 10**30, "9999-99-99"])
def test_strange_times_are_none(value: object) -> None:
    assert moment(value) is None


def test_times() -> None:
    assert moment(AT) == moment(AT * 1000) == moment(str(AT)) == WHEN
    assert moment("2024-05-01T10:00:00") == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert Role.USER == "user"
