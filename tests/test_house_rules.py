# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "desktop").rglob("*.py"))
EVERY_PYTHON_FILE = [
    *SOURCES,
    *sorted((ROOT / "tests").rglob("*.py")),
    *sorted((ROOT / "packaging").rglob("*.py")),
]
LONGEST = 400  # lines; beyond it a file wants to be two
TRANSLATORS = {"_": 1, "ngettext": 2}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, int]]:
    """Calls that translate, with how many of their arguments must be templates."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATORS:
            yield node, TRANSLATORS[node.func.id]


@pytest.mark.parametrize("path", EVERY_PYTHON_FILE, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_file_names_its_licence_first(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[:2]
    assert any(line == "# SPDX-License-Identifier: GPL-3.0-or-later" for line in first)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_outgrows_its_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_are_translated_never_finished_text(path: Path) -> None:
    for call, templates in calls(ast.parse(path.read_text(encoding="utf-8"))):
        for argument in call.args[:templates]:
            assert isinstance(argument, ast.Constant), f"line {call.lineno}: not a literal template"
            assert isinstance(argument.value, str)
            assert not re.search(r"\{\}|\{\d|%[sd]", argument.value), (
                f"line {call.lineno}: name the placeholder"
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_prints(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prints = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "print"]
    assert prints == []


def test_each_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0].strip().splitlines()
    for line, before in zip(block[1:], block, strict=False):
        if line.strip().startswith('"'):
            assert before.strip().startswith("#"), line
    project = tomllib.loads(text)["project"]
    for requirement in project["dependencies"]:
        assert "<" in requirement, f"{requirement}: no upper bound"
