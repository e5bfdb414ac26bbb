# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing chats in through the real child: what a person is told, and what happens the second time."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop.documents.imports import client
from desktop.domain.errors import UserActionError
from desktop.domain.question import Question
from desktop.sandbox.process import Child
from desktop.services.session import Session


def chat(key: str, *texts: str, size: int = 0) -> dict[str, Any]:
    """One conversation of ChatGPT's, in a row."""
    mapping = {
        str(number): {
            "parent": str(number - 1) if number else None,
            "message": {
                "author": {"role": "assistant" if number % 2 else "user"},
                "content": {"parts": [text + " x" * size]},
                "create_time": 1_700_000_000.123 + number,
            },
        }
        for number, text in enumerate(texts)
    }
    return {
        "conversation_id": key,
        "title": f"Chat {key}",
        "create_time": 1_700_000_000.123,
        "mapping": mapping,
    }


def write(path: Path, *chats: dict[str, Any]) -> Path:
    path.write_text(json.dumps(chats), encoding="utf-8")
    return path


def test_the_same_file_twice_makes_no_doubles(session: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", chat("1", "Q", "A"), chat("2", "R"))
    assert session.importer.read(file).chats == 2
    again = session.importer.read(file)
    assert (again.chats, again.skipped) == (
        0,
        [("Chat 1", "it is here already"), ("Chat 2", "it is here already")],
    )
    assert len(session.history.chats().result()) == 2
    assert [entry.kind for entry in session.privacy.activity().result()] == ["imported"]


def test_a_later_export_of_the_same_chat_is_not_passed_over_in_silence(
    session: Session, tmp_path: Path
) -> None:
    session.importer.read(write(tmp_path / "a.json", chat("1", "Q", "A")))
    again = session.importer.read(write(tmp_path / "b.json", chat("1", "Q", "A", "R", "B")))
    assert again.skipped == [
        ("Chat 1", "it is here already, as it was; 2 messages of the file are not in it")
    ]


def test_stopping_leaves_whole_chats_and_says_so(session: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", *(chat(str(number), "Q", "A", size=50_000) for number in range(60)))
    stop = threading.Event()
    done = session.importer.read(file, progress=lambda chats: chats == 3 and stop.set(), cancelled=stop)
    assert done.stopped
    kept = session.history.chats().result()
    assert done.chats == len(kept) == 3
    assert {one.messages for one in kept} == {2}
    (entry,) = session.privacy.activity().result()
    assert (entry.kind, entry.counts["chats"]) == ("imported", 3)


def test_times_and_the_order_of_search(session: Session, tmp_path: Path) -> None:
    """An old chat that comes in late is found after a newer one; times are kept to the millisecond."""
    new = chat("new", "zanzibar new")
    old = chat("old", "zanzibar old")
    old["mapping"]["0"]["message"]["create_time"] = 1_600_000_000.456
    session.importer.read(write(tmp_path / "a.json", new, old))
    hits = session.finder.search(Question("zanzibar"))
    assert [hit.created_at.timestamp() for hit in hits] == [1_700_000_000.123, 1_600_000_000.456]


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_what_is_no_file_is_refused_at_once(session: Session, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "pipe", Path(os.devnull), tmp_path / "loop", tmp_path / ("x" * 300)):
        with pytest.raises(UserActionError):
            session.importer.read(path)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_child_reads_under_confinement(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it works: its system calls are filtered, it can gain no rights, and its memory has an end."""
    started: list[Child] = []

    class Seen(Child):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            started.append(self)

    monkeypatch.setattr(client, "Child", Seen)
    told: list[str] = []

    def look(_chats: int) -> None:
        folder = Path(f"/proc/{started[0].pid}")
        told.extend((folder / "status").read_text().splitlines() if not told else [])

    file = write(tmp_path / "a.json", *(chat(str(number), "Q", size=100_000) for number in range(20)))
    session.importer.read(file, progress=look)
    assert {"Seccomp:\t2", "NoNewPrivs:\t1", "Threads:\t1"} <= set(told)


def test_a_very_long_message_and_nul(session: Session, tmp_path: Path) -> None:
    session.importer.read(write(tmp_path / "a.json", chat("1", "a\x00b", "Z", size=12_000_000)))
    (kept,) = session.history.chats().result()
    first, _second = session.history.all_messages(kept.id).result()
    assert first.content.startswith("a\x00b x")
    assert len(first.content) == 24_000_003


def test_a_long_chain_is_shown_whole(session: Session, tmp_path: Path) -> None:
    session.importer.read(write(tmp_path / "a.json", chat("1", *("x" for _ in range(20_000)))))
    (kept,) = session.history.chats().result()
    assert len(session.history.path(kept.id).result()) == 20_000
