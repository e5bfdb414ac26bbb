# SPDX-License-Identifier: GPL-3.0-or-later
"""The table a person reads and the JSON document a program reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tests.benchmarks.figures import Outcome, Scale
from tests.benchmarks.machine import describe
from tests.benchmarks.runner import FOREIGN_LIMIT, Report

_HEADINGS = ("benchmark", "figure", "ours", "peer", "result", "min … max", "bar", "")


def table(report: Report, scale: Scale) -> str:
    """One line per figure, aligned, with what the marks mean below."""
    rows = [_HEADINGS, *(_row(outcome, scale.quick) for outcome in report.outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "─" * max(len(line) for line in lines))
    lines += [f"{name}: could not be run" for name in report.failures]
    lines += ["", *_notes(report, scale)]
    return "\n".join(lines)


def document(report: Report, scale: Scale) -> dict[str, object]:
    """Everything behind the table, each round included."""
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": scale.quick,
        "foreign_limit_cores": FOREIGN_LIMIT,
        "machine": describe(),
        "figures": [_figure(outcome) for outcome in report.outcomes],
        "failures": report.failures,
    }


def _row(outcome: Outcome, quick: bool) -> tuple[str, ...]:
    figure = outcome.figure
    ratio = outcome.peer is not None
    low, high = outcome.spread
    return (
        outcome.benchmark,
        figure.text,
        _quantity(outcome.ours, figure.unit),
        "" if outcome.peer is None else _quantity(outcome.peer, figure.unit),
        _number(outcome.value) if ratio else _quantity(outcome.value, figure.unit),
        f"{_number(low)} … {_number(high)}",
        "" if figure.bar is None else str(figure.bar),
        _verdict(outcome, quick),
    )


def _verdict(outcome: Outcome, quick: bool) -> str:
    verdict = "" if quick else {True: "pass", False: "FAIL", None: ""}[outcome.passed]
    count = sum(one.marked for one in outcome.rounds)
    mark = f"†{count}/{len(outcome.rounds)}" if count else ""
    return f"{verdict} {mark}".strip()


def _quantity(value: float, unit: str) -> str:
    return f"{_number(value)} {unit}".strip()


def _number(value: float) -> str:
    """Three significant digits, no exponent."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if 2 <= column <= 5 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _notes(report: Report, scale: Scale) -> Iterator[str]:
    yield "ours, peer: medians. result: median of ours ÷ peer, each pair measured back to back."
    if any(one.marked for outcome in report.outcomes for one in outcome.rounds):
        worst = max(one.foreign for outcome in report.outcomes for one in outcome.rounds)
        yield (
            f"†n/m: in n of m rounds other processes took more than {FOREIGN_LIMIT:.0%} of a core "
            f"(at worst {worst:.0%}). Those rounds count only where all are marked."
        )
    if scale.quick:
        yield "Quick scale: this shows that the benchmarks run, not how fast anything is."


def _figure(outcome: Outcome) -> dict[str, object]:
    figure = outcome.figure
    low, high = outcome.spread
    return {
        "benchmark": outcome.benchmark,
        "figure": figure.key,
        "text": figure.text,
        "unit": figure.unit,
        "bar": None if figure.bar is None else {"sense": figure.bar.sense, "limit": figure.bar.limit},
        "counts": "worst" if figure.worst else "median",
        "value": outcome.value,
        "min": low,
        "max": high,
        "ours": outcome.ours,
        "peer": outcome.peer,
        "passed": outcome.passed,
        "marked": outcome.marked,
        "rounds": [
            {
                "ours": one.reading.ours,
                "peer": one.reading.peer,
                "value": one.reading.value,
                "foreign_cores": round(one.foreign, 3),
                "marked": one.marked,
            }
            for one in outcome.rounds
        ],
    }
