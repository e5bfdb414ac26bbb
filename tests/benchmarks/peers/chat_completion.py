# SPDX-License-Identifier: GPL-3.0-or-later
"""The usual way: ``Llama.create_chat_completion(stream=True)``, greedy, with the binding's own defaults."""

from __future__ import annotations

import sys
import time
from typing import Any

from llama_cpp import Llama

from tests.benchmarks.serving import serve


class ChatCompletion:
    """One loaded ``Llama``."""

    def __init__(self, path: str, n_ctx: int, threads: int) -> None:
        self._llama: Any = Llama(
            path, n_ctx=n_ctx, n_threads=threads, n_threads_batch=threads, n_gpu_layers=0, verbose=False
        )

    def generate(self, messages: list[dict[str, str]], count: int) -> dict[str, object]:
        """Answer ``messages`` with ``count`` tokens.

        Returns:
            rate: tokens per second after the first.
            reason: why it ended ("length" if all tokens were made).
        """
        self._llama.reset()
        first = last = 0.0
        reason = None
        for chunk in self._llama.create_chat_completion(
            messages, stream=True, temperature=0.0, repeat_penalty=1.0, max_tokens=count
        ):
            choice = chunk["choices"][0]
            if choice["delta"].get("content"):
                last = time.perf_counter()
                first = first or last
            reason = choice["finish_reason"] or reason
        return {"rate": (count - 1) / (last - first), "reason": reason}


if __name__ == "__main__":
    serve(ChatCompletion(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])).generate)
