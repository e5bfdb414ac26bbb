# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat of 10,000 messages: from the click in the sidebar to a full view, and scrolling through it; then
scrolling through one whose every answer is code, a table and formulas that were never drawn before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.app_profile import SMALL_MESSAGES, make_profile, open_window
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, at_most
from tests.benchmarks.scratch import scratch

FIGURES = (
    Figure("open", "open a chat of 10,000 messages, click to painted", "ms", at_most(100)),
    Figure("wheel", "scroll it by wheel: longest frame", "ms", at_most(33), worst=True),
    Figure("page", "scroll it by page: longest frame", "ms", at_most(33), worst=True),
    Figure("jump", "drag its scroll bar far away: longest frame", "ms", at_most(33), worst=True),
    Figure("dense_wheel", "code, tables, formulas by wheel: longest frame", "ms", at_most(33), worst=True),
    Figure("dense_page", "the same by page: longest frame", "ms", at_most(33), worst=True),
    Figure(
        "dense_jump", "the same, the scroll bar dragged far: longest frame", "ms", at_most(33), worst=True
    ),
    Figure("held", "longest the UI thread was held meanwhile", "ms", at_most(33), worst=True),
)


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """The window, unlocked; the model plays no part."""
    messages = scale.pick(10_000, 300)
    steps = {"notches": scale.pick(150, 10), "pages": scale.pick(40, 5), "jumps": scale.pick(20, 3)}
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        dense = scale.pick(600, 60)
        chats = make_profile(Path(folder, "profile"), long_chat=messages, dense_chat=dense)
        with open_window(Path(folder, "profile"), "--without-model") as window:
            window.ask(do="settle")

            def take(_number: int) -> Mapping[str, Reading]:
                window.ask(do="open_chat", chat=chats["small"], messages=SMALL_MESSAGES)
                opened = window.ask(do="open_chat", chat=chats["long"], messages=messages)
                frames = window.ask(do="scroll", **steps)
                window.ask(do="open_chat", chat=chats["dense"], messages=dense)
                there = window.ask(do="scroll", **steps)
                return {
                    "open": Reading(opened["ms"]),
                    **{f"dense_{key}": Reading(there[f"{key}_ms"]) for key in ("wheel", "page", "jump")},
                    **{key: Reading(frames[f"{key}_ms"]) for key in ("wheel", "page", "jump", "held")},
                }

            yield take


BENCHMARK = Benchmark("long-chat", FIGURES, prepare)
