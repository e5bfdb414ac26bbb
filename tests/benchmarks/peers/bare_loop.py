# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: llama_decode and the native greedy sampler in a bare ctypes loop, nothing else.

Context and cache are set up as the app's are, so that only the loop differs. The thread library keeps its own
defaults, whatever the app tells its child.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

import llama_cpp.llama_cpp as llama

from desktop.engine.native import BATCH, FLASH_ATTENTION, KV_TYPE
from tests.benchmarks.serving import serve


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _silence(_level: int, _text: bytes, _data: object) -> None:
    """Drop the library's log."""


class BareLoop:
    """One model, one context, one greedy sampler."""

    def __init__(self, path: Path, n_ctx: int, threads: int) -> None:
        llama.llama_log_set(_silence, None)
        llama.llama_backend_init()
        model_params = llama.llama_model_default_params()
        model_params.n_gpu_layers = 0
        self._model = llama.llama_model_load_from_file(os.fsencode(path), model_params)
        params = llama.llama_context_default_params()
        params.n_ctx = n_ctx
        params.n_batch = params.n_ubatch = BATCH
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = FLASH_ATTENTION
        params.type_k = params.type_v = KV_TYPE
        params.no_perf = True
        self._context = llama.llama_init_from_model(self._model, params)
        if not self._context:
            raise RuntimeError("no context")
        self._vocab = llama.llama_model_get_vocab(self._model)
        self._sampler = llama.llama_sampler_init_greedy()

    def generate(self, prompt: str, count: int) -> dict[str, object]:
        """Continue ``prompt`` by ``count`` tokens, whatever they are.

        Returns:
            first_s: from the request to the first token.
            rate: tokens per second after the first.
            text: what was generated.
        """
        asked = time.perf_counter()
        context, sampler = self._context, self._sampler
        sample, decode = llama.llama_sampler_sample, llama.llama_decode
        llama.llama_memory_clear(llama.llama_get_memory(context), False)
        tokens = self._tokenise(prompt.encode("utf-8"))
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            held = (llama.llama_token * len(part))(*part)  # the batch only points to it
            self._check(decode(context, llama.llama_batch_get_one(held, len(part))))
        made = (llama.llama_token * count)()
        one = (llama.llama_token * 1)()
        batch = llama.llama_batch_get_one(one, 1)
        made[0] = one[0] = sample(sampler, context, -1)
        first = time.perf_counter()
        for index in range(1, count):
            if decode(context, batch):
                raise RuntimeError("decoding failed")
            made[index] = one[0] = sample(sampler, context, -1)
        took = time.perf_counter() - first
        return {
            "first_s": first - asked,
            "rate": (count - 1) / took if count > 1 else 0.0,
            "text": b"".join(map(self._piece, made)).decode("utf-8", "replace"),
        }

    def _tokenise(self, text: bytes) -> list[int]:
        room = (llama.llama_token * (len(text) + 8))()
        count = llama.llama_tokenize(self._vocab, text, len(text), room, len(room), False, True)
        self._check(min(count, 0))
        return list(room[:count])

    def _piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(512)
        size = llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, False)
        return buffer.raw[:size]

    @staticmethod
    def _check(status: int) -> None:
        if status:
            raise RuntimeError(f"llama.cpp answered {status}")


if __name__ == "__main__":
    serve(BareLoop(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).generate)
