# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put into the database before the model is asked: questions, and the answers that will grow.

Functions over a connection, in one transaction each.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.chat_settings import ChatSettings
from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role, Status
from desktop.domain.errors import UnknownMessageError, UserActionError
from desktop.i18n import _
from desktop.services.titles import title_from
from desktop.storage import branches, chat_settings, conversations, training
from desktop.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that is kept, and its answer before the model begins; that has text if it is to go on."""

    chat: Chat
    question: Message
    reply: Message


def ask(
    conn: Connection,
    text: str,
    *,
    chat_id: ChatId | None,
    parent_id: MessageId | None,
    system_prompt: str | None,
    settings: ChatSettings,
    model: str | None,
) -> Prepared:
    """Keep a question, in a new chat if none is named."""
    if chat_id is None:
        chat = conversations.create_chat(
            conn,
            title=title_from(text),
            system_prompt=system_prompt,
            model=model,
            training_consent=training.is_default(conn),
        )
        chat_settings.set_chat(conn, chat.id, settings)
    else:
        chat = conversations.get_chat(conn, chat_id)
    parent = parent_id or chat.head_id
    question = conversations.add_message(conn, chat.id, parent_id=parent, role=Role.USER, content=text)
    return _begin(conn, question, model)


def ask_otherwise(
    conn: Connection, chat_id: ChatId, message_id: MessageId, text: str, model: str | None
) -> Prepared:
    """Put a question beside one, as another version of it.

    Raises:
        UnknownChatError, UnknownMessageError.
        UserActionError: it is no question.
    """
    old = branches.message_of(conn, chat_id, message_id)
    if old.role is not Role.USER:
        raise UserActionError(_("Only questions can be asked in other words."))
    question = conversations.add_message(conn, chat_id, parent_id=old.parent_id, role=Role.USER, content=text)
    return _begin(conn, question, model)


def answer_again(conn: Connection, chat_id: ChatId, message_id: MessageId, model: str | None) -> Prepared:
    """Begin another answer to the question above one, or to a question itself.

    Raises:
        UnknownChatError.
        UnknownMessageError: there is no such message, or no question above it.
    """
    return _begin(conn, _question_of(conn, branches.message_of(conn, chat_id, message_id)), model)


def go_on(conn: Connection, chat_id: ChatId, message_id: MessageId, model: str | None) -> Prepared:
    """Begin an answer with all that a broken-off one had. That one stays: what has ended is not written over.

    Raises:
        UnknownChatError, UnknownMessageError.
        UserActionError: it did not break off.
    """
    old = branches.message_of(conn, chat_id, message_id)
    if not old.can_continue:
        raise UserActionError(_("This answer did not break off, so there is nothing to go on with."))
    return _begin(conn, _question_of(conn, old), model, old.content)


def _question_of(conn: Connection, message: Message) -> Message:
    if message.role is Role.USER:
        return message
    if message.role is Role.ASSISTANT and message.parent_id is not None:
        return branches.message_of(conn, message.chat_id, message.parent_id)
    raise UnknownMessageError(_("There is no question above this message to answer again."))


def _begin(conn: Connection, question: Message, model: str | None, text: str = "") -> Prepared:
    reply = conversations.add_message(
        conn,
        question.chat_id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        content=text,
        status=Status.STREAMING,
        model=model,
    )
    return Prepared(conversations.get_chat(conn, question.chat_id), question, reply)
