# SPDX-License-Identifier: GPL-3.0-or-later
"""The half of the set-up in sh, in a scratch checkout whose Python half only counts its calls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON_HALF = """
import pathlib, sys
venv = pathlib.Path(".venv/bin")
venv.mkdir(parents=True, exist_ok=True)
if not (venv / "python").exists():
    (venv / "python").symlink_to(sys.executable)
pathlib.Path("model.gguf").write_text("model")
with open("calls", "a") as calls:
    calls.write("x")
print("model.gguf")
"""
USED_BY_THE_SCRIPT = ["sh", "dirname", "cat", "readlink", "sha256sum", "id", "mkdir", "mv", "tail"]


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Path:
    for name in ("pyproject.toml", "packaging/bootstrap.sh", "packaging/constraints.txt"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(root / name, target)
    (tmp_path / "resources" / "models").mkdir(parents=True)
    (tmp_path / "resources" / "models" / "catalogue.json").write_text("{}", encoding="utf-8")
    (tmp_path / "packaging" / "bootstrap.py").write_text(PYTHON_HALF, encoding="utf-8")
    return tmp_path


def _set_up(checkout: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": sys.executable, **variables}
    return subprocess.run(
        ["/bin/sh", str(checkout / "packaging" / "bootstrap.sh"), "run"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _calls(checkout: Path) -> int:
    calls = checkout / "calls"
    return len(calls.read_text(encoding="utf-8")) if calls.exists() else 0


def test_a_finished_set_up_is_recognised_in_silence(checkout: Path) -> None:
    first = _set_up(checkout)
    assert (first.returncode, _calls(checkout)) == (0, 1), first.stderr
    again = _set_up(checkout)
    assert (again.returncode, again.stdout, again.stderr, _calls(checkout)) == (0, "", "", 1)


def test_what_changed_is_noticed(checkout: Path) -> None:
    _set_up(checkout)
    (checkout / "model.gguf").unlink()
    _set_up(checkout)
    assert _calls(checkout) == 2
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    _set_up(checkout)
    assert _calls(checkout) == 3
    moved = checkout.with_name(checkout.name + "-moved")
    checkout.rename(moved)
    _set_up(moved)
    assert _calls(moved) == 4


def test_a_failed_set_up_leaves_no_stamp(checkout: Path) -> None:
    (checkout / "packaging" / "bootstrap.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    assert _set_up(checkout).returncode != 0
    assert not list(checkout.glob(".venv/.ready*"))


def test_an_unsuitable_python_is_named(checkout: Path) -> None:
    done = _set_up(checkout, PYTHON="/bin/false")
    assert done.returncode == 1
    assert "PYTHON=/bin/false" in done.stderr


def _bare_path(folder: Path, *programs: tuple[str, str]) -> str:
    """A search path with what the script itself uses and `programs` (name, script): no compiler, no sudo."""
    folder.mkdir()
    for name in USED_BY_THE_SCRIPT:
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name, script in programs:
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def test_without_root_and_sudo_it_prints_the_command_and_stops(checkout: Path, tmp_path: Path) -> None:
    path = _bare_path(tmp_path / "bin", ("apt-get", "touch installed"), ("id", "echo 1000"))
    done = _set_up(checkout, PATH=path)
    assert done.returncode == 1
    command = "    sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ gcc"
    assert command in done.stderr.splitlines()
    assert not (checkout / "installed").exists()
    assert _calls(checkout) == 0


def test_without_apt_it_names_what_is_missing(checkout: Path, tmp_path: Path) -> None:
    done = _set_up(checkout, PATH=_bare_path(tmp_path / "bin"))
    assert done.returncode == 1
    assert "no apt" in done.stderr
    assert "g++" in done.stderr
    assert _calls(checkout) == 0


def test_make_help_explains_every_target(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    listed = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert listed is not None
    done = subprocess.run(["make", "-s", "-C", str(root), "help"], capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make (\w+) +\w", done.stdout, re.MULTILINE)) == set(listed[1].split())
    assert {"run", "test", "bench", "package", "soak", "lint", "help"} <= set(listed[1].split())
