# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.benchmarks``: run them, print the table, write the JSON document."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from desktop.paths import bundled_model
from tests.benchmarks.catalogue import BENCHMARKS
from tests.benchmarks.figures import Scale
from tests.benchmarks.report import document, table
from tests.benchmarks.runner import run
from tests.benchmarks.scratch import RESULTS

ROUNDS = 5


def main() -> int:
    """Run what was asked for.

    Returns:
        1 if a benchmark could not be run, or with ``--check`` if a bar is missed; else 0.
    """
    options = _parser().parse_args()
    chosen = [one for one in BENCHMARKS if not options.only or one.name in options.only]
    if options.list:
        for one in chosen:
            print(one.name)
        return 0
    if any(one.needs_model for one in chosen) and not bundled_model().is_file():
        print("The bundled model is missing; `make run` fetches it.", file=sys.stderr)
        return 1
    scale = Scale(options.quick, options.rounds or (1 if options.quick else ROUNDS))
    began = time.monotonic()

    def progress(line: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {line}", file=sys.stderr, flush=True)

    report = run(chosen, scale, progress)
    for name, trace in report.failures.items():
        print(f"{name}:\n{trace}", file=sys.stderr)
    print(table(report, scale))
    written = _write(json.dumps(document(report, scale), indent=1, ensure_ascii=False), options.json)
    print(f"\nWritten to {written}.")
    missed = options.check and any(one.passed is False for one in report.outcomes)
    return int(bool(report.failures) or missed)


def _parser() -> argparse.ArgumentParser:
    names = [one.name for one in BENCHMARKS]
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure the app against its peers."
    )
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="run each once, briefly, to see that it runs")
    parser.add_argument(
        "--rounds", type=int, metavar="N", help=f"undisturbed rounds wanted (default {ROUNDS})"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the document here, not to results/")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and end")
    return parser


def _write(text: str, target: Path | None) -> Path:
    path = target or RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
