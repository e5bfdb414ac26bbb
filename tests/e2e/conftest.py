# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk for all tests here, windows that cannot outlive their test, and pictures of what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))  # the desk package lies beside the tests that use it
sys.path.append(str(Path(__file__).parent.parent / "faults"))  # and the sweep and the tracer with the faults

from desk.desk import Desk, require_tools
from desk.window import Window
from harness.vaults import make_vault

from desktop.paths import Profile

Open = Callable[..., Window]
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A virtual screen; with $E2E_SHOTS pictures of every station are kept there."""
    require_tools()
    named = os.environ.get("E2E_SHOTS")
    shots = Path(named) if named else tmp_path_factory.mktemp("shots")
    shots.mkdir(parents=True, exist_ok=True)
    with Desk(shots, illustrated=bool(named)) as desk:
        yield desk


@pytest.fixture
def vault(profile: Profile) -> Profile:
    """A profile whose vault is made and opens in a moment."""
    make_vault(profile)
    return profile


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    """What windows say on standard error; looked at after each test."""
    return tmp_path / "stderr"


@pytest.fixture
def open_window(request: pytest.FixtureRequest, desk: Desk, profile: Profile, errors: Path) -> Iterator[Open]:
    """Open the window on the test's profile."""
    windows: list[Window] = []

    def begin(*, profile: Profile = profile, **options: Any) -> Window:
        window = Window(desk, profile, errors=errors, **options)
        windows.append(window)
        return window

    yield begin
    if request.node.stash.get(_FAILED, False):
        print("picture:", desk.shoot(request.node.name))
        for window in windows:
            if window.process.poll() is None:
                print(window.tree())
        print(errors.read_text(errors="replace") if errors.exists() else "")
    for window in windows:
        window.kill()
