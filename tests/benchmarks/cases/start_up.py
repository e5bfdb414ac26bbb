# SPDX-License-Identifier: GPL-3.0-or-later
"""From starting the program to a window that answers; the key derivation, slow on purpose, left out."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.app_profile import PASSPHRASE, environment, make_profile
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most
from tests.benchmarks.participants import Participant
from tests.benchmarks.scratch import scratch

FIGURES = (
    Figure("door", "start to the lock screen ÷ a bare PySide6 window", "s"),
    Figure(
        "workspace", "start to the lock screen + Unlock to the workspace ÷ a bare window", "s", at_most(2.5)
    ),
)

TYPING_S = 1.0
"""Between the lock screen and the press of Unlock; not counted. Nobody types faster, and a real key takes
another second: what the app gets ready meanwhile keeps nobody waiting."""


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """A vault whose key takes no time; the model's file is there and loads in the background, as always."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        profile = Path(folder, "profile")
        make_profile(profile)

        def ours() -> tuple[float, float]:
            began = time.monotonic()
            with Participant("app_window", profile, environment=environment()) as window:
                door = window.hear()["interactive"] - began
                time.sleep(TYPING_S)
                return door, door + window.ask(do="unlock", passphrase=PASSPHRASE)["seconds"]

        def bare() -> float:
            began = time.monotonic()
            with Participant("peers.bare_window", environment=environment()) as window:
                return float(window.hear()["interactive"] - began)

        def take(number: int) -> Mapping[str, Reading]:
            if number % 2:
                peer, (door, workspace) = bare(), ours()
            else:
                (door, workspace), peer = ours(), bare()
            return {"door": Reading(door, peer), "workspace": Reading(workspace, peer)}

        if not scale.quick:
            take(0)  # compiled modules and warm disks for both
        yield take


BENCHMARK = Benchmark("start-up", FIGURES, prepare)
