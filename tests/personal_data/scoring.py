# SPDX-License-Identifier: GPL-3.0-or-later
"""Precision and recall over the labelled texts; ``python -m tests.personal_data.scoring`` writes the figures.

A label counts as found when findings of its kind cover all of its letters and digits. A finding counts as
right when it overlaps a label of its kind.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.paths import resource
from desktop.personal_data import Detector, Finding, Kind
from tests.personal_data.recipe import GENERATED

WRITTEN = GENERATED.with_name("written.txt")
FIGURES = resource("personal_data", "figures.json")
DOCUMENT = Path(__file__).resolve().parents[2] / "desktop" / "personal_data" / "README.md"
_MARK = "<!-- figures -->\n"
_LABEL = re.compile(r"\[\[(\w+)\|(.*?)\]\]")


@dataclass(slots=True)
class Tally:
    labels: int = 0
    found: int = 0
    findings: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.labels if self.labels else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.findings if self.findings else 1.0


def labelled(path: Path) -> Iterator[tuple[str, str, list[Finding]]]:
    """Language, text, labels."""
    for line in path.read_text(encoding="utf-8").splitlines():
        language, marked = line.split("\t", 1)
        text, labels, at = "", [], 0
        for match in _LABEL.finditer(marked):
            text += marked[at : match.start()]
            labels.append(Finding(len(text), len(text) + len(match[2]), Kind(match[1])))
            text += match[2]
            at = match.end()
        yield language, text + marked[at:], labels


def score(*paths: Path) -> dict[tuple[str, Kind], Tally]:
    """By language and kind."""
    detector = Detector()
    tallies: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for path in paths:
        for language, text, labels in labelled(path):
            findings = detector.find(text)
            for label in labels:
                tally = tallies[language, label.kind]
                tally.labels += 1
                tally.found += _is_covered(text, label, findings)
            for finding in findings:
                tally = tallies[language, finding.kind]
                tally.findings += 1
                tally.right += any(
                    label.kind is finding.kind and label.start < finding.end and finding.start < label.end
                    for label in labels
                )
    return dict(tallies)


def by_kind(tallies: dict[tuple[str, Kind], Tally]) -> dict[Kind, Tally]:
    """All languages together."""
    summed: defaultdict[Kind, Tally] = defaultdict(Tally)
    for (_language, kind), tally in tallies.items():
        into = summed[kind]
        into.labels += tally.labels
        into.found += tally.found
        into.findings += tally.findings
        into.right += tally.right
    return dict(summed)


def misses(path: Path) -> Iterator[str]:
    """What went wrong, to be read."""
    detector = Detector()
    for language, text, labels in labelled(path):
        findings = detector.find(text)
        lost = [f"{x.kind}: {text[x.start : x.end]}" for x in labels if not _is_covered(text, x, findings)]
        wrong = [
            f"{x.kind}: {text[x.start : x.end]}"
            for x in findings
            if not any(y.kind is x.kind and y.start < x.end and x.start < y.end for y in labels)
        ]
        if lost or wrong:
            yield f"{language} {text}\n   lost {lost} wrong {wrong}"


def figures() -> dict[str, dict[str, dict[str, float | int]]]:
    """What is shown to a person: by language, by kind."""
    shown: defaultdict[str, dict[str, dict[str, float | int]]] = defaultdict(dict)
    for (language, kind), tally in sorted(score(GENERATED, WRITTEN).items()):
        if tally.labels:
            shown[language][kind] = {
                "texts": tally.labels,
                "recall": round(tally.recall, 3),
                "precision": round(tally.precision, 3),
            }
    return dict(shown)


def _is_covered(text: str, label: Finding, findings: list[Finding]) -> bool:
    covered = {place for one in findings if one.kind is label.kind for place in range(one.start, one.end)}
    return all(place in covered for place in range(label.start, label.end) if text[place].isalnum())


def table() -> str:
    """The figures as the documentation shows them: recall / precision, by kind and language."""
    shown = figures()
    lines = ["| kind | " + " | ".join(shown) + " |", "| --- |" + " --- |" * len(shown)]
    for kind in Kind:
        cells = [
            f"{found[kind]['recall']:.2f} / {found[kind]['precision']:.2f} ({found[kind]['texts']})"
            if kind in found
            else "–"
            for found in shown.values()
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    FIGURES.write_text(json.dumps(figures(), indent=1) + "\n", encoding="utf-8")
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _old, tail = text.split(_MARK)
    DOCUMENT.write_text(f"{head}{_MARK}{table()}\n{_MARK}{tail}", encoding="utf-8")
