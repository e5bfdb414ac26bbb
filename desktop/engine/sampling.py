# SPDX-License-Identifier: GPL-3.0-or-later
"""llama.cpp's native samplers, chained. Runs only in the child."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.domain import json_schema
from desktop.domain.json_grammar import grammar
from desktop.engine.native import Model, NativeError
from desktop.engine.wire import Sampling

_ROOT = b"root"


class SchemaRefusedError(Exception):
    """No answer can be held to the schema."""


class Sampler:
    """A chain for one reply; a context manager, because it is native memory."""

    def __init__(self, model: Model, options: Sampling) -> None:
        """Make it.

        Raises:
            SchemaRefusedError: no answer can be held to the schema.
        """
        shape = _shape(model, options.json_schema) if options.json_schema is not None else None
        params = llama.llama_sampler_chain_default_params()
        params.no_perf = True
        self.handle: Any = llama.llama_sampler_chain_init(params)
        if shape is not None:  # before all else: what remains is drawn from what may come
            llama.llama_sampler_chain_add(self.handle, shape)
        self._penalties: Any = None
        if _penalises(options):
            self._penalties = llama.llama_sampler_init_penalties(
                model.vocab_size,
                options.repeat_last_n,
                options.repeat_penalty,
                options.frequency_penalty,
                options.presence_penalty,
            )
        for stage in _stages(options, self._penalties):
            if not stage:
                raise NativeError("a sampler could not be made", memory=True)
            llama.llama_sampler_chain_add(self.handle, stage)

    def heed(self, prompt_tail: Iterable[int]) -> None:
        """Let the penalties count these tokens too, which stand before the reply."""
        if self._penalties is not None:  # they alone: a grammar knows nothing of the prompt
            for token in prompt_tail:
                llama.llama_sampler_accept(self._penalties, token)

    def __enter__(self) -> Sampler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama.llama_sampler_free(self.handle)


def _shape(model: Model, schema: str) -> Any:
    """What lets through only tokens that go on towards JSON of that shape."""
    try:
        rules = grammar(json_schema.read(schema))
    except json_schema.SchemaError:
        raise SchemaRefusedError from None
    made = llama.llama_sampler_init_grammar(model.vocab, rules.encode(), _ROOT)
    if not made:
        raise SchemaRefusedError
    return made


def _penalises(options: Sampling) -> bool:
    changes = options.repeat_penalty != 1.0 or options.presence_penalty or options.frequency_penalty
    return options.repeat_last_n > 0 and bool(changes)


def _stages(options: Sampling, penalties: Any) -> list[Any]:
    """The order llama.cpp's own tools use: penalties, top_k, top_p, min_p, temperature, draw."""
    greedy = options.temperature <= 0
    top_k = 1 if greedy else options.top_k
    stages: list[Any] = []
    if penalties is not None:
        only_lowers = (
            min(options.repeat_penalty - 1, options.presence_penalty, options.frequency_penalty) >= 0
        )
        if only_lowers and top_k > 0:
            # Penalties that only lower, lower at most repeat_last_n candidates: whatever is among the best
            # top_k afterwards was among the best top_k + repeat_last_n before. Same result, and the
            # penalty does not look every token of the vocabulary up (94 instead of 243 us a token).
            stages.append(llama.llama_sampler_init_top_k(top_k + options.repeat_last_n))
        stages.append(penalties)
    if greedy:
        stages.append(llama.llama_sampler_init_greedy())
        return stages
    if top_k > 0:
        stages.append(llama.llama_sampler_init_top_k(top_k))
    if options.top_p < 1.0:
        stages.append(llama.llama_sampler_init_top_p(options.top_p, 1))
    if options.min_p > 0.0:
        stages.append(llama.llama_sampler_init_min_p(options.min_p, 1))
    stages.append(llama.llama_sampler_init_temp(options.temperature))
    stages.append(llama.llama_sampler_init_dist(options.seed))
    return stages
