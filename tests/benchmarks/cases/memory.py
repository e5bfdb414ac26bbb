# SPDX-License-Identifier: GPL-3.0-or-later
"""Resident memory of the app and its children, at rest and with the model, beside a bare window's."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.app_profile import environment, make_profile, open_window
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale
from tests.benchmarks.machine import proportional_memory
from tests.benchmarks.participants import Participant
from tests.benchmarks.scratch import scratch

FIGURES = (
    Figure("rest", "memory, unlocked, no model loaded ÷ a bare PySide6 window", "MB"),
    Figure("model", "memory with the model, after a reply ÷ a bare PySide6 window", "MB"),
    Figure("unloaded", "memory after the model was let go ÷ a bare PySide6 window", "MB"),
)
_MB = 1e6


@contextmanager
def prepare(_scale: Scale) -> Iterator[Round]:
    """One process tree at a time: pages of libraries count in full, not shared with the one beside."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        profile = Path(folder, "profile")
        make_profile(profile)

        def take(_number: int) -> Mapping[str, Reading]:
            with Participant("peers.bare_window", environment=environment()) as bare:
                bare.hear()
                peer = proportional_memory(bare.pid) / _MB
            with open_window(profile, "--without-model") as window:
                window.ask(do="settle")
                rest = proportional_memory(window.pid) / _MB
            with open_window(profile) as window:
                window.ask(do="settle")
                window.ask(do="ask", text="Say hello in three words.")
                model = proportional_memory(window.pid) / _MB
                window.ask(do="unload")
                unloaded = proportional_memory(window.pid) / _MB
            return {
                "rest": Reading(rest, peer),
                "model": Reading(model, peer),
                "unloaded": Reading(unloaded, peer),
            }

        yield take


BENCHMARK = Benchmark("memory", FIGURES, prepare, needs_model=True)
