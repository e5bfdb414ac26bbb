# SPDX-License-Identifier: GPL-3.0-or-later
"""See everything: every row that is kept, as a text for people or one document for programs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from desktop.i18n import _
from desktop.services.places import not_written, require_file_name
from desktop.services.privacy import Privacy, everything_in_words
from desktop.services.privacy_reports import EverythingReport
from desktop.storage import activity, everything
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.everything import ChatDump, Row, Value
from desktop.storage.files import private_replacement
from desktop.storage.vault import OpenVault

_BATCH = 20  # chats read at once, so that the window's own questions are answered in between
_RULE = "─" * 40
_LARGEST_PREFERENCES = 64 * 1024
_HIDDEN = {"key", "chat", "message", "parent", "head"}  # joins inside the file
_TIMES = {"at", "created_at", "updated_at", "added_at", "delete_due"}


class Everything:
    """Shows one open database whole: a vault's, or one in memory. Calls block."""

    def __init__(self, database: Database, vault: OpenVault | None, privacy: Privacy) -> None:
        self._database = database
        self._vault = vault
        self._privacy = privacy

    def overview(self) -> str:
        """All but the chats: the report, the record, settings, and what hangs on no chat."""
        done = self._privacy.activity(limit=-1).result()
        parts = [everything_in_words(self._privacy.report(), done)]
        preferences = self._preferences()
        if preferences:
            parts.append(_section(_("Settings file"), [preferences]))
        loose = self._database.read(everything.loose_rows).result()
        parts += [_section(_table_words(table), rows) for table, rows in loose.items() if table != "activity"]
        return "\n".join(parts)

    def chats(self, after: int = 0, limit: int = _BATCH) -> tuple[str, int | None]:
        """The next chats, each with every branch and all that hangs on it.

        Args:
            after: where the last call ended; 0 begins.
            limit: how many.

        Returns:
            Their text, and where to go on; None at the end.
        """
        dumps = self._database.read(lambda c: everything.chats_from(c, after, limit)).result()
        text = "".join(_chat_text(dump) for dump in dumps)
        return text, dumps[-1].key if len(dumps) == limit else None

    def text(self) -> Iterator[str]:
        """All of it, piece by piece."""
        yield self.overview()
        at: int | None = 0
        while at is not None:
            piece, at = self.chats(at)
            yield piece

    def document(self) -> EverythingReport:
        """All of it for programs, in memory at once."""
        return EverythingReport(
            report=self._privacy.report(),
            preferences=self._preferences(),
            tables=self._database.read(_tables).result(),
        )

    def note_shown(self, *, file: bool) -> None:
        """Record that all of it was given to the person."""
        self._database.write(lambda c: activity.record(c, "everything-shown", file=file)).result()

    def to_file(self, path: Path, *, as_json: bool) -> None:
        """Write all of it into one plain file, 0600, for people or for programs, and record that.

        Raises:
            UserActionError: it is no name of a file; nothing was written.
            EnvironmentFaultError: the disk does not take it; what was there before is there.
        """
        require_file_name(path)
        try:
            with private_replacement(path) as file:
                if as_json:
                    file.write(msgspec.json.encode(self.document()) + b"\n")
                else:
                    for piece in self.text():
                        file.write(piece.encode())
        except OSError:
            raise not_written() from None
        self.note_shown(file=True)

    def _preferences(self) -> dict[str, Any]:
        if self._vault is None:
            return {}
        try:
            with self._vault.profile.preferences.open("rb") as file:
                return msgspec.json.decode(file.read(_LARGEST_PREFERENCES), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            return {}


def _tables(conn: Connection) -> dict[str, list[dict[str, int | float | str | None]]]:
    return {
        table: [
            {name: _plain(value) for name, value in one.items()} for one in everything.rows_of(conn, table)
        ]
        for table in everything.table_names(conn)
    }


def _plain(value: Value) -> int | float | str | None:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _chat_text(dump: ChatDump) -> str:
    title = str(dump.chat["title"]) or _("Untitled chat")
    about = _fields({name: value for name, value in dump.chat.items() if name != "title"})
    parts = ["", _RULE, title, *about, ""]
    for message in dump.messages:
        told = {name: value for name, value in message.items() if name not in ("content", "length", "lines")}
        parts += [" · ".join(_fields(told)), str(message["content"]), ""]
    for table, rows in dump.beside.items():
        parts.append(_section(_table_words(table), rows))
    return "\n".join(parts) + "\n"


def _section(heading: str, rows: list[Row] | list[dict[str, Any]]) -> str:
    lines = [" · ".join(_fields(one)) for one in rows]
    return "\n".join(("", heading, *(lines or [_("None.")]), ""))


def _fields(row: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {_moment(value) if name in _TIMES else value}"
        for name, value in row.items()
        if value is not None and name not in _HIDDEN
    ]


def _moment(value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    return f"{datetime.fromtimestamp(value / 1000, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def _table_words(table: str) -> str:
    """What a table of the vault is to a person; one this function does not know keeps its own name."""
    words = {
        "chat_settings": _("How chats are answered"),
        "stop_word": _("Words at which answers stop"),
        "chat_view": _("How a chat was left"),
        "consent": _("What was said about training"),
        "correction": _("Corrected"),
        "draft": _("Begun, not sent"),
        "edited_answer": _("Edited by you"),
        "feedback": _("What you think of answers"),
        "filter_choice": _("Your word on the filter"),
        "chat_model": _("The model chosen for it"),
        "folder": _("Folders of chats"),
        "model": _("Model files you added"),
        "model_measure": _("How models answered here"),
        "network_use": _("Uses of the network"),
        "reply_spec": _("Which version of the instructions it was given"),
        "removed_branch": _("Deleted messages that can still be brought back"),
        "setting": _("Settings in the vault"),
        "training_export": _("Training data that left"),
        "training_export_chat": _("In which training data"),
        "vault": _("The vault"),
    }
    return words.get(table, table)
