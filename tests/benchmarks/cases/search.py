# SPDX-License-Identifier: GPL-3.0-or-later
"""Search in a million messages: the first page on the encrypted vault and on plain sqlite3, kind by kind."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import cast

from desktop.services.finder import PAGE
from desktop.storage import search
from desktop.storage.connection import READER_CACHE_KIB, Connection
from desktop.storage.database import Database
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most, in_turn
from tests.benchmarks.million import KEY, cjk_words, make, open_plain
from tests.benchmarks.prose import name

_KINDS: Mapping[str, tuple[str, Sequence[str]]] = {
    "rare": ("a rare word", [name(number) for number in range(0, 3000, 125)]),
    "common": ("a word in a third of all", ["garden", "river", "winter", "kitchen", "stone", "music"] * 4),
    "phrase": ("a phrase", ['"the of"', '"river mountain"', '"garden winter"', '"good world"'] * 6),
    "cjk": ("two characters inside a sentence", [cjk_words(number) for number in range(0, 400, 17)]),
    "beginning": ("letters on the way", ["k", "th", "win", "comp", "gard", "ba", "mount", "lante"] * 3),
}

FIGURES = tuple(
    figure
    for kind, (words, _queries) in _KINDS.items()
    for figure in (
        Figure(kind, f"search 1,000,000 messages, {words} ÷ plain sqlite3", "ms", at_most(1.2)),
        Figure(f"{kind}_p95", f"search 1,000,000 messages, {words}, p95", "ms", at_most(20)),
    )
)


def _time(find: Callable[[str], object], query: str) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    find(query)
    return (time.perf_counter() - began) * 1000


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """Both databases open, each query asked once before."""
    ours_path, plain_path = make(scale.pick(1_000_000, 2_000))
    with contextlib.closing(Database.open(ours_path, KEY)) as ours:
        plain = open_plain(plain_path)
        plain.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")

        def on_ours(query: str) -> object:
            return ours.read(partial(search.search, text=query, limit=PAGE)).result()

        def on_plain(query: str) -> object:
            plain.execute("BEGIN")
            found = search.search(cast(Connection, plain), query, limit=PAGE)
            plain.execute("COMMIT")
            return found

        for _words, queries in _KINDS.values():
            for query in queries:
                on_ours(query)
                on_plain(query)

        def take(number: int) -> Mapping[str, Reading]:
            readings: dict[str, Reading] = {}
            for kind, (_words, queries) in _KINDS.items():
                pairs = [
                    in_turn(number + turn, partial(_time, on_ours, query), partial(_time, on_plain, query))
                    for turn, query in enumerate(queries)
                ]
                took = [pair[0] for pair in pairs]
                readings[kind] = Reading(
                    statistics.median(took), statistics.median(pair[1] for pair in pairs)
                )
                readings[f"{kind}_p95"] = Reading(statistics.quantiles(took, n=20)[-1])
            return readings

        yield take
        plain.close()


BENCHMARK = Benchmark("search", FIGURES, prepare)
