# SPDX-License-Identifier: GPL-3.0-or-later
"""Which chats may be used for training, what the person said about the filter, and what left.

Functions over a connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from desktop.domain.conversation import Chat, ChatId
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage import activity, records
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds
from desktop.storage.lookup import SELECT_CHAT, chat_key, to_chat
from desktop.storage.text import storable

_DEFAULT_SETTING = "training.default"
TERMS_SETTING = "personal.terms"  # names and the like that the person listed
_NAME_MODEL_SETTING = "personal.name_model"


class ConsentChangedError(UserActionError):
    """A chat was withdrawn while its training data were being written; they must not be kept."""


def is_default(conn: Connection) -> bool:
    """Whether new chats may be used from their beginning; no, unless the person said so."""
    return records.get_setting(conn, _DEFAULT_SETTING, False) is True


def set_default(conn: Connection, given: bool) -> None:
    """Say whether new chats may be used from their beginning."""
    if is_default(conn) != given:
        records.set_setting(conn, _DEFAULT_SETTING, given)
        activity.record(conn, "training-default-on" if given else "training-default-off")


def own_terms(conn: Connection) -> list[str]:
    """Names and the like that the person wants hidden wherever they stand."""
    kept = records.get_setting(conn, TERMS_SETTING, [])
    return [term for term in kept if isinstance(term, str)] if isinstance(kept, list) else []


def set_own_terms(conn: Connection, terms: Sequence[str]) -> None:
    """Keep these terms and no others; recorded if that changes something."""
    kept = list(dict.fromkeys(" ".join(term.split()) for term in terms if term.strip()))
    if own_terms(conn) != kept:
        records.set_setting(conn, TERMS_SETTING, kept)
        activity.record(conn, "terms-changed", terms=len(kept))


def uses_name_model(conn: Connection) -> bool:
    """Whether an installed name model is used; yes, unless the person said no."""
    return records.get_setting(conn, _NAME_MODEL_SETTING, True) is not False


def set_uses_name_model(conn: Connection, used: bool) -> None:
    """Say whether an installed name model is used."""
    records.set_setting(conn, _NAME_MODEL_SETTING, used)


def consented_chats(conn: Connection) -> list[Chat]:
    """The chats that may be used now, those hidden for deletion left out; the oldest first."""
    rows = conn.execute(
        f"{SELECT_CHAT} WHERE chat.training_consent = 1 AND chat.delete_due IS NULL ORDER BY chat.key"
    )
    return [to_chat(row) for row in rows]


def consented_since(conn: Connection, chat_id: ChatId) -> datetime | None:
    """When the consent that holds was given; None if none does.

    Raises:
        UnknownChatError: there is no such chat.
    """
    row = conn.execute(
        "SELECT at, granted FROM consent WHERE chat = ? ORDER BY key DESC LIMIT 1",
        (chat_key(conn, chat_id),),
    ).fetchone()
    return from_milliseconds(row[0]) if row and row[1] else None


def filter_choices(conn: Connection, chat_id: ChatId) -> dict[str, bool]:
    """The values the person decided on in a chat: hidden always (True) or never (False).

    Raises:
        UnknownChatError: there is no such chat.
    """
    rows = conn.execute("SELECT value, hidden FROM filter_choice WHERE chat = ?", (chat_key(conn, chat_id),))
    return {value: bool(hidden) for value, hidden in rows}


def choose_filter(conn: Connection, chat_id: ChatId, choices: Mapping[str, bool | None]) -> None:
    """Decide on values in a chat; None leaves one to the filter again.

    Raises:
        UnknownChatError: there is no such chat.
    """
    key = chat_key(conn, chat_id)
    for value, hidden in choices.items():
        conn.execute("DELETE FROM filter_choice WHERE chat = ? AND value = ?", (key, storable(value)))
        if hidden is not None:
            conn.execute(
                "INSERT INTO filter_choice (chat, value, hidden) VALUES (?, ?, ?)",
                (key, storable(value), int(hidden)),
            )


def record_export(
    conn: Connection, chat_ids: Sequence[ChatId], sha256: str, *, examples: int, pairs: int
) -> None:
    """Note that the data of these chats left.

    Args:
        conn: the transaction.
        chat_ids: which chats.
        sha256: of the manifest.
        examples: how many conversations.
        pairs: how many preferences.

    Raises:
        ConsentChangedError: one of them may not be used (any more); the transaction must not be committed.
    """
    allowed = {chat.id for chat in consented_chats(conn)}
    if not allowed.issuperset(chat_ids):
        raise ConsentChangedError(
            _("A chat was withdrawn from training meanwhile, so nothing was exported. Try again.")
        )
    conn.execute("INSERT INTO training_export (at, sha256) VALUES (?, ?)", (to_milliseconds(None), sha256))
    conn.executemany(
        "INSERT INTO training_export_chat (export, chat) SELECT max(key), ? FROM training_export",
        [(chat_key(conn, chat_id),) for chat_id in chat_ids],
    )
    activity.record(conn, "training-exported", chats=len(chat_ids), examples=examples, pairs=pairs)


def exports_of(conn: Connection, chat_ids: Sequence[ChatId]) -> list[datetime]:
    """When data of any of these chats left, oldest first."""
    moments: set[int] = set()
    for chat_id in chat_ids:
        rows = conn.execute(
            "SELECT training_export.at FROM training_export JOIN training_export_chat AS inside"
            " ON inside.export = training_export.key WHERE inside.chat = ?",
            (chat_key(conn, chat_id),),
        )
        moments.update(at for (at,) in rows)
    return [from_milliseconds(at) for at in sorted(moments)]


def withdraw_all(conn: Connection) -> tuple[int, bool, list[datetime]]:
    """Let nothing be used any more: every chat withdrawn, those hidden for deletion too, and the default off.

    Returns:
        How many chats were withdrawn, whether new chats were allowed, and when data of any chat left before.
    """
    withdrawn, allowed = forget_consent(conn)
    exports = [from_milliseconds(at) for (at,) in conn.execute("SELECT at FROM training_export ORDER BY at")]
    activity.record(
        conn, "training-stopped", chats=withdrawn, default_was_on=allowed, exported_before=len(exports)
    )
    return withdrawn, allowed, exports


def forget_consent(conn: Connection) -> tuple[int, bool]:
    """Withdraw every chat and switch the default off; not recorded. In every shape a vault ever had.

    Returns:
        How many chats were withdrawn, and whether new chats were allowed.
    """
    at = to_milliseconds(None)
    allowed = is_default(conn)
    conn.execute(
        "INSERT INTO consent (chat, at, granted) SELECT key, ?, 0 FROM chat WHERE training_consent = 1", (at,)
    )
    withdrawn = conn.execute("UPDATE chat SET training_consent = 0 WHERE training_consent = 1").rowcount
    if allowed:
        records.set_setting(conn, _DEFAULT_SETTING, False)
    return withdrawn, allowed
