# SPDX-License-Identifier: GPL-3.0-or-later
"""llama.cpp's native samplers, chained. Runs only in the child."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.engine.native import Model, NativeError
from desktop.engine.wire import Sampling


class Sampler:
    """A chain for one reply; a context manager, because it is native memory."""

    def __init__(self, model: Model, options: Sampling, prompt_tail: Iterable[int]) -> None:
        params = llama.llama_sampler_chain_default_params()
        params.no_perf = True
        self.handle: Any = llama.llama_sampler_chain_init(params)
        for stage in _stages(model, options):
            if not stage:
                raise NativeError("a sampler could not be made", memory=True)
            llama.llama_sampler_chain_add(self.handle, stage)
        for token in prompt_tail:
            llama.llama_sampler_accept(self.handle, token)

    def __enter__(self) -> Sampler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama.llama_sampler_free(self.handle)


def _stages(model: Model, options: Sampling) -> list[Any]:
    """The order llama.cpp's own tools use: penalties, top_k, top_p, min_p, temperature, draw."""
    penalised = options.repeat_last_n > 0 and options.repeat_penalty != 1.0
    greedy = options.temperature <= 0
    top_k = 1 if greedy else options.top_k
    stages: list[Any] = []
    if penalised:
        if options.repeat_penalty > 1.0 and top_k > 0:
            # A penalty above 1 only lowers, and lowers at most repeat_last_n candidates: whatever is among
            # the best top_k afterwards was among the best top_k + repeat_last_n before. Same result, and the
            # penalty does not look every token of the vocabulary up (94 instead of 243 us a token).
            stages.append(llama.llama_sampler_init_top_k(top_k + options.repeat_last_n))
        stages.append(
            llama.llama_sampler_init_penalties(
                model.vocab_size, options.repeat_last_n, options.repeat_penalty, 0.0, 0.0
            )
        )
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
