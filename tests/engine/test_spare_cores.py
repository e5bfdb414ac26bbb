# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop.engine.spare_cores import LONGEST_S, SHORTEST_S, SpareCores

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/stat")
TICKS = os.sysconf("SC_CLK_TCK")


class Machine:
    """A clock and what /proc/stat says, both moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.stat = folder / "stat"
        self.idle = [0.0, 0.0, 0.0]
        self.go_on(0.0, (0, 0, 0))

    def go_on(self, seconds: float, shares: tuple[float, float, float]) -> None:
        self.now += seconds
        self.idle = [before + share * seconds for before, share in zip(self.idle, shares, strict=True)]
        cores = "".join(
            f"cpu{number} 5 0 5 {round(value * TICKS)} 3 0 0 0 0 0\n"
            for number, value in enumerate(self.idle)
        )
        self.stat.write_text(f"cpu  9 9 9 999999 0 0 0 0 0 0\n{cores}intr 1 2 3\n")


def test_idle_cores_are_counted_where_we_may_run(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    spare = SpareCores({0, 1}, machine.stat, lambda: machine.now)
    spare.look()
    machine.go_on(SHORTEST_S / 2, (1, 1, 1))
    assert spare.look() is None  # too short
    machine.go_on(0.35, (1, 0, 1))
    assert spare.look() == pytest.approx(1.125, abs=0.1)
    machine.go_on(0.5, (0, 0, 1))
    assert spare.look() == pytest.approx(0, abs=0.05)
    machine.go_on(LONGEST_S * 3, (1, 1, 1))
    assert spare.look() is None  # of long ago
    machine.go_on(0.5, (0, 1, 0))
    assert spare.look() == pytest.approx(1, abs=0.05)


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert SpareCores({0}, tmp_path / "none").look() is None


def test_this_machine_tells() -> None:
    spare = SpareCores(os.sched_getaffinity(0))
    spare.look()
    while (idle := spare.look()) is None:
        pass
    assert 0 <= idle <= len(os.sched_getaffinity(0)) + 0.2
