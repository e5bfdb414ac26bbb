# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding words wherever they are kept, and putting others in their place for good."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from desktop.domain.conversation import ChatId
from desktop.domain.correction import (
    CorrectionReceipt,
    FoundPlaces,
    Occurrence,
    Place,
    PlaceKey,
    TextKind,
    Wish,
)
from desktop.i18n import _
from desktop.storage import activity, records, residue
from desktop.storage.connection import Connection, SqlError
from desktop.storage.database import Database
from desktop.storage.deletion import Scan, look_for_traces, remove_copies
from desktop.storage.drafts import NEW_CHAT_SETTING
from desktop.storage.ids import to_milliseconds
from desktop.storage.insertion import count_lines
from desktop.storage.instructions import APP_SETTING, PERSON_SETTING
from desktop.storage.pagescan import MIN_NEEDLE_BYTES
from desktop.storage.search import index_message, unindex_message
from desktop.storage.text import storable
from desktop.storage.training import TERMS_SETTING
from desktop.storage.vault import OpenVault

MAX_SHOWN = 2000  # occurrences; there may be more, and all of them can be replaced
_NEIGHBOURS = 8  # characters on either side that make a short word findable in a page
_CONTEXT = 60  # characters before and after


@dataclass(frozen=True, slots=True)
class _Column:
    """Where texts lie: ``select`` gives a chat's id and title, the text, and what ``update`` finds it by."""

    kind: TextKind
    select: str
    update: str


_MESSAGES = _Column(
    TextKind.MESSAGE,
    "SELECT chat.id, chat.title, message.content, message.key FROM message JOIN chat"
    " ON chat.key = message.chat WHERE message.status <> 'streaming' ORDER BY message.key DESC",
    "",  # its words lie in the index, too
)

# A new table with a person's words gets its line here.
_COLUMNS = (
    _Column(
        TextKind.TITLE,
        "SELECT id, title, title, key FROM chat ORDER BY key DESC",
        "UPDATE chat SET title = ? WHERE key = ?",
    ),
    _Column(  # one that gets another's name takes its place; one without a name could not be told
        TextKind.FOLDER,
        "SELECT NULL, '', name, key FROM folder ORDER BY key DESC",
        "UPDATE OR REPLACE folder SET name = coalesce(nullif(trim(?), ''), '–') WHERE key = ?",
    ),
    _Column(
        TextKind.INSTRUCTIONS,
        "SELECT id, title, system_prompt, key FROM chat WHERE system_prompt IS NOT NULL ORDER BY key DESC",
        "UPDATE chat SET system_prompt = ? WHERE key = ?",
    ),
    _MESSAGES,
    _Column(
        TextKind.DRAFT,
        "SELECT chat.id, chat.title, draft.content, draft.chat FROM draft JOIN chat ON chat.key = draft.chat",
        "UPDATE draft SET content = ? WHERE chat = ?",
    ),
    _Column(
        TextKind.FEEDBACK,
        "SELECT chat.id, chat.title, feedback.reason, feedback.message FROM feedback"
        " JOIN message ON message.key = feedback.message JOIN chat ON chat.key = message.chat",
        "UPDATE feedback SET reason = ? WHERE message = ?",
    ),
    _Column(
        TextKind.BETTER_ANSWER,
        "SELECT chat.id, chat.title, feedback.correction, feedback.message FROM feedback"
        " JOIN message ON message.key = feedback.message JOIN chat ON chat.key = message.chat"
        " WHERE feedback.correction IS NOT NULL",
        "UPDATE feedback SET correction = ? WHERE message = ?",
    ),
    _Column(
        TextKind.INSTRUCTIONS,
        "SELECT NULL, '', instructions, key FROM chat_settings WHERE instructions <> ''",
        "UPDATE chat_settings SET instructions = ? WHERE key = ?",
    ),
    _Column(
        TextKind.SETTING,
        "SELECT NULL, '', name, key FROM chat_settings WHERE name IS NOT NULL",
        "UPDATE OR REPLACE chat_settings SET name = ? WHERE key = ?",
    ),
    _Column(
        TextKind.SETTING,
        "SELECT chat.id, coalesce(chat.title, ''), json_schema, chat_settings.key, 'schema'"
        " FROM chat_settings LEFT JOIN chat ON chat.key = chat_settings.chat WHERE json_schema IS NOT NULL",
        "UPDATE chat_settings SET json_schema = ?1 WHERE key = ?2 AND ?3 = 'schema'",
    ),
    _Column(
        TextKind.SETTING,
        "SELECT chat.id, coalesce(chat.title, ''), word, stop_word.settings, stop_word.place FROM stop_word"
        " JOIN chat_settings ON chat_settings.key = stop_word.settings"
        " LEFT JOIN chat ON chat.key = chat_settings.chat",
        "UPDATE stop_word SET word = ? WHERE settings = ? AND place = ?",
    ),
    _Column(
        TextKind.DECISION,
        "SELECT chat.id, chat.title, filter_choice.value, filter_choice.chat, filter_choice.value"
        " FROM filter_choice JOIN chat ON chat.key = filter_choice.chat",
        "UPDATE OR REPLACE filter_choice SET value = ? WHERE chat = ? AND value = ?",
    ),
)

_SETTINGS = {  # a text, or a list of them
    NEW_CHAT_SETTING: TextKind.DRAFT,
    TERMS_SETTING: TextKind.TERM,
    PERSON_SETTING: TextKind.INSTRUCTIONS,
    APP_SETTING: TextKind.INSTRUCTIONS,
}


@dataclass(frozen=True, slots=True)
class _Text:
    """One text that is kept."""

    column: _Column | None  # None: a setting
    kind: TextKind
    key: PlaceKey
    text: str
    chat_id: ChatId | None = None
    chat_title: str = ""


@dataclass(slots=True)
class _Done:
    places: int = 0
    messages: int = 0
    chats: set[ChatId] = field(default_factory=set)
    needles: set[bytes] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)
    rebuilt: bool = False


def find(conn: Connection, wish: Wish) -> FoundPlaces:
    """Every place where the old words stand, newest messages first."""
    pattern = _pattern(wish)
    shown: list[Occurrence] = []
    total = 0
    for one in _texts(conn):
        for match in pattern.finditer(one.text):
            total += 1
            if len(shown) < MAX_SHOWN:
                start, end = match.span()
                shown.append(
                    Occurrence(
                        Place(one.kind, one.key, start),
                        one.text[max(0, start - _CONTEXT) : start],
                        match.group(),
                        one.text[end : end + _CONTEXT],
                        one.chat_id,
                        one.chat_title,
                    )
                )
    return FoundPlaces(tuple(shown), total)


def correct(
    database: Database,
    vault: OpenVault | None,
    wish: Wish,
    chosen: Collection[Place] | None = None,
    *,
    scan: Scan | None = None,
) -> CorrectionReceipt:
    """Put the new words in the place of the old ones, then look for what is left of those. Blocks; seconds.

    As with a deletion the backups, which hold the old words, go first; then all places change in one
    transaction, or none.

    Args:
        database: where the texts are.
        vault: its vault; None for a database in memory.
        wish: what is to become what.
        chosen: where; None is everywhere.
        scan: how pages are looked through; None starts the child.

    Raises:
        StorageFullError, VaultDamagedError: nothing was changed, or (from a later step) all was, unchecked.
    """
    places = None if chosen is None else frozenset(chosen)
    checked: list[str] = []
    if vault is None:
        done = database.write(lambda conn: _replace(conn, wish, places)).result()
        checked.append(_("memory; nothing was on the disk"))
        residue_found: int | None = 0
    else:
        with vault.copies:
            remove_copies(vault, checked=checked)
            done = database.write(lambda conn: _replace(conn, wish, places)).result()
        if done.rebuilt:
            checked.append(_("search index: made anew"))
        with vault.scans.turn:
            traces = look_for_traces(database, vault, done.needles, done.terms, checked=checked, scan=scan)
        residue_found = traces.found
    left = 0 if places is None else len(places) - done.places
    return CorrectionReceipt(done.places, done.messages, len(done.chats), left, residue_found, tuple(checked))


def _replace(conn: Connection, wish: Wish, places: frozenset[Place] | None) -> _Done:
    pattern, new, at = _pattern(wish), storable(wish.new), to_milliseconds(None)
    done = _Done()
    messages: list[tuple[int, str, str]] = []
    settings: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for one in list(_changing(conn, pattern, places)):
        spans = [
            match.span()
            for match in pattern.finditer(one.text)
            if places is None or Place(one.kind, one.key, match.start()) in places
        ]
        text = one.text
        for start, end in reversed(spans):
            done.needles.add(text[start:end].encode())  # and, as that may be short, with its neighbours:
            done.needles.add(text[max(0, start - _NEIGHBOURS) : end + _NEIGHBOURS].encode())
            text = text[:start] + new + text[end:]
        if one.kind is TextKind.TITLE:
            text = " ".join(text.split())
        done.places += len(spans)
        done.needles |= {needle for needle in residue.shingles(one.text) if needle not in text.encode()}
        if one.chat_id is not None:
            done.chats.add(one.chat_id)
        if one.column is _MESSAGES:
            messages.append((int(one.key[0]), one.text, text))
        elif one.column is not None:
            conn.execute(one.column.update, (text, *one.key))
        else:
            settings[str(one.key[0])][int(one.key[1])] = text
    _write_messages(conn, messages, at, done)
    for name, texts in settings.items():
        _write_setting(conn, name, texts)
    done.needles = {needle for needle in done.needles if len(needle) >= MIN_NEEDLE_BYTES}
    if done.places:
        activity.record(conn, "corrected", places=done.places, messages=done.messages, chats=len(done.chats))
    return done


def _changing(conn: Connection, pattern: re.Pattern[str], places: frozenset[Place] | None) -> Iterator[_Text]:
    """The texts in which something is to be replaced."""
    wanted = None if places is None else {(place.kind, place.key) for place in places}
    for one in _texts(conn):
        if wanted is not None and (one.kind, one.key) not in wanted:
            continue
        if any(
            places is None or Place(one.kind, one.key, match.start()) in places
            for match in pattern.finditer(one.text)
        ):
            yield one


def _write_messages(conn: Connection, messages: list[tuple[int, str, str]], at: int, done: _Done) -> None:
    """Change texts and index.

    What is taken out of the index must have reached its segments before something is put in under the same
    key: together in one batch, ``secure-delete`` damages it (SQLite 3.53.4, see conversations.update_reply).
    A savepoint makes FTS5 write out what it holds back, and all stays one transaction.
    """
    if not messages:
        return
    for key, _old, _new in messages:
        unindex_message(conn, key)
    conn.execute("SAVEPOINT taken_out")
    for key, _old, new in messages:
        conn.execute(
            "UPDATE message SET content = ?, length = ?, lines = ? WHERE key = ?",
            (new, len(new), count_lines(new), key),
        )
        index_message(conn, key, new)
    conn.execute("RELEASE taken_out")
    conn.executemany(
        "INSERT OR REPLACE INTO correction (message, at) VALUES (?, ?)",
        [(key, at) for key, _old, _new in messages],
    )
    try:
        conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
    except SqlError:
        conn.execute("INSERT INTO message_index (message_index) VALUES ('rebuild')")
        done.rebuilt = True
    done.messages = len(messages)
    done.terms = residue.index_terms(old for _key, old, _new in messages)
    done.terms -= residue.index_terms(new for _key, _old, new in messages)


def _write_setting(conn: Connection, name: str, texts: dict[int, str]) -> None:
    value = records.get_setting(conn, name)
    if isinstance(value, list):
        kept = [texts.get(place, term) for place, term in enumerate(value)]
        records.set_setting(conn, name, list(dict.fromkeys(term for term in kept if term)))
    else:
        records.set_setting(conn, name, texts[0])


def _texts(conn: Connection) -> Iterator[_Text]:
    """Every text of the person's that is kept."""
    for column in _COLUMNS:
        for chat_id, title, text, *key in conn.execute(column.select):
            chat = None if chat_id is None else ChatId(chat_id)
            yield _Text(column, column.kind, tuple(key), text, chat, title)
    for name, kind in _SETTINGS.items():
        value = records.get_setting(conn, name)
        for place, text in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(text, str):
                yield _Text(None, kind, (name, place), text)


def _pattern(wish: Wish) -> re.Pattern[str]:
    """The old words, composed or decomposed: an é may be one character or two."""
    old = storable(wish.old)
    forms = dict.fromkeys((old, unicodedata.normalize("NFC", old), unicodedata.normalize("NFD", old)))
    return re.compile("|".join(map(re.escape, forms)), re.IGNORECASE if wish.ignore_case else 0)
