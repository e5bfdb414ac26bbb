# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format through the real confined child; one that hangs, and one that finds something locked."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sqlite3
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import passphrase as age

from desktop.documents.imports import client
from desktop.documents.imports.client import ImportCutOffError, ImportLockedError, read_items
from desktop.documents.imports.wire import Found, Skipped, Why
from desktop.sandbox.process import Child

_spec = importlib.util.spec_from_file_location("formats", Path(__file__).with_name("test_formats.py"))
assert _spec is not None
assert _spec.loader is not None
formats = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(formats)


def a_zip(folder: Path) -> Path:
    file = folder / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", json.dumps([formats.conversation()]))
    return file


def a_folder(folder: Path) -> Path:
    formats.write(folder / "in" / "thread.json", {"title": "T"})
    line = {"role": "user", "content": [{"text": {"value": "Q"}}]}
    (folder / "in" / "messages.jsonl").write_text(json.dumps(line), encoding="utf-8")
    return folder / "in"


def a_stream(folder: Path) -> Path:
    file = folder / "gpt4all-1.chat"
    file.write_bytes(formats.gpt4all_file(12))
    return file


def a_database(folder: Path) -> Path:
    file = folder / "alpaca.db"
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE chat (id, name);"
        "CREATE TABLE message (id, chat_id, role, model, date_time, content);"
        "INSERT INTO chat VALUES (1, 'N');"
        "INSERT INTO message VALUES (1, 1, 'user', NULL, '2024-05-01', 'Q');"
    )
    connection.close()
    return file


def in_utf16(folder: Path) -> Path:
    file = folder / "chats.json"
    file.write_text(json.dumps([formats.conversation()]), encoding="utf-16")
    return file


@pytest.mark.parametrize("make", [a_zip, a_folder, a_stream, a_database, in_utf16])
def test_each_kind_is_read_in_confinement(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    found = list(read_items(make(tmp_path)))
    assert any(isinstance(item, Found) for item in found)


def test_it_reads_nothing_else(tmp_path: Path) -> None:
    """A link inside a folder leads nowhere, even if the parser followed it."""
    secret = formats.write(tmp_path / "secret.json", [formats.conversation()])
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").symlink_to(secret)
    assert list(read_items(folder)) == [Skipped("a.json", Why.LINK), Skipped("in", Why.UNKNOWN)]


def test_encrypted_needs_its_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "chats.age"
    file.write_bytes(age.encrypt(json.dumps([formats.conversation()]).encode(), "seven other garden words"))
    for wrong in (None, "another"):
        with pytest.raises(ImportLockedError):
            list(read_items(file, passphrase=wrong))
    assert any(isinstance(item, Found) for item in read_items(file, passphrase="seven other garden words"))


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert Skipped("pipe.json", Why.NO_FILE) in list(read_items(tmp_path / "pipe.json"))
    assert Skipped("pipe.json", Why.NO_FILE) in list(read_items(tmp_path))


@pytest.fixture
def stopped_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that never says a word."""

    class Stopped(Child):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            os.kill(self.pid, signal.SIGSTOP)

    monkeypatch.setattr(client, "Child", Stopped)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.usefixtures("stopped_child")
def test_one_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ImportCutOffError):
        list(read_items(formats.write(tmp_path / "c.json", []), silence=0.5))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.usefixtures("stopped_child")
def test_cancelling_does_not_wait_for_one_that_is_busy(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert list(read_items(formats.write(tmp_path / "c.json", []), cancelled=stop)) == []
    assert time.monotonic() - began < 10


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    try:
        formats.write(file, [formats.conversation()])
    except OSError:
        pytest.skip("no such names here")
    assert any(isinstance(item, Found) for item in read_items(file))
    assert any(isinstance(item, Found) for item in read_items(tmp_path))


def test_mended_in_confinement(tmp_path: Path) -> None:
    """What is wrong in one chat is mended, or left out, without any module that is not loaded yet."""
    good = json.dumps(formats.conversation())
    half = json.dumps(formats.conversation(conversation_id="h", title="Half \ud83d"))
    odd = json.dumps(formats.conversation(conversation_id="n", x=float("nan"))).encode()
    latin = json.dumps(formats.conversation(conversation_id="l", title="Gr\xfcn"), ensure_ascii=False)
    parts = [
        b"{]",
        b"[" * 100_000 + b"]" * 100_000,
        half.encode(),
        odd,
        latin.encode("latin-1"),
        good.encode(),
    ]
    file = tmp_path / "conversations.json"
    file.write_bytes(b'{"conversations": [' + b",".join(parts) + b', {"mapping": {"a')
    found = list(read_items(file))
    titles = [item.chat.title for item in found if isinstance(item, Found)]
    assert titles == ["Half \ufffd", "Tea", "Gr\xfcn", "Tea"]
    bad = [item.what for item in found if isinstance(item, Skipped) and item.why is Why.BAD_CHAT]
    assert bad == [f"conversations.json, {number}" for number in (0, 1, 6)]


def test_a_child_that_is_killed_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before it died stands."""

    class Killed(Child):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            started.append(self)

    started: list[Child] = []
    monkeypatch.setattr(client, "Child", Killed)
    many = [formats.conversation(conversation_id=str(number), title="x" * 150_000) for number in range(400)]
    seen = []
    with pytest.raises(ImportCutOffError):  # noqa: PT012 - what it gave before is looked at
        for item in read_items(formats.write(tmp_path / "conversations.json", many)):
            seen.append(item)
            started[0].kill()
    assert seen


def test_cancelling_stops_between_chats(tmp_path: Path) -> None:
    many = [formats.conversation(conversation_id=str(number)) for number in range(50)]
    stop, seen = threading.Event(), 0
    for item in read_items(formats.write(tmp_path / "conversations.json", many), cancelled=stop):
        seen += isinstance(item, Found)
        if seen == 3:
            stop.set()
    assert seen == 3
