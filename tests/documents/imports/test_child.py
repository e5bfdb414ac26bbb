# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format through the real confined child; one that hangs, and one that finds something locked."""

from __future__ import annotations

import importlib.util
import json
import os
import sqlite3
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import passphrase as age

from desktop.documents.imports.client import ImportCutOffError, ImportLockedError, read_items
from desktop.documents.imports.wire import Found, Skipped, Why

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
def test_one_that_hangs_is_ended(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with pytest.raises(ImportCutOffError):
        list(read_items(pipe, silence=3))


def test_cancelling_stops_between_chats(tmp_path: Path) -> None:
    many = [formats.conversation(conversation_id=str(number)) for number in range(50)]
    stop, seen = threading.Event(), 0
    for item in read_items(formats.write(tmp_path / "conversations.json", many), cancelled=stop):
        seen += isinstance(item, Found)
        if seen == 3:
            stop.set()
    assert seen == 3
