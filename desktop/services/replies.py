# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the model: what a person says is kept before the model sees it, a reply is kept as it comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from desktop.domain.conversation import Chat, ChatId, Message, MessageId, ReplyStats, Role, Status, StopReason
from desktop.domain.errors import InglenookError, UnknownMessageError
from desktop.domain.generation import (
    EngineEvent,
    EngineFault,
    Failed,
    FaultKind,
    Finished,
    Generation,
    GenerationRequest,
    PromptFitted,
    PromptProgress,
    SamplingOptions,
    TextDelta,
)
from desktop.i18n import _
from desktop.services.models import Models
from desktop.services.titles import title_from
from desktop.storage import conversations
from desktop.storage.database import Connection, Database

COMMIT_INTERVAL_S = 0.4  # a streaming reply is committed at least every half second, with room for the fsync


@dataclass(frozen=True, slots=True)
class Accepted:
    """The person's message is committed; ``reply`` is the (still empty) answer to it."""

    chat: Chat
    question: Message
    reply: Message


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was kept; the text is still the person's to send again."""

    error: Exception


@dataclass(frozen=True, slots=True)
class LoadingModel:
    """The model is being loaded first."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event: the reply as committed.

    Attributes:
        fault: why the engine broke it off, if it did.
        error: why it could not be kept, if it could not (``reply`` still holds the text).
    """

    reply: Message
    fault: FaultKind | None = None
    error: Exception | None = None


ReplyEvent = Accepted | Rejected | LoadingModel | PromptFitted | PromptProgress | TextDelta | Ended
OnReplyEvent = Callable[[ReplyEvent], None]


class Reply:
    """A question on its way. Its events arrive in order on a service thread, never on the caller's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._cancelled = False
        self._done = threading.Event()

    def cancel(self) -> None:
        """Stop it; what came so far is kept. Safe from any thread and at any time."""
        with self._lock:
            self._cancelled = True
            generation = self._generation
        if generation is not None:
            generation.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the last event was delivered; False on time-out."""
        return self._done.wait(timeout)

    @property
    def cancelled(self) -> bool:
        """Whether cancel was called."""
        return self._cancelled

    def _attach(self, generation: Generation) -> None:
        with self._lock:
            self._generation = generation
            cancelled = self._cancelled
        if cancelled:
            generation.cancel()

    def _finish(self) -> None:
        self._done.set()


@dataclass(frozen=True, slots=True)
class _Prepared:
    chat: Chat
    question: Message
    reply: Message


class Replies:
    """Keeps questions at once and has them answered one at a time, in the order they were asked."""

    def __init__(self, database: Database, models: Models) -> None:
        self._database = database
        self._models = models
        # Two steps, so that a question is safe while an earlier one is still being answered.
        self._accepting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._answering = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replies")
        self._running: set[Reply] = set()
        self._lock = threading.Lock()

    def send(
        self,
        text: str,
        on_event: OnReplyEvent,
        *,
        chat_id: ChatId | None = None,
        parent_id: MessageId | None = None,
        system_prompt: str | None = None,
        sampling: SamplingOptions | None = None,
    ) -> Reply:
        """Keep ``text`` and have it answered; returns at once.

        Args:
            text: what the person says, as it is.
            on_event: told everything, beginning with Accepted or Rejected.
            chat_id: None begins a chat.
            parent_id: answer from this message (a branch); None: from the end of the shown path.
            system_prompt: for a new chat only.
            sampling: None uses the defaults.
        """
        model = self._models.current_name()

        def prepare(connection: Connection) -> _Prepared:
            if chat_id is None:
                chat = conversations.create_chat(
                    connection, title=title_from(text), system_prompt=system_prompt, model=model
                )
            else:
                chat = conversations.get_chat(connection, chat_id)
            parent = parent_id or chat.head_id
            if parent_id is not None:
                _require_message(connection, chat.id, parent_id)
            question = conversations.add_message(
                connection, chat.id, parent_id=parent, role=Role.USER, content=text
            )
            return self._begin_reply(connection, chat.id, question, model)

        return self._start(prepare, on_event, sampling or SamplingOptions())

    def regenerate(
        self,
        chat_id: ChatId,
        message_id: MessageId,
        on_event: OnReplyEvent,
        *,
        sampling: SamplingOptions | None = None,
    ) -> Reply:
        """Answer the question above a reply once more; the earlier reply stays as a sibling."""
        model = self._models.current_name()

        def prepare(connection: Connection) -> _Prepared:
            old = _require_message(connection, chat_id, message_id)
            question = old if old.role is Role.USER else None
            if old.role is Role.ASSISTANT and old.parent_id is not None:
                question = _require_message(connection, chat_id, old.parent_id)
            if question is None:
                raise UnknownMessageError(_("There is no question above this message to answer again."))
            return self._begin_reply(connection, chat_id, question, model)

        return self._start(prepare, on_event, sampling or SamplingOptions())

    def stop_all(self) -> None:
        """Cancel what runs and what waits."""
        with self._lock:
            running = tuple(self._running)
        for reply in running:
            reply.cancel()

    def close(self) -> None:
        """Cancel everything and wait until it is kept."""
        self.stop_all()
        self._accepting.shutdown(wait=True)
        self._answering.shutdown(wait=True)

    def _begin_reply(
        self, connection: Connection, chat_id: ChatId, question: Message, model: str | None
    ) -> _Prepared:
        reply = conversations.add_message(
            connection,
            chat_id,
            parent_id=question.id,
            role=Role.ASSISTANT,
            content="",
            status=Status.STREAMING,
            model=model,
        )
        return _Prepared(conversations.get_chat(connection, chat_id), question, reply)

    def _start(
        self, prepare: Callable[[Connection], _Prepared], on_event: OnReplyEvent, sampling: SamplingOptions
    ) -> Reply:
        reply = Reply()
        with self._lock:
            self._running.add(reply)
        self._accepting.submit(self._accept, reply, prepare, on_event, sampling)
        return reply

    def _accept(
        self,
        reply: Reply,
        prepare: Callable[[Connection], _Prepared],
        on_event: OnReplyEvent,
        sampling: SamplingOptions,
    ) -> None:
        try:
            prepared = self._database.write(prepare).result()
        except Exception as error:  # a bug of ours must not leave the asker waiting either
            on_event(Rejected(error))
            self._finish(reply)
            return
        on_event(Accepted(prepared.chat, prepared.question, prepared.reply))
        self._answering.submit(self._run, reply, prepared, on_event, sampling)

    def _run(
        self, reply: Reply, prepared: _Prepared, on_event: OnReplyEvent, sampling: SamplingOptions
    ) -> None:
        keeper = _Keeper(self._database, prepared.reply)
        try:
            try:
                ended = self._answer(reply, prepared.question, keeper, on_event, sampling)
            except Exception as error:
                ended = keeper.end(Failed(FaultKind.PROTOCOL), error)
            on_event(ended)
        finally:
            self._finish(reply)

    def _finish(self, reply: Reply) -> None:
        with self._lock:
            self._running.discard(reply)
        reply._finish()

    def _answer(
        self,
        reply: Reply,
        question: Message,
        keeper: _Keeper,
        on_event: OnReplyEvent,
        sampling: SamplingOptions,
    ) -> Ended:
        if reply.cancelled:
            return keeper.end(Finished(StopReason.CANCELLED, ReplyStats(0, 0, 0, 0.0, 0.0)))
        try:
            if not self._models.loaded:
                on_event(LoadingModel())
            self._models.ensure_loaded()
        except EngineFault as fault:
            return keeper.end(Failed(fault.kind))

        # Read only now: an earlier reply of the same chat may have been growing until a moment ago.
        prompt = self._database.read(
            lambda c: tuple(conversations.prompt_messages(c, question.chat_id, question.id))
        ).result()
        last: list[Finished | Failed] = []

        def on_engine_event(event: EngineEvent) -> None:
            if isinstance(event, Finished | Failed):
                last.append(event)
                return
            if isinstance(event, TextDelta):
                keeper.add(event.text)
            on_event(event)

        generation = self._models.engine.generate(GenerationRequest(prompt, sampling), on_engine_event)
        reply._attach(generation)
        while not generation.wait(COMMIT_INTERVAL_S / 2):
            keeper.commit_if_due()
        return keeper.end(last[0] if last else Failed(FaultKind.PROTOCOL))


class _Keeper:
    """Keeps one reply in the vault as it grows."""

    def __init__(self, database: Database, reply: Message) -> None:
        self._database = database
        self._reply = reply
        self._lock = threading.Lock()
        self._parts: list[str] = []
        self._kept_parts = 0
        self._committed_at = time.monotonic()
        self._pending: Future[None] | None = None

    def add(self, text: str) -> None:
        with self._lock:
            self._parts.append(text)

    def commit_if_due(self) -> None:
        """Commit what is new, unless a commit is under way or the last was a moment ago."""
        if self._pending is not None and not self._pending.done():
            return
        if time.monotonic() - self._committed_at < COMMIT_INTERVAL_S / 2:
            return
        with self._lock:
            if len(self._parts) == self._kept_parts:
                return
            text = self._text()
            self._kept_parts = len(self._parts)
        self._committed_at = time.monotonic()
        self._pending = self._write(text, Status.STREAMING, None, None)

    def end(self, event: Finished | Failed, error: Exception | None = None) -> Ended:
        """Commit the whole reply with what became of it; ``error`` is told on."""
        fault: FaultKind | None = None
        stats: ReplyStats | None = None
        if isinstance(event, Failed):
            status, reason, fault = Status.FAILED, StopReason.ERROR, event.kind
        else:
            cancelled = event.reason is StopReason.CANCELLED
            status = Status.STOPPED if cancelled else Status.COMPLETE
            reason, stats = event.reason, event.stats
        with self._lock:
            text = self._text()
        try:
            self._write(text, status, reason, stats).result()
        except InglenookError as problem:
            error = error or problem
        reply = Message(
            id=self._reply.id,
            chat_id=self._reply.chat_id,
            parent_id=self._reply.parent_id,
            role=self._reply.role,
            content=text,
            status=status,
            created_at=self._reply.created_at,
            model=self._reply.model,
            stop_reason=reason,
            stats=stats,
        )
        return Ended(reply, fault, error)

    def _text(self) -> str:
        text = "".join(self._parts)
        self._parts[:] = [text]
        return text

    def _write(
        self, text: str, status: Status, reason: StopReason | None, stats: ReplyStats | None
    ) -> Future[None]:
        return self._database.write(
            lambda c: conversations.update_reply(
                c, self._reply.id, content=text, status=status, stop_reason=reason, stats=stats
            )
        )


def _require_message(connection: Connection, chat_id: ChatId, message_id: MessageId) -> Message:
    found = conversations.messages(connection, [message_id])
    if not found or found[0].chat_id != chat_id:
        raise UnknownMessageError(_("There is no such message in this chat."))
    return found[0]
