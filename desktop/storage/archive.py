# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole chats out of the database and into one, without loss. Functions over a connection."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from desktop.domain.archive import (
    ArchivedChat,
    ArchivedFeedback,
    ArchivedInstructions,
    ArchivedMessage,
    ArchivedSettings,
    ConsentChange,
    FilterChoice,
    Id,
)
from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import ChatId, MessageId, Role, Status
from desktop.domain.errors import UserActionError
from desktop.domain.spec import AppLayer
from desktop.i18n import _
from desktop.storage import chat_settings, conversations, drafts, folders, instructions, records, retention
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, new_id, to_milliseconds
from desktop.storage.insertion import insert_message
from desktop.storage.lookup import chat_key
from desktop.storage.text import storable
from desktop.storage.training import TERMS_SETTING

_ENDED = {Status.STREAMING: Status.INTERRUPTED}  # nobody goes on writing a copy


class ChatPresentError(UserActionError):
    """A chat with this id is here already; nothing was changed.

    Attributes:
        missing: how many messages of the other one are not in it.
    """

    def __init__(self, words: str, missing: int = 0) -> None:
        super().__init__(words)
        self.missing = missing


def read_chat(conn: Connection, chat_id: ChatId) -> ArchivedChat:
    """A chat with every branch, its draft and what was said about training.

    Raises:
        UnknownChatError.
    """
    chat = conversations.get_chat(conn, chat_id)
    key = chat_key(conn, chat_id)
    draft = conn.execute("SELECT content FROM draft WHERE chat = ?", (key,)).fetchone()
    rated = {
        one: ArchivedFeedback(from_milliseconds(at), rating, reason, correction)
        for one, at, rating, reason, correction in conn.execute(
            "SELECT message.id, at, rating, reason, correction FROM feedback"
            " JOIN message ON message.key = feedback.message WHERE message.chat = ?",
            (key,),
        )
    }
    choices = conn.execute("SELECT value, hidden FROM filter_choice WHERE chat = ? ORDER BY value", (key,))
    settings = chat_settings.of_chat(conn, chat_id)
    said = conn.execute("SELECT at, granted FROM consent WHERE chat = ? ORDER BY key", (key,))
    return ArchivedChat(
        id=chat.id,
        title=chat.title,
        created_at=chat.created_at,
        updated_at=chat.updated_at,
        messages=[
            ArchivedMessage(
                id=one.id,
                parent_id=one.parent_id,
                role=one.role,
                content=one.content,
                status=_ENDED.get(one.status, one.status),
                created_at=one.created_at,
                model=one.model,
                stop_reason=one.stop_reason,
                stats=one.stats,
                feedback=rated.get(one.id),
                edited=one.edited,
            )
            for one in conversations.all_messages(conn, chat_id)
        ],
        head_id=chat.head_id,
        model=chat.model,
        system_prompt=chat.system_prompt,
        pinned=chat.pinned,
        archived=chat.archived,
        retention_days=chat.retention_days,
        folder=chat.folder,
        draft=draft[0] if draft else None,
        consent=[ConsentChange(from_milliseconds(at), bool(granted)) for at, granted in said],
        filter_choices=[FilterChoice(value, bool(hidden)) for value, hidden in choices],
        settings=None if settings == ChatSettings() else settings,
    )


def volume(conn: Connection) -> tuple[int, int, int]:
    """How many chats and messages an archive of everything would hold, and about how many bytes."""
    chats, messages, characters = conn.execute(
        "SELECT count(DISTINCT chat.key), count(message.key), coalesce(sum(message.length), 0)"
        " FROM chat LEFT JOIN message ON message.chat = chat.key WHERE chat.delete_due IS NULL"
    ).fetchone() or (0, 0, 0)
    return chats, messages, characters * 3 // 2 + messages * 400 + chats * 400


def read_settings(conn: Connection) -> ArchivedSettings:
    """What the person said about all chats, as far as it means anything on another computer."""
    terms = records.get_setting(conn, TERMS_SETTING, [])
    draft = records.get_setting(conn, drafts.NEW_CHAT_SETTING)
    return ArchivedSettings(
        retention.rule(conn).days,
        [term for term in terms if isinstance(term, str)] if isinstance(terms, list) else [],
        draft if isinstance(draft, str) and draft else None,
    )


def adopt_settings(conn: Connection, settings: ArchivedSettings) -> None:
    """Take over what was said elsewhere, where nothing was said here; terms are added to those there are."""
    here = read_settings(conn)
    if here.retention_days is None and settings.retention_days is not None:
        retention.set_days(conn, settings.retention_days)
    terms = list(dict.fromkeys((*here.terms, *(storable(term) for term in settings.terms))))
    if terms != here.terms:
        records.set_setting(conn, TERMS_SETTING, terms)
    if here.draft is None and settings.draft:
        records.set_setting(conn, drafts.NEW_CHAT_SETTING, storable(settings.draft))


def adopt_instructions(conn: Connection, told: ArchivedInstructions) -> None:
    """Take over what the model was told elsewhere, layer by layer, where nothing is said here."""
    here = instructions.kept(conn)
    if here.state is AppLayer.SHIPPED and told.app in (AppLayer.OWN, AppLayer.OFF):
        instructions.set_app(conn, AppLayer(told.app), told.own)
    if not here.person and told.person:
        instructions.set_person(conn, told.person)


def insert_chat(conn: Connection, chat: ArchivedChat) -> ChatId:
    """Write a chat with its branches, times and ids; consent to training is not taken over.

    A message whose parent is nowhere becomes a root; one that is its own ancestor is left out. An id that a
    message of another chat has is replaced.

    Raises:
        ChatPresentError: there is a chat with this id, perhaps waiting to be deleted.
    """
    present = conn.execute("SELECT key FROM chat WHERE id = ?", (storable(chat.id),)).fetchone()
    if present:
        held = {one for (one,) in conn.execute("SELECT id FROM message WHERE chat = ?", present)}
        missing = {storable(message.id) for message in chat.messages} - held
        raise ChatPresentError(_("This chat is here already."), len(missing))
    created, updated = to_milliseconds(chat.created_at), to_milliseconds(chat.updated_at)
    prompt = None if chat.system_prompt is None else storable(chat.system_prompt)
    conn.execute(
        "INSERT INTO chat (id, title, created_at, updated_at, model, pinned, archived, retention_days,"
        " system_prompt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            storable(chat.id),
            storable(chat.title),
            created,
            updated,
            None if chat.model is None else storable(chat.model),
            int(chat.pinned),
            int(chat.archived),
            chat.retention_days,
            prompt,
        ),
    )
    chat_id = ChatId(storable(chat.id))
    key = chat_key(conn, chat_id)
    keys: dict[Id, int] = {}
    counted = 0
    for message in _parents_first(chat.messages):
        at = to_milliseconds(message.created_at)
        message_id = storable(message.id)
        if conn.execute("SELECT 1 FROM message WHERE id = ?", (message_id,)).fetchone():
            message_id = new_id(at)
        keys[message.id] = insert_message(
            conn,
            chat=key,
            parent=keys.get(message.parent_id) if message.parent_id is not None else None,
            message_id=MessageId(message_id),
            role=message.role,
            status=_ENDED.get(message.status, message.status),
            at=at,
            content=storable(message.content),
            model=None if message.model is None else storable(message.model),
            stop_reason=message.stop_reason,
            stats=message.stats,
        )
        counted += message.role is not Role.SYSTEM
        if message.feedback is not None and message.role is Role.ASSISTANT:
            _insert_feedback(conn, keys[message.id], message.feedback)
        if message.edited and message.role is Role.ASSISTANT:
            conn.execute("INSERT INTO edited_answer (message) VALUES (?)", (keys[message.id],))
    head = keys.get(chat.head_id) if chat.head_id is not None else None
    if head is None and keys:
        head = max(keys.values())
    conn.execute("UPDATE chat SET head = ?, messages = ? WHERE key = ?", (head, counted, key))
    if chat.folder:
        folders.put_in(conn, key, chat.folder)
    if chat.draft:
        conn.execute(
            "INSERT INTO draft (chat, updated_at, content) VALUES (?, ?, ?)",
            (key, updated, storable(chat.draft)),
        )
    conn.executemany(
        "INSERT OR IGNORE INTO filter_choice (chat, value, hidden) VALUES (?, ?, ?)",
        [(key, storable(choice.value), int(choice.hidden)) for choice in chat.filter_choices],
    )
    retention.ask_about(conn, [chat_id])
    if chat.settings is not None:
        chat_settings.set_chat(conn, chat_id, chat.settings)
    return chat_id


def _insert_feedback(conn: Connection, message: int, said: ArchivedFeedback) -> None:
    conn.execute(
        "INSERT INTO feedback (message, at, rating, reason, correction) VALUES (?, ?, ?, ?, ?)",
        (
            message,
            to_milliseconds(said.at),
            said.rating,
            storable(said.reason),
            None if said.correction is None else storable(said.correction),
        ),
    )


def _parents_first(messages: list[ArchivedMessage]) -> Iterator[ArchivedMessage]:
    """The messages of a tree in the order given, but each after its parent; without those in a circle."""
    known = {message.id for message in messages}
    waiting: defaultdict[Id, list[ArchivedMessage]] = defaultdict(list)
    given: set[Id] = set()
    for message in messages:
        if message.parent_id in known and message.parent_id not in given:
            waiting[message.parent_id].append(message)
            continue
        ready = deque([message])
        while ready:
            one = ready.popleft()
            if one.id in given:
                continue  # the same id twice: the first one counts
            given.add(one.id)
            yield one
            ready.extend(waiting.pop(one.id, ()))
