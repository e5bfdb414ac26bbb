# SPDX-License-Identifier: GPL-3.0-or-later
"""The models a person has, and which chat wants which. Functions over a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from desktop.domain.conversation import ChatId
from desktop.domain.model_card import ModelCard
from desktop.storage import activity, records
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds
from desktop.storage.lookup import chat_key

_DEFAULT_SETTING = "model.path"  # the file itself: it may be one that was chosen before models were listed
_ANYWAY_SETTING = "model.anyway"
_SELECT = "SELECT sha256, name, path, size, card, downloaded, added_at FROM model"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A file the person added, or had downloaded.

    Attributes:
        id: its SHA-256.
        name: what it goes by.
        path: where it lay when it was added.
        size: bytes.
        card: its own claims.
        downloaded: by this app, which may delete it again.
        added_at: when.
    """

    id: str
    name: str
    path: Path
    size: int
    card: ModelCard
    downloaded: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Measure:
    """What answering with a model was like here; None where it is not known."""

    tokens_per_second: float | None = None
    memory: int | None = None


def add(
    conn: Connection, sha256: str, *, name: str, path: Path, size: int, card: ModelCard, downloaded: bool
) -> StoredModel:
    """Know a model from now on; one that is known already is only found at its new place."""
    known = get(conn, sha256)
    conn.execute(
        "INSERT INTO model (sha256, name, path, size, card, downloaded, added_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET path = excluded.path, card = excluded.card,"
        " downloaded = excluded.downloaded",
        (
            sha256,
            _free_name(conn, name),
            str(path),
            size,
            msgspec.json.encode(card).decode(),
            int(downloaded),
            to_milliseconds(None),
        ),
    )
    if known is None:
        activity.record(conn, "model-added", downloaded=downloaded)
    (made,) = [model for model in listed(conn) if model.id == sha256]
    return made


def remove(conn: Connection, sha256: str) -> None:
    """Know it no more, and let no chat wait for it."""
    conn.execute("DELETE FROM model WHERE sha256 = ?", (sha256,))
    conn.execute("DELETE FROM model_measure WHERE model = ?", (sha256,))
    conn.execute("DELETE FROM chat_model WHERE model = ?", (sha256,))
    activity.record(conn, "model-removed")


def listed(conn: Connection) -> list[StoredModel]:
    """All of them, by name."""
    rows = conn.execute(f"{_SELECT} ORDER BY name COLLATE NOCASE, key")
    return [_to_model(row) for row in rows]


def get(conn: Connection, sha256: str) -> StoredModel | None:
    """One, by its id."""
    row = conn.execute(f"{_SELECT} WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else _to_model(row)


def at(conn: Connection, path: Path) -> StoredModel | None:
    """The one that lies there."""
    row = conn.execute(f"{_SELECT} WHERE path = ? ORDER BY key DESC", (str(path),)).fetchone()
    return None if row is None else _to_model(row)


def default_path(conn: Connection) -> Path | None:
    """The file that answers where a chat says nothing else; None for the one Inglenook came with."""
    chosen = records.get_setting(conn, _DEFAULT_SETTING)
    return Path(chosen) if isinstance(chosen, str) else None


def is_anyway(conn: Connection) -> bool:
    """Whether that file is to be loaded even if memory is short."""
    return records.get_setting(conn, _ANYWAY_SETTING, False) is True


def set_default_path(conn: Connection, path: Path | None, *, anyway: bool = False) -> None:
    """Answer with this file where a chat says nothing else; ``anyway``: even if memory is short."""
    records.set_setting(conn, _ANYWAY_SETTING, anyway)
    records.set_setting(conn, _DEFAULT_SETTING, None if path is None else str(path))


def of_chat(conn: Connection, chat_id: ChatId) -> str | None:
    """The id of the model chosen for a chat; None if the usual one answers.

    Raises:
        UnknownChatError: there is no such chat.
    """
    row = conn.execute("SELECT model FROM chat_model WHERE chat = ?", (chat_key(conn, chat_id),)).fetchone()
    return None if row is None else str(row[0])


def choose_for_chat(conn: Connection, chat_id: ChatId, model: str | None) -> None:
    """Have a model answer one chat; None goes back to the usual one.

    Raises:
        UnknownChatError: there is no such chat.
    """
    key = chat_key(conn, chat_id)
    conn.execute("DELETE FROM chat_model WHERE chat = ?", (key,))
    if model is not None:
        conn.execute("INSERT INTO chat_model (chat, model) VALUES (?, ?)", (key, model))


def note_measure(conn: Connection, model: str, measure: Measure) -> None:
    """Remember what answering was like; what is None stays as it was."""
    conn.execute(
        "INSERT INTO model_measure (model, at, tokens_per_second, memory) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (model) DO UPDATE SET at = excluded.at,"
        " tokens_per_second = coalesce(excluded.tokens_per_second, tokens_per_second),"
        " memory = coalesce(excluded.memory, memory)",
        (model, to_milliseconds(None), measure.tokens_per_second, measure.memory),
    )


def measures(conn: Connection) -> dict[str, Measure]:
    """What was measured, by the id of the model."""
    rows = conn.execute("SELECT model, tokens_per_second, memory FROM model_measure")
    return {model: Measure(speed, memory) for model, speed, memory in rows}


def _free_name(conn: Connection, name: str) -> str:
    """``name``, numbered if another model goes by it: two must not look the same in a menu."""
    taken = {row[0] for row in conn.execute("SELECT name FROM model")}
    wanted, number = name, 2
    while wanted in taken:
        wanted, number = f"{name} ({number})", number + 1
    return wanted


def _to_model(row: tuple[str, str, str, int, str, int, int]) -> StoredModel:
    sha256, name, path, size, card, downloaded, added_at = row
    return StoredModel(
        sha256,
        name,
        Path(path),
        size,
        msgspec.json.decode(card, type=ModelCard),
        bool(downloaded),
        from_milliseconds(added_at),
    )
