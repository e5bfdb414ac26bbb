# SPDX-License-Identifier: GPL-3.0-or-later
"""One reply: evaluate what of the prompt is new, then decode token by token. Runs only in the child."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.domain.conversation import StopReason
from desktop.engine import wire
from desktop.engine.native import ABORTED, NO_SLOT, OK, AbortFlag, Context, Model, NativeError
from desktop.engine.prompt_cache import Plan, PromptCache
from desktop.engine.sampling import Sampler, SchemaRefusedError
from desktop.engine.text_stream import TextStream
from desktop.engine.threads import ThreadTuner

PROMPT_CHUNK = 128
"""Prompt tokens per evaluation: nearly as fast as 512 on a CPU, and progress shows. Fixed, not adapted to the
machine's mood, so that the same prompt is summed in the same order and the same seed gives the same text."""

_ALLOCATION_FAILED = -2  # llama_decode's answer when memory runs out

Send = Callable[[Any], None]


class Pulse:
    """A counter that only grows while work gets done; another thread reads it."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def beat(self) -> None:
        """Something got done."""
        self.count += 1


class Generator:
    """Answers ``Generate`` frames, one after another."""

    def __init__(
        self,
        model: Model,
        context: Context,
        cache: PromptCache,
        *,
        tuner: ThreadTuner,
        abort: AbortFlag,
        send: Send,
    ) -> None:
        self._model = model
        self._context = context
        self._cache = cache
        self._tuner = tuner
        self._abort = abort
        self._send = send
        self.pulse = Pulse()
        self._tick = self._make_tick()
        model.on_step = self.pulse.beat
        self._one = (llama.llama_token * 1)()
        self._bos = self._leading_bos()

    def run(self, request: wire.Generate) -> None:
        """Make the reply; ends in ``TooLong``, ``Refused`` or ``Done``."""
        prompt = request.prompt.encode("utf-8")
        if self._bos and not prompt.startswith(self._bos):
            prompt = self._bos + prompt
        plan = self._cache.plan(prompt)
        if plan.total + request.room > self._context.size or not plan.rest:
            self._send(wire.TooLong(request.id, plan.total))
            return
        try:
            sampler = Sampler(self._model, request.sampling)
        except SchemaRefusedError:
            self._send(wire.Refused(request.id))
            return
        with sampler:
            plan = self._cache.prepare(prompt, plan)
            self._send(wire.Fitted(request.id, plan.total, plan.reused))
            if not self._read_prompt(request.id, plan):
                self._send(wire.Done(request.id, StopReason.CANCELLED, 0, 0.0))
                return
            tokens, last = self._cache.live.tokens, request.sampling.repeat_last_n
            sampler.heed(tokens[max(0, len(tokens) - last) :])
            self._decode(request, sampler)

    def _make_tick(self) -> Any:
        pulse, abort = self.pulse, self._abort

        @llama.ggml_abort_callback  # type: ignore[untyped-decorator]
        def tick(_data: object) -> bool:
            pulse.count += 1
            return abort.is_set()

        return tick

    def _leading_bos(self) -> bytes:
        """The begin-of-text token's spelling, if this model wants one before every prompt."""
        vocab = self._model.vocab
        token = llama.llama_vocab_bos(vocab)
        wanted = llama.llama_vocab_get_add_bos(vocab) and token >= 0
        return self._model.piece(token, special=True) if wanted else b""

    def _read_prompt(self, request: int, plan: Plan) -> bool:
        """Evaluate ``plan.rest``; False when cancelled."""
        # Waking Python at every graph node shows that a long evaluation gets on. Chunks are large, so it is
        # cheap here; it would not be while decoding.
        self._context.set_abort(self._tick, None)
        try:
            return self._read_chunks(request, plan)
        finally:
            self._context.set_abort(self._abort.callback, self._abort.data)

    def _read_chunks(self, request: int, plan: Plan) -> bool:
        threads = self._tuner.current if self._tuner.contended else self._tuner.start
        self._context.set_threads(self._tuner.current, threads)
        rest, text, total = plan.rest, plan.rest_text, plan.total
        step = min(PROMPT_CHUNK, self._context.batch_size)
        tokens = (llama.llama_token * step)()
        position = 0
        for start in range(0, len(rest), step):
            chunk = rest[start : start + step]
            tokens[: len(chunk)] = list(chunk)
            if self._abort.is_set() or not self._evaluate(llama.llama_batch_get_one(tokens, len(chunk))):
                self._cache.roll_back()
                return False
            position += self._cache.note(chunk, text[position:])
            self.pulse.count += 1
            self._send(wire.Progress(request, plan.reused + start + len(chunk), total))
        return True

    def _evaluate(self, batch: Any) -> bool:
        """False when aborted, after which memory may hold more than is noted."""
        answer = llama.llama_decode(self._context.handle, batch)
        if answer == OK:
            return True
        if answer == ABORTED:
            return False
        self._cache.roll_back()
        raise NativeError("evaluation failed", memory=answer in (NO_SLOT, _ALLOCATION_FAILED))

    def _decode(self, request: wire.Generate, sampler: Sampler) -> None:
        clock = time.perf_counter
        stream = TextStream(
            lambda text: self._send(wire.Delta(request.id, text)), request.sampling.stop, clock
        )
        began = clock()
        reason, made, first = self._decode_loop(request.sampling.max_tokens, sampler, stream)
        stream.finish()
        took = clock() - (first or began)
        speed = (made - 1) / took if made > 1 and took > 0 else 0.0
        self._send(wire.Done(request.id, reason, made, min(speed, 1e7)))

    def _decode_loop(
        self, most: int, sampler: Sampler, stream: TextStream
    ) -> tuple[StopReason, int, float | None]:
        """The hot path: nothing is allocated or looked up per token that need not be.

        Returns:
            Why it ended, how many tokens were made, and when the first one was.
        """
        context, chain, vocab = self._context.handle, sampler.handle, self._model.vocab
        sample, decode, is_end = llama.llama_sampler_sample, llama.llama_decode, llama.llama_vocab_is_eog
        spell, push, clock = self._model.piece, stream.push, time.perf_counter
        append, observe, cancelled = self._cache.live.append, self._tuner.observe, self._abort.is_set
        pulse, one = self.pulse, self._one
        batch = llama.llama_batch_get_one(one, 1)
        threads, room = self._tuner.current, self._context.size - len(self._cache.live)
        first: float | None = None
        made = 0
        before = clock()
        while True:
            if cancelled():
                return StopReason.CANCELLED, made, first
            token = sample(chain, context, -1)
            if is_end(vocab, token):
                return StopReason.END, made, first
            made += 1
            piece = spell(token, special=False)
            stopped = push(piece)
            if first is None:
                first = clock()
            if stopped:
                return StopReason.END, made, first
            if made >= most or made > room:
                return StopReason.LENGTH, made, first
            one[0] = token
            answer = decode(context, batch)
            if answer != OK:
                return self._broken_off(answer), made, first
            append(token, piece or spell(token, special=True))
            pulse.count += 1
            now = clock()
            wanted = observe(now - before)
            before = now
            if wanted != threads:
                threads = wanted
                self._context.set_threads(threads, threads)

    def _broken_off(self, answer: int) -> StopReason:
        self._cache.roll_back()
        if answer == ABORTED:
            return StopReason.CANCELLED
        if answer == NO_SLOT:
            return StopReason.LENGTH
        raise NativeError("decoding failed", memory=answer == _ALLOCATION_FAILED)
