# SPDX-License-Identifier: GPL-3.0-or-later
"""Every benchmark there is, in the order of the table."""

from __future__ import annotations

from tests.benchmarks.cases import (
    cancel,
    decode,
    first_token,
    long_chat,
    memory,
    personal_data,
    search,
    start_up,
    storage,
    streaming,
    threads,
)
from tests.benchmarks.figures import Benchmark

BENCHMARKS: tuple[Benchmark, ...] = (
    decode.BENCHMARK,
    first_token.BENCHMARK,
    first_token.OVERFLOW_BENCHMARK,
    cancel.BENCHMARK,
    threads.BENCHMARK,
    streaming.BENCHMARK,
    streaming.COST_BENCHMARK,
    long_chat.BENCHMARK,
    start_up.BENCHMARK,
    storage.BENCHMARK,
    search.BENCHMARK,
    memory.BENCHMARK,
    personal_data.BENCHMARK,
)
