# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test may use: throwaway profiles, the bundled model, the command line as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from desktop.paths import Profile, bundled_model

ROOT = Path(__file__).resolve().parent.parent
PASSPHRASE = "four unrelated garden words"

RunCli = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--onscreen", action="store_true", help="show windows instead of drawing offscreen")
    parser.addoption("--full", action="store_true", help="run soak tests at full length")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--onscreen"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in ("INGLENOOK_PROFILE", "INGLENOOK_PASSPHRASE_FILE"):
        os.environ.pop(name, None)


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether soak tests run at full length."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile that does not exist yet."""
    return Profile(tmp_path / "profile")


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The bundled model; its absence is a failure, never a skip."""
    path = bundled_model()
    assert path.is_file(), "the bundled model is missing: run make test, which fetches it"
    return path


@pytest.fixture(scope="session")
def frozen_program() -> Path:
    """The frozen program, built now unless the one in dist/ is of these very inputs."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "freeze.py")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return ROOT / "dist" / "inglenook" / "inglenook"


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """A file that holds the passphrase of every test."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return path


@pytest.fixture
def run_cli(profile: Profile, passphrase_file: Path) -> RunCli:
    """Run ``inglenook`` with the test's profile and passphrase in a process of its own."""

    def run(
        *arguments: str,
        stdin: str | None = None,
        passphrase: Path | None = passphrase_file,
        environment: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            cli_command(profile, passphrase, arguments),
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd=ROOT,
            env={**_plain_environment(), **(environment or {})},
        )

    return run


def cli_command(profile: Profile, passphrase: Path | None, arguments: Sequence[str]) -> list[str]:
    """The argument list that starts the command line."""
    options = ["--profile", str(profile.folder)]
    if passphrase is not None:
        options += ["--passphrase-file", str(passphrase)]
    return [sys.executable, "-m", "desktop", *options, *arguments]


def _plain_environment() -> dict[str, str]:
    dropped = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    return {name: value for name, value in os.environ.items() if name not in dropped}
