# SPDX-License-Identifier: GPL-3.0-or-later
"""Each benchmark runs against today's app. How fast is nobody's business here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.catalogue import BENCHMARKS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300


def run(folder: Path, *names: str) -> None:
    """Run some benchmarks once and look that every figure came out of them."""
    target = folder / "figures.json"
    chosen = [option for name in names for option in ("--only", name)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", "--json", target, *chosen],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {(one["benchmark"], one["figure"]) for one in json.loads(target.read_text("utf-8"))["figures"]}
    wanted = {(one.name, figure.key) for one in BENCHMARKS if one.name in names for figure in one.figures}
    assert found == wanted
    assert all(f"{name} " in done.stdout for name in names)


def test_those_without_a_model_run(tmp_path: Path) -> None:
    run(tmp_path, *(one.name for one in BENCHMARKS if not one.needs_model))


@pytest.mark.model
def test_those_with_a_model_run(tmp_path: Path, model_file: Path) -> None:
    run(tmp_path, *(one.name for one in BENCHMARKS if one.needs_model))
