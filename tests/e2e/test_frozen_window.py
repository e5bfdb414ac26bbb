# SPDX-License-Identifier: GPL-3.0-or-later
"""The frozen program opens its window and answers in it, with nothing but what lies in its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk.desk import Desk
from desk.person import ask_briefly, first_start
from desk.window import Window

pytestmark = [pytest.mark.e2e, pytest.mark.model]

Open = Callable[..., Window]


def test_the_frozen_window_answers(open_window: Open, frozen_program: Path, desk: Desk) -> None:
    window = open_window(program=[str(frozen_program)], environment={"PATH": "", "PYTHONPATH": ""})
    first_start(window)
    assert ask_briefly(window, "Tell me about harbours.")
    desk.illustrate("frozen")
    assert window.close() == 0
