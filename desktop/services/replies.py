# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the model: what a person says is kept before the model sees it, a reply is kept as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from desktop.domain.conversation import ChatId, Message, MessageId, ReplyStats, Status, StopReason
from desktop.domain.generation import (
    EngineEvent,
    EngineFault,
    Failed,
    FaultKind,
    Finished,
    Generation,
    GenerationRequest,
    TextDelta,
)
from desktop.domain.json_schema import answer_fits
from desktop.domain.spec import fingerprint, told_in
from desktop.services import asking
from desktop.services.asking import Prepared
from desktop.services.chat_settings import ChatSettings, ChatSettingsService, Sampling
from desktop.services.keeper import COMMIT_INTERVAL_S, Ended, Keeper
from desktop.services.library import ModelLibrary
from desktop.services.models import ModelChoice, Models
from desktop.services.naming import Naming
from desktop.services.reply import (
    Accepted,
    LoadingModel,
    OnReplyEvent,
    Rejected,
    Reply,
    ReplyEvent,
)
from desktop.services.spec import Spec
from desktop.storage import conversations
from desktop.storage.database import Connection, Database

__all__ = [
    "Accepted",
    "Ended",
    "LoadingModel",
    "OnReplyEvent",
    "Rejected",
    "Replies",
    "Reply",
    "ReplyEvent",
    "Sampling",
]


_UNASKED = Finished(StopReason.CANCELLED, ReplyStats(0, 0, 0, 0.0, 0.0))  # stopped before the model saw it


class Replies:
    """Keeps questions at once and has them answered one at a time, in the order they were asked."""

    def __init__(
        self,
        database: Database,
        models: Models,
        library: ModelLibrary,
        spec: Spec,
        settings: ChatSettingsService,
        *,
        naming: Naming | None = None,
    ) -> None:
        """``naming`` asks for titles when nothing is to be answered; None for chats that get none."""
        self._database = database
        self._models = models
        self._library = library
        self._spec = spec
        self._settings = settings
        self._naming = naming
        self._closing = False
        # Two steps, so that a question is safe while an earlier one is still being answered.
        self._accepting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._answering = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replies")
        # Beside them, so that nobody who stops has to wait for another answer or for a model to load.
        self._stopping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stopped")
        self._loading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loading")
        self._running: set[Reply] = set()
        self._when_quiet: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    def send(
        self,
        text: str,
        on_event: OnReplyEvent,
        *,
        chat_id: ChatId | None = None,
        parent_id: MessageId | None = None,
        system_prompt: str | None = None,
        settings: ChatSettings | None = None,
        sampling: Sampling | None = None,
    ) -> Reply:
        """Keep ``text`` and have it answered; returns at once.

        Args:
            text: what the person says, as it is.
            on_event: told everything, beginning with Accepted or Rejected.
            chat_id: None begins a chat.
            parent_id: answer from this message (a branch); None: from the end of the shown path.
            system_prompt: the instructions of a new chat, its own layer of what the model is told.
            settings: of a new chat; None begins it as the person said all are to begin.
            sampling: for this answer: laid over the chat's settings, or whole in their place.
        """
        return self._start(
            chat_id,
            lambda c, model: asking.ask(
                c,
                text,
                chat_id=chat_id,
                parent_id=parent_id,
                system_prompt=system_prompt,
                settings=self._settings.default_in(c) if settings is None else settings,
                model=model,
            ),
            on_event,
            sampling,
        )

    def edit(
        self,
        chat_id: ChatId,
        message_id: MessageId,
        text: str,
        on_event: OnReplyEvent,
        *,
        sampling: Sampling | None = None,
    ) -> Reply:
        """Ask a question in other words and have that answered; the earlier one stays as a sibling."""
        return self._start(
            chat_id,
            lambda c, model: asking.ask_otherwise(c, chat_id, message_id, text, model),
            on_event,
            sampling,
        )

    def regenerate(
        self,
        chat_id: ChatId,
        message_id: MessageId,
        on_event: OnReplyEvent,
        *,
        sampling: Sampling | None = None,
    ) -> Reply:
        """Answer the question above a reply once more; the earlier reply stays as a sibling."""
        return self._start(
            chat_id, lambda c, model: asking.answer_again(c, chat_id, message_id, model), on_event, sampling
        )

    def go_on(
        self,
        chat_id: ChatId,
        message_id: MessageId,
        on_event: OnReplyEvent,
        *,
        sampling: Sampling | None = None,
    ) -> Reply:
        """Have the model go on with an answer that broke off, in a new message; the earlier one stays."""
        return self._start(
            chat_id, lambda c, model: asking.go_on(c, chat_id, message_id, model), on_event, sampling
        )

    @property
    def is_answering(self) -> bool:
        """Whether a reply is being written, or waits to be."""
        with self._lock:
            return bool(self._running)

    def when_quiet(self, then: Callable[[], object]) -> None:
        """Call ``then`` once nothing is being answered and nothing waits: at once, or on a service thread."""
        with self._lock:
            if self._running:
                self._when_quiet.append(then)
                return
        then()

    def stop_all(self) -> None:
        """Cancel what runs and what waits."""
        with self._lock:
            running = tuple(self._running)
        for reply in running:
            reply.cancel()
        if self._naming is not None:
            self._naming.stop()

    def stop_and_wait(self) -> None:
        """Cancel what runs and what waits, and return when its text is kept. Blocks."""
        with self._lock:
            running = tuple(self._running)
        self.stop_all()
        for reply in running:
            reply.wait()
        if self._naming is not None:
            self._naming.stop(wait=True)

    def close(self) -> None:
        """Cancel everything and wait until it is kept. A model that is loading is not waited for."""
        with self._lock:
            self._closing = True
        self.stop_all()
        self._accepting.shutdown(wait=True)
        self._answering.shutdown(wait=True)
        self._stopping.shutdown(wait=True)
        self._loading.shutdown(wait=False, cancel_futures=True)

    def _start(
        self,
        chat_id: ChatId | None,
        prepare: Callable[[Connection, str], Prepared],
        on_event: OnReplyEvent,
        sampling: Sampling | None,
    ) -> Reply:
        def choose(connection: Connection) -> tuple[Prepared, ModelChoice]:
            choice = self._library.choice_for(connection, chat_id)
            return prepare(connection, choice.name), choice

        reply = Reply()
        with self._lock:
            self._running.add(reply)
        if self._naming is not None:
            self._naming.stop()
        self._accepting.submit(self._accept, reply, choose, on_event, sampling)
        return reply

    def _accept(
        self,
        reply: Reply,
        prepare: Callable[[Connection], tuple[Prepared, ModelChoice]],
        on_event: OnReplyEvent,
        sampling: Sampling | None,
    ) -> None:
        try:
            prepared, choice = self._database.write(prepare).result()
        except Exception as error:  # a bug of ours must not leave the asker waiting either
            on_event(Rejected(error))
            self._finish(reply)
            return
        on_event(Accepted(prepared.chat, prepared.question, prepared.reply))
        keeper = Keeper(self._database, prepared.reply)

        def answer() -> Ended:
            ended = self._answer(reply, (prepared, choice), keeper, on_event, sampling)
            self._library.note_answer(choice, ended.reply.stats)
            return ended

        def give_up() -> Ended:
            return keeper.end(_UNASKED)

        reply.stop_with(lambda: self._stopping.submit(self._run, reply, give_up, keeper, on_event))
        self._answering.submit(self._run, reply, answer, keeper, on_event)

    def _run(self, reply: Reply, work: Callable[[], Ended], keeper: Keeper, on_event: OnReplyEvent) -> None:
        if not reply.claim():
            return
        try:
            try:
                ended = work()
            except Exception as error:
                ended = keeper.end(Failed(FaultKind.PROTOCOL), error)
            on_event(ended)
        finally:
            self._finish(reply)
        self._name(ended.reply)

    def _name(self, reply: Message) -> None:
        """A title is made when nobody waits; whoever asks meanwhile stops that."""
        if self._naming is None or reply.status is not Status.COMPLETE:
            return
        with self._lock:
            if self._running or self._closing:
                return
            self._naming.begin()
        self._naming.name(reply)

    def _finish(self, reply: Reply) -> None:
        with self._lock:
            self._running.discard(reply)
            waiting = [] if self._running else self._when_quiet
            if waiting:
                self._when_quiet = []
        reply.finish()
        for then in waiting:
            then()

    def _answer(
        self,
        reply: Reply,
        asked: tuple[Prepared, ModelChoice],
        keeper: Keeper,
        on_event: OnReplyEvent,
        sampling: Sampling | None,
    ) -> Ended:
        prepared, choice = asked
        question = prepared.question
        # Read only now: an earlier reply of the same chat may have been growing until a moment ago.
        # What it is told is joined only now too, so that a change holds from the next answer on.
        prompt = self._database.read(
            lambda c: self._spec.common_in(c).put_before(
                conversations.prompt_messages(c, question.chat_id, question.id)
            )
        ).result()
        keeper.note_given(fingerprint(told_in(prompt)))
        drawn, window = self._settings.drawn(question.chat_id, sampling, begun=bool(prepared.reply.content))
        request = GenerationRequest(prompt, drawn, begun=prepared.reply.content)
        last: list[Finished | Failed] = []

        def on_engine_event(event: EngineEvent) -> None:
            if isinstance(event, Finished | Failed):
                last.append(event)
                return
            if isinstance(event, TextDelta):
                keeper.add(event.text)
            on_event(event)

        generation: Generation | None = None
        try:
            while generation is None:  # it may be let go just after it was loaded
                if not self._models.loaded_with(window) or self._models.current() != choice:
                    on_event(LoadingModel())
                if not self._is_loaded_for(reply, choice, window):
                    return keeper.end(_UNASKED)
                generation = self._models.generate(request, on_engine_event, choice, window)
        except EngineFault as fault:
            return keeper.end(Failed(fault.kind))
        reply.stop_with(generation.cancel)
        while not generation.wait(COMMIT_INTERVAL_S / 2):
            keeper.commit_if_due()
        ended = keeper.end(last[0] if last else Failed(FaultKind.PROTOCOL))
        if drawn.json_schema is None or ended.fault is not None:
            return ended
        return replace(ended, misfit=not answer_fits(ended.reply.content, drawn.json_schema))

    def _is_loaded_for(self, reply: Reply, choice: ModelChoice, window: int | None) -> bool:
        """Wait for the model; False if the reply was stopped first (the model loads on, for the next one).

        Raises:
            EngineFault: it cannot be loaded.
        """
        settled = threading.Event()
        reply.stop_with(settled.set)
        if settled.is_set():
            return False
        loading = self._loading.submit(self._models.ensure_loaded, choice, window)
        loading.add_done_callback(lambda _done: settled.set())
        settled.wait()
        if reply.cancelled:
            return False
        loading.result()
        return True
