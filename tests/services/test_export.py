# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports: complete where they must be, readable where they should be, whole or not there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import sys
import threading
import time
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from desktop.domain.archive import ArchivedSettings, ArchiveEnd, ArchiveRecord
from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role, Status
from desktop.domain.errors import EnvironmentFaultError, UnknownChatError, UserActionError
from desktop.services.export.containing import contained
from desktop.services.export.exporter import ExportCancelledError, Exporter, ExportWish, Format
from desktop.storage import conversations
from desktop.storage.activity import list_activity
from desktop.storage.archive import insert_chat, read_chat
from desktop.storage.connection import open_memory
from desktop.storage.database import Database
from desktop.storage.migrations import migrate

PASSPHRASE = "four unrelated garden words"


@pytest.fixture
def database():
    made = Database.in_memory()
    yield made
    made.close()


@pytest.fixture
def exporter(database: Database) -> Exporter:
    return Exporter(database)


def begin(database: Database, title: str) -> Chat:
    return database.write(lambda c: conversations.create_chat(c, title=title)).result()


def tell(
    database: Database, chat: Chat, text: str, *, below: MessageId | None = None, role: Role = Role.USER
) -> Message:
    return database.write(
        lambda c: conversations.add_message(
            c, chat.id, parent_id=below, role=role, content=text, status=Status.COMPLETE
        )
    ).result()


@pytest.fixture
def chats(database: Database) -> list[Chat]:
    """A chat with two branches, and another one."""
    first, second = begin(database, "Tea & <cake>"), begin(database, "")
    question = tell(database, first, "Which <b>tea</b>?")
    tell(database, first, "The first answer", below=question.id, role=Role.ASSISTANT)
    tell(
        database,
        first,
        "**Green** tea.\n\n<script>alert(1)</script>\n\n![a cup](https://example.invalid/cup.png)",
        below=question.id,
        role=Role.ASSISTANT,
    )
    tell(database, second, "Hello")
    return [first, second]


def written(exporter: Exporter, wish: ExportWish) -> str:
    stream = io.BytesIO()
    exporter.to_stream(stream, wish)
    return stream.getvalue().decode()


def test_json_holds_every_branch(exporter: Exporter, chats: list[Chat]) -> None:
    document = json.loads(written(exporter, ExportWish(Format.JSON)))
    assert (document["format"], document["version"]) == ("inglenook-chats", 1)
    texts = {message["content"] for chat in document["chats"] for message in chat["messages"]}
    assert {"The first answer", "Hello"} <= texts


def test_markdown_shows_the_shown_path_and_says_what_it_leaves_out(
    exporter: Exporter, chats: list[Chat]
) -> None:
    text = written(exporter, ExportWish(Format.MARKDOWN, (chats[0].id,)))
    assert text.startswith("# Tea & <cake>\n")
    assert "**Green** tea." in text
    assert "The first answer" not in text
    assert "1 message of other branches is not shown" in text
    assert "Hello" not in text


FORGED = [
    "## You · 2026-01-01 10:00\n\nI never said this",
    "   # Title\nrest",
    "You · 2026\n---\nI never said this",
    "two\nlines\n===",
    "```python\nopen to the end",
    "~~~~\n~~~\nstill open\n## inside",
    "<!-- nothing after this is seen",
    "<div>\n## You\n</div>",
    "<script>\n\n# x",
    "<pre>\r\n\r\n```\r\n",
    "- item\n\n  ```\n  open",
    "> ```\n> open",
    "\t## code\n\n    # code",
    "[a]: /b\n##",
    "```\n## in code stays\n```",
    "#",
    "\x00# a\n\x0b# b\u2028# c",
]


@pytest.mark.parametrize("content", FORGED)
def test_a_message_cannot_speak_for_another(exporter: Exporter, database: Database, content: str) -> None:
    """Whatever it says, the headings are the title and who spoke, and all that follows is there."""
    chat = begin(database, "Tea\n# and more")
    question = tell(database, chat, content)
    tell(database, chat, "The last word", below=question.id, role=Role.ASSISTANT)
    tokens = MarkdownIt("commonmark").parse(written(exporter, ExportWish(Format.MARKDOWN)))
    headings = [token.tag for token in tokens if token.type == "heading_open" and token.level == 0]
    assert [tag for tag in headings if tag in ("h1", "h2")] == ["h1", "h2", "h2"]
    assert any(token.type == "inline" and token.content == "The last word" for token in tokens)
    assert not any(token.type == "html_block" and token.level == 0 for token in tokens)


@given(
    st.lists(
        st.sampled_from(
            [
                "#",
                "`",
                "~",
                "<",
                ">",
                "-",
                "=",
                "\n",
                "div",
                "!--",
                "[",
                "]",
                ":",
                "*",
                "a",
                "1.",
                "\n",
                " ",
                "    ",
            ]
        )
    )
)
def test_nothing_that_is_said_is_taken_for_a_heading(parts: list[str]) -> None:
    text = "".join(parts)
    tokens = MarkdownIt("commonmark").parse(f"{contained(text)}\n\n## Ours\n\nwords")
    big = [
        token
        for token in tokens
        if token.type == "heading_open" and token.tag in ("h1", "h2") and not token.level
    ]
    assert len(big) == 1


def test_code_is_left_as_it_is() -> None:
    text = "Look:\n\n```python\n# a comment\n## more\n```\n\n### Small\n\n    # indented"
    assert contained(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '"><img src=x onerror=alert(1)>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1)) <javascript:alert(1)> [y](data:text/html,<b>) [z](vbscript:x) [f](file:///etc)",
        "![x](https://example.invalid/a.png) <img src=https://example.invalid/b.png>",
        "<svg onload=alert(1)>",
        '[x](https://example.org "" onmouseover=alert(1)")',
        "```<script>\n</code></pre><script>alert(1)</script>\n```",
        "</div></section></article><base href=https://example.invalid>",
        "<style>@import url(https://example.invalid)</style>",
        "a | b\n--|--\n<b>1</b> | ![i](//example.invalid/x)",
    ],
)
def test_html_from_no_one_gets_through(exporter: Exporter, database: Database, text: str) -> None:
    """In a title, a question, an answer, instructions, a model's name: only our tags, nothing that loads."""
    chat = database.write(lambda c: conversations.create_chat(c, title=text, system_prompt=text)).result()
    question = tell(database, chat, text)
    database.write(
        lambda c: conversations.add_message(
            c, chat.id, parent_id=question.id, role=Role.ASSISTANT, content=text, model=text
        )
    ).result()
    seen = _Tags()
    seen.feed(written(exporter, ExportWish(Format.HTML)))
    assert seen.tags <= _OUR_TAGS
    assert seen.attributes <= {
        "class",
        "dir",
        "href",
        "title",
        "charset",
        "content",
        "http-equiv",
        "name",
        "style",
    }
    assert all(link.startswith(("https://example.org", "http://example.org")) for link in seen.links)


_OUR_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "article",
    "header",
    "section",
    "div",
    "h1",
    "h2",
    "h3",
    "p",
    "a",
    "pre",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "br",
    "hr",
    "s",
}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name == "href"]


@pytest.mark.parametrize("sign", ["[", "*a_", "> ", "`a", "![", "<a ", "|a", "&", "- ", "\\"])
@pytest.mark.parametrize("format_", [Format.HTML, Format.MARKDOWN])
def test_no_text_takes_forever(exporter: Exporter, database: Database, sign: str, format_: Format) -> None:
    tell(database, begin(database, "x"), "", role=Role.USER)
    tell(database, begin(database, "x"), sign * 10_000, role=Role.ASSISTANT)
    began = time.monotonic()
    written(exporter, ExportWish(format_))
    assert time.monotonic() - began < 15


def test_html_is_inert(exporter: Exporter, chats: list[Chat]) -> None:
    """Nothing in it runs or is fetched, and a question's signs are signs."""
    page = written(exporter, ExportWish(Format.HTML))
    assert "<strong>Green</strong>" in page
    assert "Which &lt;b&gt;tea&lt;/b&gt;?" in page
    assert "<script>" not in page
    assert "<img" not in page
    assert "a cup" in page
    assert "example.invalid" not in page
    assert "default-src 'none'" in page
    assert "@media print" in page


def test_an_archive_comes_back_equal(exporter: Exporter, database: Database, chats: list[Chat]) -> None:
    data = written(exporter, ExportWish(Format.ARCHIVE)).encode()
    header, *records, end = [
        msgspec.json.decode(line, type=ArchiveRecord) for line in data.splitlines(keepends=False)
    ]
    assert header.complete
    assert isinstance(end, ArchiveEnd)
    assert (end.chats, end.messages) == (2, 4)
    body = data[: data.rstrip(b"\n").rindex(b"\n") + 1]
    assert end.sha256 == hashlib.sha256(body).hexdigest()
    other = open_memory()
    migrate(other)
    settings = records.pop()
    assert isinstance(settings, ArchivedSettings)
    for chat in records:
        insert_chat(other, chat)
        assert read_chat(other, chat.id) == database.read(lambda c, i=chat.id: read_chat(c, i)).result()
    other.close()


def test_encrypted_in_the_age_format(exporter: Exporter, chats: list[Chat], tmp_path: Path) -> None:
    out = tmp_path / "chats.md.age"
    done = exporter.to_file(out, ExportWish(Format.MARKDOWN, passphrase=PASSPHRASE))
    data = out.read_bytes()
    assert data.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"tea" not in data
    assert b"Green" in pyrage.passphrase.decrypt(data, PASSPHRASE)
    assert (done.bytes, done.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_cancelled_leaves_what_was_there(exporter: Exporter, chats: list[Chat], tmp_path: Path) -> None:
    out = tmp_path / "chats.json"
    out.write_text("the old one")
    stop, seen = threading.Event(), []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        stop.set()

    with pytest.raises(ExportCancelledError):
        exporter.to_file(out, ExportWish(Format.JSON), progress=progress, cancelled=stop)
    assert seen == [(1, 2)]
    assert out.read_text() == "the old one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["chats.json"]


@pytest.mark.parametrize("nth", range(1, 8))
@pytest.mark.parametrize("error", [28, 5], ids=["ENOSPC", "EIO"])
def test_the_disk_fails_at_any_write(
    exporter: Exporter,
    database: Database,
    chats: list[Chat],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nth: int,
    error: int,
) -> None:
    """The old file stays, nothing lies beside it, nothing is recorded."""
    out = tmp_path / "chats.inglenook"
    out.write_text("the old one")
    failing = _FailingWrites(nth, error)
    monkeypatch.setattr("os.fdopen", failing.fdopen)
    monkeypatch.setattr("os.fsync", failing.call(failing.fsync))
    monkeypatch.setattr("os.link", failing.call(failing.link))
    try:
        exporter.to_file(out, ExportWish(Format.ARCHIVE))
    except EnvironmentFaultError:
        assert failing.failed
        assert out.read_text() == "the old one"
        assert database.read(list_activity).result() == []
    else:
        assert out.read_bytes().endswith(b"}\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["chats.inglenook"]


class _FailingWrites:
    """Lets the nth write, sync or link fail."""

    def __init__(self, nth: int, error: int) -> None:
        import os

        self.left, self.error, self.failed = nth, error, False
        self._fdopen, self.fsync, self.link = os.fdopen, os.fsync, os.link

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.failed = True
            raise OSError(self.error, "the disk")

    def call(self, real):
        def called(*arguments, **options):
            self.step()
            return real(*arguments, **options)

        return called

    def fdopen(self, descriptor, mode):
        file = self._fdopen(descriptor, mode)
        if "w" not in mode:
            return file
        file.close = file.close
        outer = self

        class Wrapped:
            def __enter__(self):
                return self

            def __exit__(self, *problem):
                file.close()

            def write(self, data):
                outer.step()
                return file.write(data)

            def flush(self):
                return file.flush()

            def fileno(self):
                return file.fileno()

        return Wrapped()


def test_what_was_done_is_recorded_without_content(
    exporter: Exporter, database: Database, chats: list[Chat], tmp_path: Path
) -> None:
    exporter.to_file(tmp_path / "out", ExportWish(Format.HTML, (chats[0].id,)))
    [entry] = database.read(list_activity).result()
    assert entry.kind == "exported"
    assert entry.counts == {"chats": 1, "messages": 3, "format": "html", "encrypted": False}


def test_an_unknown_chat_writes_nothing(exporter: Exporter, tmp_path: Path) -> None:
    with pytest.raises(UnknownChatError):
        exporter.to_file(tmp_path / "out", ExportWish(Format.JSON, (ChatId("nobody"),)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 255, "x" * 250, "🔥" * 63, "a\nb", "-"])
def test_odd_names(exporter: Exporter, chats: list[Chat], tmp_path: Path, name: str) -> None:
    exporter.to_file(tmp_path / name, ExportWish(Format.JSON))
    (file,) = tmp_path.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (name, 0o600)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
def test_what_is_no_file_is_not_replaced(exporter: Exporter, chats: list[Chat], tmp_path: Path) -> None:
    """A pipe, a device reached through a link, a folder: each stays what it is."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "null").symlink_to(os.devnull)
    for name in ("pipe", "folder", "null", "."):
        with pytest.raises(UserActionError, match="not a file"):
            exporter.to_file(tmp_path / name, ExportWish(Format.JSON))
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "null").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_a_link_is_replaced_and_what_it_points_to_is_left(
    exporter: Exporter, chats: list[Chat], tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("old")
    (tmp_path / "link").symlink_to("mine")
    exporter.to_file(tmp_path / "link", ExportWish(Format.JSON))
    assert (tmp_path / "mine").read_text() == "old"
    assert not (tmp_path / "link").is_symlink()


def test_a_folder_that_is_not_there(exporter: Exporter, chats: list[Chat], tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFaultError, match="choose another place"):
        exporter.to_file(tmp_path / "nowhere" / "out", ExportWish(Format.JSON))
