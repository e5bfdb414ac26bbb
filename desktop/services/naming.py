# SPDX-License-Identifier: GPL-3.0-or-later
"""Titles by the model, after the first exchange: while nobody waits, and only over a title that we made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from desktop.domain.conversation import ChatId, Message, MessageId, Role
from desktop.domain.errors import InglenookError
from desktop.domain.generation import (
    EngineEvent,
    Generation,
    GenerationRequest,
    PromptMessage,
    SamplingOptions,
    TextDelta,
)
from desktop.services.models import Models
from desktop.services.spec import Spec
from desktop.services.titles import title_from, title_in
from desktop.storage import conversations, records
from desktop.storage.database import Connection, Database

SETTING = "titles.by_model"
_MOST_MESSAGES = 4  # the first exchange; the second, where somebody asked on before it was done
_LONGEST_REPLY = 6000  # characters; a longer one is not read again for a title
_WISH = "Write a title of three to six words for what we talked about. Answer with the title only."
_OPTIONS = SamplingOptions(temperature=0.0, max_tokens=24, stop=("\n",))

OnTitle = Callable[[ChatId, str], None]


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a title is made from; it is kept only while all of this is as it was."""

    title: str
    path: tuple[MessageId, ...]
    question: str
    reply: str
    prompt: tuple[PromptMessage, ...]


class Naming:
    """Asks the model for the title of a chat that has none of its own. One at a time; ``stop`` ends it.

    The wish follows the conversation as one more question would: its tokens are in the model's memory
    already, and are still there for the next question afterwards.
    """

    def __init__(self, database: Database, models: Models, spec: Spec) -> None:
        self._database = database
        self._models = models
        self._spec = spec
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._stopped = False
        self._idle = threading.Event()
        self._idle.set()
        self._listeners: list[OnTitle] = []

    def is_on(self) -> Future[bool]:
        """Whether the model is asked for titles; yes, unless the person said no."""
        return self._database.read(_is_on)

    def switch(self, on: bool) -> Future[None]:
        """Say whether the model is asked for titles."""
        return self._database.write(lambda c: records.set_setting(c, SETTING, on))

    def on_title(self, listener: OnTitle) -> None:
        """Tell ``listener`` of each title that was kept, on a service thread."""
        self._listeners.append(listener)

    def begin(self) -> None:
        """From now on ``stop`` ends what is about to be done."""
        with self._lock:
            self._stopped = False
            self._idle.clear()

    def stop(self, *, wait: bool = False) -> None:
        """Somebody waits for the model, or the text is about to change. Safe from any thread, at any time."""
        with self._lock:
            self._stopped = True
            generation = self._generation
        if generation is not None:
            generation.cancel()
        if wait:
            self._idle.wait()

    def name(self, reply: Message) -> None:
        """Give the chat of this reply a title, if it is time; after ``begin``. Blocks meanwhile."""
        try:
            begun = self._database.read(lambda c: self._look(c, reply)).result()
            title = "" if begun is None else self._ask(begun)
            if begun is None or not title:
                return
            if self._database.write(lambda c: _keep(c, reply.chat_id, begun, title)).result():
                for listener in tuple(self._listeners):
                    listener(reply.chat_id, title)
        except InglenookError:
            return  # it was deleted meanwhile, or cannot be written: the title it has is good enough
        finally:
            self._idle.set()

    def _look(self, connection: Connection, reply: Message) -> _Begun | None:
        if not _is_on(connection):
            return None
        chat = conversations.get_chat(connection, reply.chat_id)
        begun = _beginning(connection, reply.chat_id)
        if begun is None or chat.title != title_from(begun[0].content):
            return None
        if len(begun) > _MOST_MESSAGES or sum(len(m.content) for m in begun) > _LONGEST_REPLY:
            return None
        said = conversations.prompt_messages(connection, reply.chat_id, begun[-1].id)
        told = self._spec.common_in(connection).put_before(said)
        return _Begun(
            chat.title,
            tuple(message.id for message in begun),
            begun[0].content,
            begun[1].content,
            (*told, PromptMessage(Role.USER, _WISH)),
        )

    def _ask(self, begun: _Begun) -> str:
        parts: list[str] = []

        def heard(event: EngineEvent) -> None:
            if isinstance(event, TextDelta):
                parts.append(event.text)

        generation = self._models.generate(GenerationRequest(begun.prompt, _OPTIONS), heard)
        if generation is None:
            return ""
        with self._lock:
            self._generation = generation
            stopped = self._stopped
        if stopped:
            generation.cancel()
        generation.wait()
        with self._lock:
            self._generation = None
            if self._stopped:
                return ""
        return title_in("".join(parts), begun.question, begun.reply)


def _is_on(connection: Connection) -> bool:
    return records.get_setting(connection, SETTING, True) is not False


def _beginning(connection: Connection, chat_id: ChatId) -> list[Message] | None:
    """The shown path with its texts, if it is a question, its answer and perhaps a little more."""
    path = conversations.path(connection, chat_id)
    if not 2 <= len(path) <= _MOST_MESSAGES:
        return None
    found = conversations.messages(connection, [entry.id for entry in path])
    roles = [message.role for message in found]
    return found if roles[:2] == [Role.USER, Role.ASSISTANT] else None


def _keep(connection: Connection, chat_id: ChatId, begun: _Begun, title: str) -> bool:
    """Put the title there, unless the person gave one, went on, or changed what it was made from."""
    there = _beginning(connection, chat_id)
    same = (
        there is not None
        and conversations.get_chat(connection, chat_id).title == begun.title
        and tuple(message.id for message in there) == begun.path
        and (there[0].content, there[1].content) == (begun.question, begun.reply)
    )
    if same:
        conversations.rename(connection, chat_id, title)
    return same
