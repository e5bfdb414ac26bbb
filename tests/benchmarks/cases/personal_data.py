# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast texts are looked through for personal data, on the labelled texts themselves."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from desktop.personal_data import Detector
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_least
from tests.benchmarks.prose import prose
from tests.personal_data.recipe import GENERATED
from tests.personal_data.scoring import labelled

DENSE = Figure("dense", "personal data, texts that are full of it", "MB/s", at_least(0.4))
PROSE = Figure("prose", "personal data, ordinary prose", "MB/s", at_least(1.0))


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """The generated texts in one, and as much prose."""
    dense = "\n".join(text for _language, text, _labels in labelled(GENERATED))
    plain = prose("personal data", scale.pick(200_000, 2_000))
    detector = Detector(("Zoltan Kovacs",))
    detector.find(dense)  # the lists are read once

    def speed(text: str) -> float:
        begun = time.perf_counter()
        detector.find(text)
        return len(text.encode()) / 1e6 / (time.perf_counter() - begun)

    def take(_number: int) -> Mapping[str, Reading]:
        return {"dense": Reading(speed(dense)), "prose": Reading(speed(plain))}

    yield take


BENCHMARK = Benchmark("personal-data", (DENSE, PROSE), prepare)
