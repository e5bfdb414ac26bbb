# SPDX-License-Identifier: GPL-3.0-or-later
"""One request against one loaded model: fit the conversation to its window, generate or measure."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from desktop.domain.conversation import ReplyStats, Role, StopReason, UsedSampling
from desktop.domain.generation import (
    Failed,
    FaultKind,
    Finished,
    Measured,
    PromptMessage,
)
from desktop.domain.json_schema import MAX_SCHEMA
from desktop.engine import wire
from desktop.engine.fitting import least_room, reply_room
from desktop.engine.host import Interrupted, ModelHost
from desktop.engine.prompting import Conversation, CountTokens, PromptBuilder, Render
from desktop.engine.reply import Reply
from desktop.engine.running import RunningReply

Stop = Callable[[], bool]


class Renders(Protocol):
    """A thread that templates are rendered on."""

    def submit(
        self, work: Callable[[Sequence[PromptMessage]], str], messages: Sequence[PromptMessage], /
    ) -> Future[str]:
        """Have it done there."""


class Exchange:
    """What is asked of a loaded model. Engine thread only."""

    def __init__(self, host: ModelHost, builder: PromptBuilder, renders: Renders) -> None:
        self._host = host
        self._builder = builder
        self._renders = renders

    def answer(self, reply: RunningReply) -> None:
        """Fit, render, generate. Emits the last event, unless the child is lost.

        Raises:
            TemplateFault: the model's template failed.
            ConnectionLostError: the child is lost.
        """
        host, builder, sampling = self._host, self._builder, reply.request.sampling
        if sampling.json_schema is not None and len(sampling.json_schema) > MAX_SCHEMA:
            reply.emit(Failed(FaultKind.SCHEMA))
            return
        window = builder.info.context_size
        room = reply_room(window, sampling.max_tokens)

        def interrupted() -> bool:
            return reply.is_cancelled

        render, count = self._tools(interrupted)
        conversation = Conversation.of([_sendable(message) for message in reply.request.messages])
        begun = _sendable(PromptMessage(Role.ASSISTANT, reply.request.begun)).content
        options = wire.sampling_frame(sampling, _seed(sampling.seed), builder.stops)
        following: Reply | None = None
        try:
            taken = builder.begun_tokens(begun, count)
            kept: int | None = builder.first_kept(conversation, room + taken, render, count)
            system_tokens = builder.system_tokens(conversation, count)
            while kept is not None:
                after = conversation.next_start(kept)
                if after is None:
                    room = least_room(window, sampling.max_tokens)
                following = Reply(
                    max_tokens=options.max_tokens,
                    context_size=window,
                    dropped=kept,
                    system_tokens=system_tokens,
                    sampling=_used(options),
                    asked_at=reply.asked_at,
                    on_event=reply.emit,
                )
                prompt = builder.with_beginning(render(conversation.since(kept)), begun)
                if builder.may_fit(prompt):
                    host.generate(prompt, room, options, following.handle, interrupted)
                    if not following.too_long:
                        return
                kept = after
        except Interrupted:
            if following is None:
                emit_cancelled(reply)
            else:
                following.cancelled()
            return
        reply.emit(Failed(FaultKind.PROMPT_TOO_LONG))

    def measure(self, messages: Sequence[PromptMessage], max_tokens: int, interrupted: Stop) -> Measured:
        """What a question would be given of this conversation, in tokens; nothing is evaluated.

        Raises:
            Interrupted: something else is wanted first.
            TemplateFault, ConnectionLostError: as ``answer``.
        """
        builder = self._builder
        render, count = self._tools(interrupted)
        conversation = Conversation.of([_sendable(message) for message in messages])
        room = reply_room(builder.info.context_size, max_tokens)
        kept = builder.first_kept(conversation, room, render, count)
        system = builder.system_tokens(conversation, count)
        turns = builder.turn_tokens(conversation, kept, count)
        prompt = render(conversation.since(kept))
        total = count([prompt])[0] if builder.may_fit(prompt) else system + turns
        return Measured(
            window=builder.info.context_size,
            instructions=system,
            messages=turns,
            around=max(0, total - system - turns),
            kept_messages=len(conversation.turns) - kept,
            dropped_messages=kept,
            room=room,
        )

    def _tools(self, interrupted: Stop) -> tuple[Render, CountTokens]:
        host, builder = self._host, self._builder

        def render(messages: Sequence[PromptMessage]) -> str:
            return host.wait_for(self._renders.submit(builder.render, messages), interrupted)

        def count(texts: Sequence[str]) -> Sequence[int]:
            return host.count(texts, interrupted)

        return render, count


def emit_cancelled(reply: RunningReply) -> None:
    """End a reply that was cancelled before the model saw it."""
    waited = time.monotonic() - reply.asked_at
    reply.emit(Finished(StopReason.CANCELLED, ReplyStats(0, 0, 0, waited, 0.0)))


def _used(options: wire.Sampling) -> UsedSampling:
    """What is kept with the reply of how it was drawn."""
    return UsedSampling(
        seed=options.seed,
        temperature=options.temperature,
        top_p=options.top_p,
        top_k=options.top_k,
        min_p=options.min_p,
        repeat_penalty=options.repeat_penalty,
        presence_penalty=options.presence_penalty,
        frequency_penalty=options.frequency_penalty,
        max_tokens=options.max_tokens,
        stops=len(options.stop),
        json_schema=options.json_schema is not None,
    )


def _seed(chosen: int | None) -> int:
    return secrets.randbits(32) if chosen is None else chosen


def _sendable(message: PromptMessage) -> PromptMessage:
    """The same message with half surrogates (which no encoding holds) replaced."""
    return PromptMessage(message.role, message.content.encode("utf-8", "replace").decode("utf-8"))
