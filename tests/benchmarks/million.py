# SPDX-License-Identifier: GPL-3.0-or-later
"""Two databases with the same messages, ours and plain: made once, kept in the results folder.

``python -m tests.benchmarks.million`` makes them beforehand (a million messages take some minutes).
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.storage import migrations
from desktop.storage.connection import open_connection
from desktop.storage.database import Database
from desktop.storage.text import index_text
from tests.benchmarks.prose import name, sentence_words
from tests.benchmarks.scratch import scratch

SHAPE = 1
"""Of what is written below, and of the tables that search reads; another number makes the databases anew."""

PER_CHAT = 50
RARE = 3000  # names, each in one message of three thousand
TAIL = 300_000  # names of the long tail: an index has many words that occur a few times
CJK_EVERY = 8  # messages
KEY = bytes(range(32))  # of a database without a person's words
_START = 1_577_836_800_000  # milliseconds; 2020
_STEP = 150_000  # between messages; a million of them are nearly five years
_HAN = (
    "東京大阪本日人年月火水木金土山川田中学校生先手紙車電話時間国語英文"
    "読書食飲見聞行来出入口目耳足花草海空雨雪"
)
_BETWEEN = ("は", "が", "を", "に", "で", "と", "も", "の", "です。", "ました。")
_SHADOWS = ("data", "idx", "docsize", "config")


def make(count: int) -> tuple[Path, Path]:
    """The vault's database and the plain one, with so many messages."""
    folder = scratch() / "million"
    folder.mkdir(exist_ok=True)
    shape = f"{SHAPE}-{count}"
    ours, plain = folder / f"vault-{shape}.db", folder / f"plain-{shape}.db"
    if not plain.exists():
        _fill_plain(plain, count)
    if not ours.exists():
        _copy(plain, ours)
    return ours, plain


def cjk_words(number: int) -> str:
    """Word number ``number`` of those that occur: two characters."""
    return _HAN[number % len(_HAN)] + _HAN[(number * 7 + 3) % len(_HAN)]


def open_plain(path: Path) -> sqlite3.Connection:
    """Python's own sqlite3 with what the vault's schema needs."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    connection.create_function("index_text", 1, lambda content: index_text(content.decode()))
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def supported(script: str) -> str:
    """``script`` without FTS5's secure deletion where this sqlite3 lacks it; nothing is deleted here."""
    if sqlite3.sqlite_version_info >= (3, 42, 0):
        return script
    return "\n".join(line for line in script.splitlines() if "secure-delete" not in line)


def _fill_plain(path: Path, count: int) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    connection = open_plain(partial)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    for step in migrations.steps():
        connection.executescript(supported(step))
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO chat (key, id, title, created_at, updated_at, model, messages, pinned)"
        " VALUES (?, ?, ?, ?, ?, 'a', ?, ?)",
        (
            (
                key,
                f"c{key:08}",
                f"Chat {name(key)}",
                _START,
                _START + key * PER_CHAT * _STEP,
                PER_CHAT,
                key % 50 == 0,
            )
            for key in range(1, count // PER_CHAT + 2)
        ),
    )
    connection.executemany(
        "INSERT INTO message (key, id, chat, parent, role, status, created_at, length, lines, model, content)"
        " VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, 1, ?, ?)",
        _messages(count),
    )
    connection.execute("INSERT INTO message_index (message_index) VALUES ('rebuild')")
    connection.execute("COMMIT")
    connection.close()
    partial.rename(path)


def _messages(count: int) -> Iterator[tuple[Any, ...]]:
    draw = random.Random("a million")
    for number in range(count):
        at = _START + number * _STEP
        if number % CJK_EVERY == 0:
            text = "".join(cjk_words(draw.randrange(400)) + draw.choice(_BETWEEN) for _ in range(40))
        else:
            words = sentence_words(draw, 57)
            words += [
                name(draw.randrange(RARE)),
                name(RARE + draw.randrange(TAIL)),
                name(RARE + draw.randrange(TAIL)),
            ]
            draw.shuffle(words)
            text = " ".join(words)
        chat = number // PER_CHAT + 1
        parent = at - _STEP if number % PER_CHAT else None
        mine = number % 2 == 0
        yield (
            at, f"m{number:08}", chat, parent, "user" if mine else "assistant",
            at, len(text), None if mine else f"model-{number % 7}", text,
        )  # fmt: skip


def _copy(plain: Path, ours: Path) -> None:
    """The same rows and the same index, page by page another file."""
    partial = ours.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(0o600)
    Database.open(partial, KEY).close()
    connection = open_connection(partial, KEY, cache_kib=262_144)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"ATTACH '{plain}' AS plain KEY ''")
    connection.execute("BEGIN")
    for table in ("chat", "message"):
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM plain.{table}")
    for shadow in _SHADOWS:
        connection.execute(f"DELETE FROM main.message_index_{shadow}")
        connection.execute(
            f"INSERT INTO main.message_index_{shadow} SELECT * FROM plain.message_index_{shadow}"
        )
    connection.execute("COMMIT")
    connection.close()
    partial.rename(ours)


if __name__ == "__main__":
    os.nice(10)
    for path in make(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000):
        print(path, path.stat().st_size)
